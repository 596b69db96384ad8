"""Attaching files: by authors, to drafts; and for the eyes of the report's readers alone."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, NamedTuple

import pytest
from sqlalchemy import select

from osac_share.audit.models import AuditEntry
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import NotAllowed, NotFound, RuleBroken
from osac_share.kernel.files import Folder, Received, receive
from osac_share.reports import actions, queries
from osac_share.reports.models import Attachment
from tests.support.factories import Words, make_draft, make_update
from tests.support.files import office, pdf

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.reports.models import Edition, Report
    from osac_share.settings import Settings
    from tests.support.cast import Cast

MOST = 3


class Desk(NamedTuple):
    """What an author of the Kenya council has before them."""

    session: Session
    cast: Cast
    store: Folder
    at: datetime

    def take(self, name: str = "Plan.pdf", content: bytes = pdf()) -> Received:
        scratch = self.store.root / "incoming"
        return receive(
            io.BytesIO(content), name, store=self.store, scratch=scratch, largest=10**6, at=self.at
        )

    def draft(self, *files: str, marking: str = "GREEN") -> tuple[Report, Edition]:
        words = Words(marking=marking)
        report, draft = make_draft(
            self.session, self.cast.kenya, by=self.cast.actors["amara"], words=words, at=self.at
        )
        for name in files:
            self.attach(report, draft, name)
        return report, draft

    def attach(
        self, report: Report, draft: Edition, name: str = "Plan.pdf", by: str = "amara"
    ) -> Attachment:
        actor = self.cast.actors[by]
        return actions.attach(
            self.session, report, draft, self.take(name), most=MOST, by=actor, at=self.at
        )

    def publish(self, report: Report, draft: Edition) -> None:
        actions.publish(self.session, report, draft, by=self.cast.actors["amara"], at=self.at)

    def sees(self, who: str, attachment: Attachment) -> bool:
        clearance = self.cast.actors[who].clearance
        try:
            queries.get_visible_attachment(self.session, attachment.public_id, clearance)
        except NotFound:
            return False
        return True

    def sees_drafted(self, who: str, attachment: Attachment) -> bool:
        standing = self.cast.actors[who].standing
        try:
            queries.get_drafted_attachment(self.session, attachment.public_id, standing)
        except NotFound:
            return False
        return True


@pytest.fixture
def desk(session: Session, cast: Cast, settings: Settings, at: datetime) -> Desk:
    return Desk(session, cast, Folder(settings.files_dir), at)


def seers(desk: Desk, attachment: Attachment) -> set[str]:
    return {who for who in desk.cast.actors if desk.sees(who, attachment)}


def test_file_is_attached_with_its_record(desk: Desk) -> None:
    with transaction(desk.session):
        report, draft = desk.draft("Plan.pdf")
    (attachment,) = draft.attachments
    assert (attachment.name, attachment.media_type) == ("Plan.pdf", "application/pdf")
    entry = desk.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.object_id) == ("report.attach", report.public_id)
    assert entry.detail["digest"] == attachment.digest


@pytest.mark.parametrize("who", ["dora", "chidi", "gus", "sven", "eve"])
def test_only_authors_of_the_council_attach_and_detach(desk: Desk, who: str) -> None:
    with transaction(desk.session):
        report, draft = desk.draft("Plan.pdf")
        with pytest.raises(NotAllowed):
            desk.attach(report, draft, "Other.pdf", by=who)
        with pytest.raises(NotAllowed):
            actions.detach(
                desk.session,
                report,
                draft,
                draft.attachments[0].public_id,
                by=desk.cast.actors[who],
                at=desk.at,
            )
    assert [one.name for one in draft.attachments] == ["Plan.pdf"]


@pytest.mark.parametrize("name", ["Plan.pdf", "PLAN.PDF"])
def test_two_files_of_one_name_are_refused(desk: Desk, name: str) -> None:
    with transaction(desk.session):
        report, draft = desk.draft("Plan.pdf")
        with pytest.raises(RuleBroken, match="of this name"):
            desk.attach(report, draft, name)


def test_one_file_too_many_is_refused(desk: Desk) -> None:
    with transaction(desk.session):
        report, draft = desk.draft("1.pdf", "2.pdf", "3.pdf")
        with pytest.raises(RuleBroken, match="may have 3 files"):
            desk.attach(report, draft, "4.pdf")


def test_what_is_handed_in_or_published_keeps_its_files_as_they_are(desk: Desk) -> None:
    amara = desk.cast.actors["amara"]
    with transaction(desk.session):
        report, draft = desk.draft("Plan.pdf")
        file = draft.attachments[0].public_id
        actions.submit(desk.session, report, draft, by=amara, at=desk.at)
        with pytest.raises(RuleBroken, match="in review"):
            actions.detach(desk.session, report, draft, file, by=amara, at=desk.at)
        desk.publish(report, draft)
        with pytest.raises(RuleBroken):
            desk.attach(report, draft, "Other.pdf")
        with pytest.raises(RuleBroken):
            actions.detach(desk.session, report, draft, file, by=amara, at=desk.at)
    assert [one.name for one in draft.attachments] == ["Plan.pdf"]


def test_attaching_makes_an_author_and_overtakes_other_windows(desk: Desk) -> None:
    with transaction(desk.session):
        report, draft = desk.draft()
        before = draft.lock
        desk.attach(report, draft, by="ben")
    assert desk.cast.ben.id in draft.authors
    assert draft.lock > before


def test_update_takes_files_along_and_may_leave_one(desk: Desk) -> None:
    amara = desk.cast.actors["amara"]
    with transaction(desk.session):
        report, first = desk.draft("Plan.pdf", "Map.pdf")
        desk.publish(report, first)
        second = actions.begin_update(desk.session, report, by=amara, at=desk.at)
        plan = second.attachments[0]
        actions.detach(desk.session, report, second, plan.public_id, by=amara, at=desk.at)
    desk.session.expire_all()
    assert [one.name for one in first.attachments] == ["Plan.pdf", "Map.pdf"]
    assert [one.name for one in second.attachments] == ["Map.pdf"]


def test_file_that_no_edition_has_is_gone_and_its_bytes_are_cleared_away(desk: Desk) -> None:
    amara = desk.cast.actors["amara"]
    with transaction(desk.session):
        report, draft = desk.draft("Plan.pdf")
        kept = desk.take("Kept.docx", office("docx"))
        actions.attach(desk.session, report, draft, kept, most=MOST, by=amara, at=desk.at)
        plan = draft.attachments[0]
        actions.detach(desk.session, report, draft, plan.public_id, by=amara, at=desk.at)
    assert desk.session.scalars(select(Attachment.name)).all() == ["Kept.docx"]
    # The disk's clock is the real one, far ahead of the test's.
    assert actions.clear_away(desk.session, desk.store, at=desk.at) == 0
    assert actions.clear_away(desk.session, desk.store, at=desk.at.replace(year=2100)) == 1
    with pytest.raises(NotFound):
        desk.store.open(plan.digest)
    desk.store.open(kept.digest).close()


@pytest.mark.parametrize(
    ("marking", "readers"),
    [
        ("CLEAR", {"amara", "ben", "sade", "dora", "chidi", "gus", "eve"}),
        ("GREEN", {"amara", "ben", "sade", "dora", "chidi", "gus"}),
        ("AMBER", {"amara", "ben", "sade", "dora", "gus"}),
    ],
)
def test_file_is_seen_by_those_who_see_the_report(
    desk: Desk, marking: str, readers: set[str]
) -> None:
    with transaction(desk.session):
        report, draft = desk.draft("Plan.pdf", marking=marking)
        assert seers(desk, draft.attachments[0]) == set()
        desk.publish(report, draft)
    file = draft.attachments[0]
    assert seers(desk, file) - {"sven"} == readers
    assert ("sven" in seers(desk, file)) == (marking == "CLEAR")
    assert queries.is_for_everyone(desk.session, file) == (marking == "CLEAR")


def test_file_of_a_draft_is_for_authors_and_for_those_who_decide(desk: Desk) -> None:
    amara = desk.cast.actors["amara"]
    with transaction(desk.session):
        report, draft = desk.draft("Plan.pdf", marking="CLEAR")
        file = draft.attachments[0]
        authors = {who for who in desk.cast.actors if desk.sees_drafted(who, file)}
        actions.submit(desk.session, report, draft, by=amara, at=desk.at)
        deciders = {who for who in desk.cast.actors if desk.sees_drafted(who, file)}
        report.quarantined_at = desk.at
        desk.session.flush()
        after_a_spill = {who for who in desk.cast.actors if desk.sees_drafted(who, file)}
    assert authors == {"amara", "ben", "sade"}
    assert deciders == {"amara", "ben", "sade", "gus"}
    assert after_a_spill == set()


def test_file_hides_when_the_report_is_marked_higher_or_withdrawn(desk: Desk) -> None:
    amara = desk.cast.actors["amara"]
    with transaction(desk.session):
        report, first = desk.draft("Plan.pdf", marking="CLEAR")
        desk.publish(report, first)
        file = first.attachments[0]
        make_update(desk.session, report, by=amara, words=Words(marking="AMBER"), at=desk.at)
    assert not {"chidi", "eve"} & seers(desk, file)
    assert desk.sees("dora", file)
    with transaction(desk.session):
        actions.withdraw(desk.session, report, by=amara, at=desk.at, because="It was wrong.")
    assert seers(desk, file) == set()
