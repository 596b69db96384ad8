"""Review through the pages: handing in, deciding, second looks, spills, withdrawing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from osac_share.audit.models import AuditEntry
from osac_share.kernel.db import transaction
from osac_share.reports import actions
from osac_share.reports.models import Report
from tests.support.factories import Words, make_draft, make_report, sections_saying

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tests.support.cast import Cast, SignIn

pytestmark = pytest.mark.usefixtures("clock")

SPILL = "SECRET//NOFORN"


@pytest.fixture
def public_id(session: Session, cast: Cast) -> str:
    """Return the id of a draft that Sade wrote for Kenya's council."""
    with transaction(session):
        return make_draft(session, cast.kenya, by=cast.actors["sade"])[0].public_id


def fresh(session: Session, public_id: str) -> Report:
    session.rollback()
    session.expire_all()
    return session.scalars(select(Report).where(Report.public_id == public_id)).one()


def acts(session: Session, public_id: str) -> list[str]:
    session.rollback()
    question = select(AuditEntry.action).where(
        AuditEntry.object_id == public_id, AuditEntry.action.startswith("report.")
    )
    return list(session.scalars(question.order_by(AuditEntry.id)))


def test_draft_is_handed_in_sent_back_changed_and_approved(
    signed_in: SignIn, cast: Cast, session: Session, public_id: str
) -> None:
    sade, ben = signed_in(cast.sade), signed_in(cast.ben)
    preview_at, review_at = f"/reports/{public_id}/preview", f"/reports/{public_id}/review"
    assert ben.open(review_at).status == 404
    handed_in = sade.submit(preview_at, to=f"/reports/{public_id}/submit", follow=True)
    assert "In review" in handed_in.text
    assert ben.open("/review").title == "1 draft to review"
    assert "Written by Sade" in ben.open(review_at).text
    refused = ben.submit(review_at, decision="return", words=" ")
    assert (refused.status, "Say why" in refused.text) == (409, True)
    assert ben.submit(review_at, decision="return", words="Which market?").status == 303
    assert "Which market?" in sade.open(preview_at).text
    assert ben.open(review_at).status == 404
    sade.submit(preview_at, to=f"/reports/{public_id}/submit")
    assert ben.submit(review_at, decision="approve").response.location == f"/reports/{public_id}"
    assert fresh(session, public_id).state == "published"
    assert acts(session, public_id) == [
        "report.begin",
        "report.submit",
        "report.return",
        "report.submit",
        "report.approve",
        "report.publish",
    ]


def test_reviewer_who_saw_an_older_draft_is_told_and_nothing_happens(
    signed_in: SignIn, cast: Cast, session: Session, public_id: str
) -> None:
    sade, ben, gus = signed_in(cast.sade), signed_in(cast.ben), signed_in(cast.gus)
    hand_in = f"/reports/{public_id}/submit"
    sade.submit(f"/reports/{public_id}/preview", to=hand_in)
    review_at = f"/reports/{public_id}/review"
    seen = ben.open(review_at).form_to(review_at)
    sade.submit(f"/reports/{public_id}/preview", to=f"/reports/{public_id}/recall")
    sade.submit(f"/reports/{public_id}/preview", to=hand_in)
    answer = ben.client.post(review_at, data=seen | {"decision": ["approve"]})
    assert answer.status_code == 409
    assert fresh(session, public_id).state == "in_review"
    assert gus.submit(review_at, decision="reject", words="A rumor.").status == 303
    assert "A rumor." in sade.open("/drafts").text
    assert ben.client.post(review_at, data=seen | {"decision": ["approve"]}).status_code == 404


