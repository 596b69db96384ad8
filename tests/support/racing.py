"""Two editors, two approvers and two workers at one report, round after round."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Barrier
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from osac_share.audit.models import AuditEntry
from osac_share.councils.models import Council
from osac_share.councils.policy import CHAIR, COCHAIR, SECRETARY
from osac_share.kernel.db import session_factory, transaction
from osac_share.kernel.errors import NotAllowed, NotFound, RuleBroken
from osac_share.kernel.outbox import OutboxRow
from osac_share.promises import release_what_was_held_back
from osac_share.reports import actions, queries
from osac_share.reports.models import Contents, Edition, Report
from tests.support.factories import MOMENT, actor_of, make_council, make_draft, make_person

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session, sessionmaker

    from osac_share.councils.policy import Actor

COMES_OUT = MOMENT + timedelta(hours=1)


@dataclass
class Tally:
    """What became of the rounds; everything but `rounds` should stay at nothing."""

    rounds: int = 0
    lost_updates: int = 0
    wrong_approvals: int = 0
    wrong_publications: int = 0


class Race:
    """A council with two authors and two reviewers, in a database of its own."""

    def __init__(self, engine: Engine) -> None:
        """Found the council."""
        self._maker: sessionmaker[Session] = session_factory(engine)
        with self._maker() as session, transaction(session):
            council = make_council(session)
            names = {"Ada": SECRETARY, "Bo": SECRETARY, "Cy": CHAIR, "Di": COCHAIR}
            self._people = {
                name: actor_of(session, make_person(session, name, seats=[(council, seat)]))
                for name, seat in names.items()
            }
            self._council_id = council.id

    def run(self, rounds: int) -> Tally:
        """Run rounds, and return what became of them."""
        tally = Tally()
        with ThreadPoolExecutor(2) as pool:
            for number in range(rounds):
                public_id = self._begin(number)
                edits = self._at_once(
                    pool, self._editor(public_id, "Ada"), self._editor(public_id, "Bo")
                )
                tally.lost_updates += self._count_lost(public_id, edits)
                self._hand_in(public_id)
                approvals = self._at_once(
                    pool, self._approver(public_id, "Cy"), self._approver(public_id, "Di")
                )
                tally.wrong_approvals += sum(approvals) != 1
                self._at_once(pool, self._release, self._release)
                tally.wrong_publications += self._publications(public_id) != (1, 1, 1)
                tally.rounds += 1
        return tally

    def _begin(self, number: int) -> str:
        with self._maker() as session, transaction(session):
            council = session.get_one(Council, self._council_id)
            report, draft = make_draft(session, council, by=self._people["Ada"])
            draft.release_at, draft.title = COMES_OUT, f"Round {number}"
            return report.public_id

    def _editor(self, public_id: str, name: str) -> Callable[[], bool]:
        by = self._people[name]
        with self._maker() as session:
            opened = queries.get_draft(session, public_id, by.standing)[1].lock

        def edit() -> bool:
            with self._maker() as session, transaction(session):
                report, draft = queries.get_draft(session, public_id, by.standing, to_change=True)
                if draft.lock != opened:
                    raise RuleBroken("Somebody changed this draft after you opened it.")
                contents = replace(Contents.of(draft), title=f"{draft.title} by {name}")
                actions.revise(session, report, draft, contents, by=by, at=MOMENT)
            return True

        return edit

    def _count_lost(self, public_id: str, edits: list[bool]) -> int:
        with self._maker() as session:
            question = select(Edition.title).join(Report, Edition.report_id == Report.id)
            title = session.scalars(question.where(Report.public_id == public_id)).one()
        kept = sum(title.count(f"by {name}") for name in ("Ada", "Bo"))
        # Whoever was told that it was saved must find it there; and one of the two was told.
        return abs(sum(edits) - kept) + (sum(edits) != 1)

    def _hand_in(self, public_id: str) -> None:
        by = self._people["Ada"]
        with self._maker() as session, transaction(session):
            report, draft = queries.get_draft(session, public_id, by.standing, to_change=True)
            actions.submit(session, report, draft, by=by, at=MOMENT)

    def _approver(self, public_id: str, name: str) -> Callable[[], bool]:
        by: Actor = self._people[name]

        def approve() -> bool:
            with self._maker() as session, transaction(session):
                report, draft = queries.get_for_review(
                    session, public_id, by.standing, to_change=True
                )
                actions.approve(session, report, draft, by=by, at=MOMENT)
            return True

        return approve

    def _release(self) -> bool:
        with self._maker() as session:
            return release_what_was_held_back(session, COMES_OUT) == 1

    def _publications(self, public_id: str) -> tuple[int, int, int]:
        with self._maker() as session:
            report = session.scalars(select(Report).where(Report.public_id == public_id)).one()
            editions = sum(one.published_at is not None for one in report.editions)
            record = select(func.count()).select_from(AuditEntry)
            record = record.where(AuditEntry.object_id == public_id)
            entries = session.scalar(record.where(AuditEntry.action == "report.publish")) or 0
            events = select(OutboxRow.payload).where(OutboxRow.kind == "EditionPublished")
            told = [row for row in session.scalars(events) if row["report_id"] == report.id]
            return editions, entries, len(told)

    @staticmethod
    def _at_once(pool: ThreadPoolExecutor, *acts: Callable[[], bool]) -> list[bool]:
        gate = Barrier(len(acts))

        def go(act: Callable[[], bool]) -> bool:
            gate.wait(30)
            try:
                return act()
            except (RuleBroken, NotFound, NotAllowed):
                return False

        return [one.result(60) for one in [pool.submit(go, act) for act in acts]]
