"""Who reviews is not by that alone somebody who may read: sight decides on these pages, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from osac_share.accounts.models import Person
from osac_share.delivery.models import Delivery
from osac_share.kernel.db import transaction
from osac_share.reports import actions
from osac_share.worker import Worker
from tests.support.factories import Words, make_draft, make_report, make_update, sections_saying

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.reports.models import Report
    from osac_share.settings import Settings
    from tests.support.cast import Cast, SignIn

pytestmark = pytest.mark.usefixtures("clock")

ZEBRA = sections_saying("zebra crossing")


def red(cast: Cast, title: str = "Zebra depot") -> Words:
    return Words(title=title, marking="RED", addressees=[f"person:{cast.dora.id}"], sections=ZEBRA)


@pytest.fixture
def urgent(session: Session, cast: Cast, at: datetime) -> Report:
    """Return a report for all members that the chair published alone, a look still owed."""
    amara = cast.actors["amara"]
    with transaction(session):
        report, draft = make_draft(
            session, cast.kenya, by=amara, words=Words(title="Zebra depot", sections=ZEBRA)
        )
        draft.told_officials_at = at
        actions.publish_urgently(session, report, draft, by=amara, at=at, because="Shots.")
    return report


def test_what_was_marked_higher_since_is_not_shown_to_reviewers_who_lost_sight(
    signed_in: SignIn, cast: Cast, session: Session, urgent: Report
) -> None:
    gus = signed_in(cast.gus)
    look_at = f"/reports/{urgent.public_id}/second-look"
    assert gus.open(look_at).status == 200
    assert "Zebra" in gus.open("/review").text
    assert "Zebra" in gus.open("/review/double-standard").text
    with transaction(session):
        make_update(session, urgent, by=cast.actors["amara"], words=red(cast))
    assert gus.open(look_at).status == 404
    assert gus.open(f"{look_at}?edition=1").status == 404
    assert "Zebra" not in gus.open("/review").text
    assert "Zebra" not in gus.open("/review/double-standard").text


def test_withdrawn_words_are_not_read_through_the_second_look(
    signed_in: SignIn, cast: Cast, session: Session, urgent: Report, at: datetime
) -> None:
    ben = signed_in(cast.ben)
    look_at = f"/reports/{urgent.public_id}/second-look"
    assert "zebra crossing" in ben.open(look_at).text
    with transaction(session):
        actions.withdraw(session, urgent, by=cast.actors["amara"], at=at, because="A rumor.")
    assert ben.open(look_at).status == 404
    assert "Zebra" not in ben.open("/review").text


def called(session: Session) -> dict[str, str]:
    session.rollback()
    question = select(Person.name, Delivery.state).join(Delivery, Delivery.person_id == Person.id)
    return {row[0].split()[0]: row[1] for row in session.execute(question)}


def test_nobody_is_called_to_look_at_what_they_may_not_read_or_what_is_gone(
    session: Session,
    engine: Engine,
    settings: Settings,
    cast: Cast,
    urgent: Report,
) -> None:
    with Worker(settings, engine) as worker:
        worker._react()
        with transaction(session):
            make_update(session, urgent, by=cast.actors["amara"], words=red(cast))
        worker.drain()
    assert called(session) == {"Ben": "skipped", "Gus": "skipped"}


def test_draft_that_was_set_aside_is_not_named_in_a_call(
    session: Session, engine: Engine, settings: Settings, cast: Cast, at: datetime
) -> None:
    sade = cast.actors["sade"]
    with transaction(session):
        report, draft = make_draft(session, cast.kenya, by=sade)
        actions.submit(session, report, draft, by=sade, at=at)
    with Worker(settings, engine) as worker:
        worker._react()
        with transaction(session):
            actions.quarantine(session, report, by=sade, at=at)
        worker.drain()
    assert set(called(session).values()) == {"skipped"}


@pytest.mark.parametrize("name", ["ben", "sade", "gus", "chidi"])
def test_update_of_what_one_may_not_read_cannot_be_begun(
    signed_in: SignIn, cast: Cast, session: Session, name: str
) -> None:
    with transaction(session):
        report, _ = make_report(session, cast.kenya, by=cast.actors["amara"], words=red(cast))
    visitor = signed_in(getattr(cast, name))
    token = visitor.open("/").form_to("/logout")["csrf_token"]
    answer = visitor.client.post(
        f"/reports/{report.public_id}/update", data={"csrf_token": token, "outcome": "holds"}
    )
    assert answer.status_code == 404
    session.expire_all()
    assert len(report.editions) == 1


def test_analyst_who_decides_about_a_draft_is_not_shown_what_it_would_replace(
    signed_in: SignIn, cast: Cast, session: Session, at: datetime
) -> None:
    amara = cast.actors["amara"]
    with transaction(session):
        report, _ = make_report(session, cast.kenya, by=amara, words=red(cast))
        draft = actions.begin_update(session, report, by=amara, at=at)
        words = Words(title="Open now", change_note="It may be known.")
        actions.revise(session, report, draft, words.contents(at), by=amara, at=at)
        actions.submit(session, report, draft, by=amara, at=at)
    page = signed_in(cast.gus).open(f"/reports/{report.public_id}/review")
    assert page.status == 200
    assert "zebra" not in page.text.lower()
    assert "Against what holds now" not in page.text


@pytest.mark.parametrize("name", ["ben", "sade"])
def test_draft_of_an_update_is_for_authors_who_may_read_what_holds(
    signed_in: SignIn, cast: Cast, session: Session, at: datetime, name: str
) -> None:
    amara = cast.actors["amara"]
    with transaction(session):
        report, _ = make_report(session, cast.kenya, by=amara, words=red(cast))
        actions.begin_update(session, report, by=amara, at=at)
    visitor = signed_in(getattr(cast, name))
    for page in ("edit", "preview", "preview/mail", "attachments"):
        assert visitor.open(f"/reports/{report.public_id}/{page}").status == 404
    assert "Zebra" not in visitor.open("/drafts").text
    assert "Zebra" in signed_in(cast.amara).open("/drafts").text
