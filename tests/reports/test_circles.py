"""Reports for some kinds of organizations or for officials, and who in office knows of them."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from osac_share.councils.actions import renew_clearance
from osac_share.councils.policy import MEMBER
from osac_share.councils.queries import standing_of
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import RuleBroken
from osac_share.reports import actions
from osac_share.reports.models import Edition, Report
from osac_share.reports.policy import may_know
from osac_share.reports.queries.knowing import known_to
from tests.support.factories import (
    Words,
    make_draft,
    make_organization,
    make_person,
    make_report,
    sections_saying,
)

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.accounts.models import Person
    from tests.support.cast import Cast, SignIn

pytestmark = pytest.mark.usefixtures("clock")

ZEBRA = sections_saying("zebra crossing")
POLICE = ("group:law_enforcement",)


def for_(marking: str, *addressees: str) -> Words:
    return Words(title="Zebra", sections=ZEBRA, marking=marking, addressees=addressees)


@pytest.fixture
def tess(session: Session, cast: Cast, at: datetime) -> Person:
    """Return a member of the Kenya council from a school."""
    with transaction(session):
        school = make_organization(session, "Example School", type_="education", sector="academia")
        seats = [(cast.kenya, MEMBER)]
        return make_person(session, "Tess Teacher", organization=school, seats=seats, at=at)


@pytest.fixture
def otto(session: Session, cast: Cast, at: datetime) -> Person:
    """Return a member from a school that is on no council."""
    with transaction(session):
        school = make_organization(session, "Other School", type_="education", sector="academia")
        return make_person(session, "Otto Teacher", organization=school, at=at)


@pytest.mark.parametrize("circle", ["type:education", "sector:academia"])
def test_kind_of_organization_means_the_councils_own_or_the_whole_community(
    session: Session, signed_in: SignIn, cast: Cast, tess: Person, otto: Person, circle: str
) -> None:
    seen = {}
    for marking in ("AMBER", "GREEN"):
        with transaction(session):
            report, _ = make_report(
                session, cast.kenya, by=cast.actors["amara"], words=for_(marking, circle)
            )
        seen[marking] = {
            person.name.split()[0]
            for person in (tess, otto, cast.dora, cast.ben, cast.amara, cast.gus, cast.chidi)
            if signed_in(person).open(f"/reports/{report.public_id}").status == 200
        }
    assert seen["AMBER"] == {"Tess", "Amara", "Gus"}
    assert seen["GREEN"] == {"Tess", "Otto", "Amara", "Gus"}


def test_page_says_which_kinds_of_organizations_may_see_it(
    session: Session, signed_in: SignIn, cast: Cast, tess: Person
) -> None:
    words = for_("AMBER", "type:education", "sector:energy-extractives")
    with transaction(session):
        report, _ = make_report(session, cast.kenya, by=cast.actors["amara"], words=words)
    page = signed_in(tess).open(f"/reports/{report.public_id}")
    assert (
        "Member educational institutions of the Kenya council and members of the Kenya council "
        "in energy & extractives may see this"
    ) in page.text


def test_author_ticks_circles_and_finds_them_ticked(
    session: Session, signed_in: SignIn, cast: Cast
) -> None:
    with transaction(session):
        report, draft = make_draft(session, cast.kenya, by=cast.actors["sade"])
    sade, address = signed_in(cast.sade), f"/reports/{report.public_id}/edit"
    circles, sectors = ["steering", "type:faith"], ["sector:faith-based"]
    saved = sade.submit(
        address, marking="AMBER", circles=circles, sectors=sectors, narrowed_because="One target."
    )
    assert saved.status == 303
    session.rollback()
    session.refresh(draft)
    assert draft.addressees == ["sector:faith-based", f"steering:{cast.kenya.id}", "type:faith"]
    shown = sade.open(address).form_to(address)
    assert (shown["circles"], shown["sectors"]) == (circles, sectors)
    assert not shown["recipients"][0].strip()


def test_circles_of_officials_are_offered_to_those_alone_who_belong_to_them(
    session: Session, signed_in: SignIn, cast: Cast
) -> None:
    with transaction(session):
        report, _ = make_draft(session, cast.kenya, by=cast.actors["amara"])
    address = f"/reports/{report.public_id}/edit"
    assert "U.S. Government staff" in signed_in(cast.amara).open(address).text
    ben = signed_in(cast.ben)
    assert "U.S. Government" not in ben.open(address).text
    for circle in ("government", "type:government"):
        assert ben.submit(address, circles=[circle]).status == 422


@pytest.mark.parametrize(
    ("marking", "addressees"), [("AMBER", POLICE), ("AMBER", ("government",)), ("RED", None)]
)
def test_draft_for_officials_or_for_few_is_hidden_from_private_officers(
    session: Session,
    signed_in: SignIn,
    cast: Cast,
    at: datetime,
    marking: str,
    addressees: tuple[str, ...] | None,
) -> None:
    amara = cast.actors["amara"]
    words = for_(marking, *(addressees or (f"person:{cast.dora.id}",)))
    with transaction(session):
        report, draft = make_draft(session, cast.kenya, by=amara, words=words)
    address = f"/reports/{report.public_id}"
    private = [signed_in(person) for person in (cast.ben, cast.sade)]
    for _ in range(2):
        for visitor in private:
            assert "Zebra" not in visitor.open("/drafts").text
            assert "Zebra" not in visitor.open("/review").text
            for page in ("edit", "preview", "review", "preview/mail"):
                assert visitor.open(f"{address}/{page}").status in {403, 404}
        assert "Zebra" in signed_in(cast.amara).open(f"{address}/preview").text
        if draft.stage == "writing":
            with transaction(session):
                actions.submit(session, report, draft, by=amara, at=at)
    assert "Zebra" in signed_in(cast.gus).open("/review").text


def test_private_cochair_reads_nothing_for_the_law_enforcement_group_even_as_its_member(
    session: Session, signed_in: SignIn, cast: Cast, at: datetime
) -> None:
    with transaction(session):
        for person in (cast.ben, cast.chidi):
            person.groups = ["law_enforcement"]
            renew_clearance(session, person.id, at=at)
        report, _ = make_report(
            session, cast.kenya, by=cast.actors["amara"], words=for_("AMBER", *POLICE)
        )
    address = f"/reports/{report.public_id}"
    assert signed_in(cast.chidi).open(address).status == 200
    assert signed_in(cast.ben).open(address).status == 404
    assert "Zebra" not in signed_in(cast.ben).open("/search?q=zebra").text


def test_question_to_the_database_is_the_rule(session: Session, cast: Cast, at: datetime) -> None:
    wrote = {"amara": [cast.amara.id], "ben": [cast.ben.id, cast.amara.id], "nobody": []}
    addressings = ((), ("government",), POLICE, (f"person:{cast.ben.id}",), ("type:company",))
    with transaction(session):
        for marking, addressees, authors in product(
            ("GREEN", "AMBER", "RED"), addressings, wrote.values()
        ):
            _, draft = make_draft(
                session, cast.kenya, by=cast.actors["amara"], words=for_(marking, *addressees)
            )
            draft.authors = authors
    people = (cast.amara, cast.ben, cast.sade, cast.dora, cast.chidi)
    for person in people:
        standing = standing_of(session, person.id, at=at)
        drafts = session.execute(select(Report, Edition).join(Edition.report)).all()
        asked = set(
            session.scalars(select(Edition.id).join(Edition.report).where(known_to(standing)))
        )
        assert asked == {one.id for report, one in drafts if may_know(standing, report, one)}
        assert asked


@pytest.mark.parametrize(("marking", "refused"), [("CLEAR", True), ("GREEN", False)])
def test_letting_more_people_know_takes_two_even_in_an_emergency(
    session: Session, cast: Cast, at: datetime, marking: str, *, refused: bool
) -> None:
    amara = cast.actors["amara"]
    with transaction(session):
        report, _ = make_report(session, cast.kenya, by=amara)
        draft = actions.begin_update(session, report, by=amara, at=at)
        contents = replace(for_(marking).contents(at), change_note="Shots.")
        actions.revise(session, report, draft, contents, by=amara, at=at)
    expected = pytest.raises(RuleBroken, match="second person") if refused else nullcontext()
    with expected, transaction(session):
        actions.publish_urgently(session, report, draft, by=amara, at=at, because="Shots.")
    session.rollback()
    session.refresh(draft)
    assert (draft.published_at is None) == refused