def test_author_sees_no_buttons_and_is_refused_all_the_same(
    signed_in: SignIn, cast: Cast, session: Session, at: datetime
) -> None:
    with transaction(session):
        report, draft = make_draft(session, cast.kenya, by=cast.actors["amara"])
        actions.submit(session, report, draft, by=cast.actors["amara"], at=at)
        lock = draft.lock
    amara = signed_in(cast.amara)
    review_at = f"/reports/{report.public_id}/review"
    page = amara.open(review_at)
    assert "Somebody else has to look at it" in page.text
    token = page.form_to("/logout")["csrf_token"]
    answer = amara.client.post(
        review_at, data={"csrf_token": token, "lock": [lock], "decision": ["approve"]}
    )
    assert answer.status_code == 403
    assert fresh(session, report.public_id).state == "in_review"


@pytest.mark.parametrize(
    ("name", "queue", "draft"), [("gus", 200, 200), ("dora", 403, 404), ("chidi", 200, 404)]
)
def test_queue_is_for_those_whose_office_it_is(
    signed_in: SignIn, cast: Cast, public_id: str, name: str, queue: int, draft: int
) -> None:
    sade, visitor = signed_in(cast.sade), signed_in(getattr(cast, name))
    sade.submit(f"/reports/{public_id}/preview", to=f"/reports/{public_id}/submit")
    assert visitor.open("/review").status == queue
    assert visitor.open(f"/reports/{public_id}/review").status == draft


def test_second_signature_under_red_is_the_programs_and_not_a_private_citizens(
    signed_in: SignIn, cast: Cast, session: Session, at: datetime
) -> None:
    words = Words(title="Zebra", marking="RED", addressees=[f"person:{cast.dora.id}"])
    with transaction(session):
        report, draft = make_draft(session, cast.kenya, by=cast.actors["amara"], words=words)
        actions.submit(session, report, draft, by=cast.actors["amara"], at=at)
    gus, ben = signed_in(cast.gus), signed_in(cast.ben)
    assert "Zebra" not in ben.open("/review").text
    assert ben.open(f"/reports/{report.public_id}/review").status == 404
    assert "Zebra" in gus.open("/review").text
    assert gus.open(f"/reports/{report.public_id}/review").status == 200


def test_marked_text_is_held_shown_in_place_and_set_aside(
    signed_in: SignIn, cast: Cast, session: Session
) -> None:
    words = Words(sections=sections_saying(f"a march. {SPILL} More of it"))
    with transaction(session):
        report, _ = make_draft(session, cast.kenya, by=cast.actors["sade"], words=words)
    sade = signed_in(cast.sade)
    address = f"/reports/{report.public_id}"
    held = sade.submit(f"{address}/preview", to=f"{address}/submit")
    assert held.status == 409
    assert SPILL in held.texts("//mark")
    assert fresh(session, report.public_id).state == "draft"
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "report.held")).one()
    assert entry.detail["rules"]
    assert "SECRET" not in str(entry.detail)
    assert sade.submit(f"{address}/preview", to=f"{address}/quarantine").status == 303
    for name in ("sade", "amara", "gus"):
        visitor = signed_in(getattr(cast, name))
        for page in ("preview", "edit", "review", "preview/mail"):
            assert visitor.open(f"{address}/{page}").status in {403, 404}
    kept = fresh(session, report.public_id)
    assert kept.quarantined_at is not None
    assert SPILL in kept.editions[0].sections[0]["body"]


def test_chair_publishes_what_cannot_wait_and_another_looks_again(
    signed_in: SignIn, cast: Cast, session: Session
) -> None:
    with transaction(session):
        report, _ = make_draft(session, cast.kenya, by=cast.actors["amara"])
    amara, ben = signed_in(cast.amara), signed_in(cast.ben)
    address = f"/reports/{report.public_id}"
    without = amara.submit(f"{address}/preview", to=f"{address}/publish")
    assert (without.status, "Say why" in without.text) == (409, True)
    done = amara.submit(f"{address}/preview", to=f"{address}/publish", because="Shots.")
    assert done.response.location == address
    assert "Published in an emergency" in ben.open("/review").text
    assert amara.open(f"{address}/second-look").texts("//main//form") == []
    look = ben.submit(f"{address}/second-look", words="Right.")
    assert look.response.location == "/review"
    assert "Published in an emergency" not in ben.open("/review").text
    assert fresh(session, report.public_id).editions[0].second_look_by == cast.ben.id


