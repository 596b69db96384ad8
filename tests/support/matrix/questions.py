"""The program's own questions, asked without a page, against the oracle.

A hole in a rule shows on every page that stands on it; here it shows in a second. These are also
what the mutants of the policy have to get past.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from osac_share.councils.policy import Actor, clearance_of
from osac_share.councils.queries import clearance_rows, standing_of
from osac_share.kernel.errors import NotFound
from osac_share.relays import policy as relay_policy
from osac_share.relays import queries as relays
from osac_share.reports import policy, queries
from osac_share.reports.models import Report
from osac_share.subscriptions.policy import may_subscribe
from tests.support.matrix import oracle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.reports.models import Edition
    from tests.support.matrix.people import Account, Somebody
    from tests.support.matrix.things import Thing
    from tests.support.matrix.walking import Stage

ALL = 10_000

STEPS: dict[str, Callable[[Somebody, Thing], bool]] = {
    "update": lambda who, thing: (
        oracle.holds(who, thing.council, oracle.WRITING) and _is(thing, "holding", "expired")
    ),
    "close": lambda who, thing: (
        oracle.holds(who, thing.council, oracle.WRITING) and _is(thing, "holding")
    ),
    "withdraw": lambda who, thing: (
        _withdraws(who, thing) and _is(thing, "holding", "expired", "all_clear", "cancelled")
    ),
}
"""Who takes which step with what is published, and in what state."""


def _is(thing: Thing, *states: str) -> bool:
    ended = {"expired", "all_clear", "cancelled", "withdrawn"}
    state = thing.plan.state if thing.plan.state in ended else "holding"
    return thing.current is not None and state in states


def _withdraws(who: Somebody, thing: Thing) -> bool:
    return oracle.is_analyst(who) or oracle.holds(who, thing.council, {"chair_public"})


@dataclass
class Questioner:
    """Asks for one person."""

    session: Session
    stage: Stage
    account: Account
    at: datetime

    def differences(self) -> Iterator[str]:
        """Yield every question whose answer is not the oracle's."""
        for name, wanted, found in self._answers():
            if wanted != found:
                yield f"{self.account.who.name}: {name} gives {found}, not {wanted}"

    def _answers(self) -> Iterator[tuple[str, object, object]]:
        who = self.account.who.by_mail
        standing = standing_of(self.session, self.account.person_id or 0, at=self.at)
        clearance = clearance_of(standing)
        actor = Actor(standing, clearance)
        if who.is_in_good_standing:
            yield "the kept clearance", clearance, clearance_rows(self.session, actor.id or 0)
        else:
            yield "the kept clearance", frozenset(), clearance_rows(self.session, actor.id or 0)
        yield "may subscribe", who.is_in_good_standing, may_subscribe(actor)
        for thing in self.stage.world.things:
            for name, wanted, found in self._of_thing(who, actor, thing):
                yield f"{name} of {thing.plan.label}", wanted, found
        yield from self._of_lists(who, actor)
        yield from self._of_queue(who, actor)

    def _of_thing(
        self, who: Somebody, actor: Actor, thing: Thing
    ) -> Iterator[tuple[str, object, object]]:
        session, name, clearance = self.session, thing.public_id, actor.clearance
        readable = {one.number for one in thing.published if oracle.may_read(who, thing, one)}
        yield (
            "reading",
            oracle.may_read(who, thing),
            _finds(queries.get_visible, session, name, clearance),
        )
        for words in thing.editions:
            found = _finds(queries.get_visible_edition, session, name, words.number, clearance)
            yield f"reading edition {words.number}", words.number in readable, found
        yield "the glance", readable, self._glanced(name, clearance)
        standing = actor.standing
        yield (
            "writing",
            oracle.may_write(who, thing),
            _finds(queries.get_draft, session, name, standing),
        )
        found = _finds(queries.get_for_review, session, name, standing)
        yield "deciding", oracle.may_decide(who, thing), found
        found = _finds(queries.get_owed_look, session, name, actor)
        yield "looking again", oracle.may_look_again(who, thing), found
        yield from self._of_files(who, actor, thing)
        yield from self._of_rights(who, actor, thing)

    def _of_files(
        self, who: Somebody, actor: Actor, thing: Thing
    ) -> Iterator[tuple[str, object, object]]:
        for words in thing.editions:
            later = [one for one in thing.editions if one.number >= words.number]
            read = any(
                oracle.may_read(who, thing, one) and one.is_published and not one.is_tombstone
                for one in later
            )
            drafted = oracle.may_open_draft(who, thing) and any(
                not one.is_published for one in later
            )
            for file in words.files:
                found = _finds(queries.get_visible_attachment, self.session, file, actor.clearance)
                yield f"the file of edition {words.number}", read, found
                found = _finds(queries.get_drafted_attachment, self.session, file, actor.standing)
                yield f"the drafted file of edition {words.number}", drafted, found

    def _of_rights(
        self, who: Somebody, actor: Actor, thing: Thing
    ) -> Iterator[tuple[str, object, object]]:
        report, draft = self._rows(thing)
        if thing.current is not None:
            for step, may_take in STEPS.items():
                yield step, may_take(who, thing), policy.may_take(step, actor.standing, report)
        chairs = oracle.holds(who, thing.council, {"chair_public"})
        yield "acting alone", chairs, policy.may_act_alone(actor.standing, report)
        left = thing.draft
        if draft is None or left is None:
            return
        knows = oracle.may_know_draft(who, thing, left)
        writes = oracle.holds(who, thing.council, oracle.WRITING) and knows
        decides = oracle.is_analyst(who) or (
            oracle.holds(who, thing.council, oracle.DECIDING) and knows
        )
        reviews = decides and who.name not in left.writers
        for step, may, stages in (
            ("revise", writes, {"writing"}),
            ("submit", writes, {"writing"}),
            ("discard", writes, {"writing"}),
            ("recall", writes, {"in_review", "scheduled"}),
            ("return", reviews, {"in_review"}),
            ("reject", reviews, {"in_review"}),
            ("approve", reviews, {"in_review"}),
            ("release", False, {"scheduled"}),
            ("publish_urgently", chairs, {"writing", "in_review", "scheduled"}),
        ):
            found = policy.may_take(step, actor.standing, report, draft)
            yield step, may and left.stage in stages, found

    def _of_lists(self, who: Somebody, actor: Actor) -> Iterator[tuple[str, object, object]]:
        session, things = self.session, self.stage.world.things
        readable = {one.public_id for one in things if oracle.may_read(who, one)}
        rows = queries.listing(session, actor.clearance, limit=ALL)
        yield "the list", readable, {report.public_id for report, _ in rows}
        yield "the count", len(readable), queries.count(session, actor.clearance)
        rows = queries.active_alerts(session, actor.clearance, at=self.at, limit=ALL)
        yield "what is in force", set[str](), {one.public_id for one, _ in rows} - readable
        ids = {words.row_id for one in things for words in one.editions}
        mine = {
            words.row_id
            for one in things
            for words in one.published
            if oracle.may_read(who, one, words)
        }
        yield "the rows", mine, set(queries.visible_rows(session, ids, actor.clearance))
        drafts = {one.public_id for one in things if oracle.may_write(who, one)}
        found = {one.public_id for one, _ in queries.drafts_of(session, actor.standing)}
        yield "the drafts", drafts, found
        since = self.at - timedelta(days=1)
        rows = queries.rejected_lately(session, actor.standing, since=since)
        rejected = {
            one.public_id
            for one in things
            if one.plan.state == "rejected" and oracle.is_listed_as_draft(who, one)
        }
        yield "what was rejected", rejected, {one.public_id for one, _ in rows}
        yield from self._of_review(who, actor)

    def _of_review(self, who: Somebody, actor: Actor) -> Iterator[tuple[str, object, object]]:
        things = self.stage.world.things
        waits = queries.waiting_for(self.session, actor)
        decided = {one for one in things if oracle.may_decide(who, one) and one.draft}
        for stage, rows in (("in_review", waits.in_review), ("scheduled", waits.held_back)):
            wanted = {one.public_id for one in decided if one.draft and one.draft.stage == stage}
            yield f"what is {stage}", wanted, {one.public_id for one, _ in rows}
        owed = {one.public_id for one in things if oracle.may_look_again(who, one)}
        yield "second looks", owed, {one.public_id for one, _ in waits.second_looks}

    def _of_queue(self, who: Somebody, actor: Actor) -> Iterator[tuple[str, object, object]]:
        for one in self.stage.world.relayed:
            may = oracle.may_relay(who, one)
            found = _finds(relays.get_item, self.session, one.item_id, actor.standing)
            yield f"a text of {one.council}", may, found
            found = _finds(relays.get_source, self.session, one.source_id, actor.standing)
            yield f"a source of {one.council}", may, found
            council = self.stage.councils[one.council]
            found = relay_policy.may_relay_for(actor.standing, council)
            yield f"relaying for {one.council}", may, found
            configures = oracle.may_configure(who, one)
            found = relay_policy.may_configure_for(actor.standing, council)
            yield f"polling for {one.council}", configures, found

    def _glanced(self, public_id: str, clearance: frozenset[str]) -> set[int]:
        try:
            glance = queries.get_glance(self.session, public_id, clearance)
        except NotFound:
            return set()
        return {number for number, _id in glance.editions}

    def _rows(self, thing: Thing) -> tuple[Report, Edition | None]:
        question = select(Report).where(Report.public_id == thing.public_id)
        report = self.session.scalars(question).one()
        return report, report.draft()


def differences(session: Session, stage: Stage, *, at: datetime) -> Iterator[str]:
    """Yield every question, of everybody, whose answer is not the oracle's."""
    for account in stage.accounts.values():
        yield from Questioner(session, stage, account, at).differences()


def _finds(question: Callable[..., Any], *arguments: object) -> bool:
    try:
        question(*arguments)
    except NotFound:
        return False
    return True