def test_withdrawn_report_leaves_a_tombstone_and_none_of_its_words(
    signed_in: SignIn, cast: Cast, session: Session
) -> None:
    words = Words(sections=sections_saying("zebra crossing"))
    with transaction(session):
        report, _ = make_report(session, cast.kenya, by=cast.actors["amara"], words=words)
    amara, dora, ben = signed_in(cast.amara), signed_in(cast.dora), signed_in(cast.ben)
    address = f"/reports/{report.public_id}"
    assert ben.open(f"{address}/withdraw").status == 403
    assert amara.submit(f"{address}/withdraw", because=" ").status == 409
    assert amara.submit(f"{address}/withdraw", because="It was a rumor.").status == 303
    page = dora.open(address)
    assert page.status == 200
    assert "It was a rumor." in page.text
    assert "zebra" not in page.text
    assert dora.open(f"{address}/editions/1").status == 404
    assert dora.open(f"{address}/editions/2").status == 200


def test_staff_see_the_gap_between_officials_and_members(
    signed_in: SignIn, cast: Cast, session: Session, at: datetime
) -> None:
    with transaction(session):
        report, draft = make_draft(session, cast.kenya, by=cast.actors["amara"])
        draft.told_officials_at = at - timedelta(minutes=45)
        actions.publish(session, report, draft, by=cast.actors["amara"], at=at)
    page = signed_in(cast.gus).open("/review/double-standard")
    assert "Typically 45 minutes" in page.text
    assert signed_in(cast.ben).open("/review/double-standard").status == 403


def test_red_goes_to_those_who_are_named_and_nobody_else(
    signed_in: SignIn, cast: Cast, session: Session, at: datetime
) -> None:
    with transaction(session):
        report, _ = make_draft(session, cast.kenya, by=cast.actors["sade"])
    address = f"/reports/{report.public_id}"
    sade, amara = signed_in(cast.sade), signed_in(cast.amara)
    refused = sade.submit(f"{address}/edit", marking="RED", recipients="nobody@example.org")
    assert (refused.status, "“nobody@example.org”" in refused.text) == (422, True)
    held = sade.submit(f"{address}/edit", marking="RED", narrowed_because="A single target.")
    assert held.status == 303
    assert "named recipients" in sade.open(f"{address}/preview").text
    sade.submit(f"{address}/edit", recipients=f"{cast.dora.email}\n{cast.dora.email.upper()}")
    (kept,) = sade.open(f"{address}/edit").form_to(f"{address}/edit")["recipients"]
    assert kept.split() == [cast.dora.email]
    sade.submit(f"{address}/preview", to=f"{address}/submit")
    assert amara.submit(f"{address}/review", decision="approve").status == 303
    assert signed_in(cast.dora).open(address).status == 200
    assert signed_in(cast.amara).open(address).status == 200
    for name in ("ben", "sade", "gus", "chidi"):
        assert signed_in(getattr(cast, name)).open(address).status == 404


def test_links_that_lead_nowhere_are_shown_before_it_is_published(
    signed_in: SignIn, cast: Cast, session: Session
) -> None:
    amara = cast.actors["amara"]
    with transaction(session):
        alive, _ = make_report(session, cast.kenya, by=amara)
        withdrawn, _ = make_report(session, cast.kenya, by=amara)
        actions.withdraw(session, withdrawn, by=amara, at=withdrawn.changed_at, because="Wrong.")
        paths = [f"/reports/{one}" for one in (alive.public_id, withdrawn.public_id, "a" * 20)]
        words = Words(sections=sections_saying(" and ".join(paths)))
        report, _ = make_draft(session, cast.kenya, by=amara, words=words)
    page = signed_in(cast.amara).open(f"/reports/{report.public_id}/preview")
    shown = page.texts("//*[contains(@class, 'deadlinks')]//li")
    assert shown == paths[1:]
