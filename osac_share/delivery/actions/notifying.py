"""Handing claimed deliveries to webhooks, chats, telephones and browsers.

The same steps as for mail: whoever's right is gone gets nothing, the other side is spoken to while
no transaction is open, and what it said is written down. Several are spoken to at a time, since
each of them may be slow in its own way; mail has a thread of its own and waits for none of them.
"""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from osac_share.channels.actions import note_answer
from osac_share.channels.messages import Messenger
from osac_share.channels.models import WEBHOOK
from osac_share.channels.policy import rests_until, telling, unsealed
from osac_share.channels.queries import verified_endpoints
from osac_share.delivery.actions.braking import note_quiet
from osac_share.delivery.actions.claiming import claim, take_back
from osac_share.delivery.actions.sending import give_new_reasons, note_attempts, record
from osac_share.delivery.messages.notices import Notices
from osac_share.delivery.models import ACCEPTED, Delivery
from osac_share.delivery.policy import EMERGENCY, reason_to_skip
from osac_share.delivery.policy.brakes import IN_QUIET_HOURS, MOST_NOTICES_A_DAY
from osac_share.delivery.policy.notifying import TOO_MANY_TODAY, Way, reason_not_to_notify
from osac_share.delivery.queries import parcels
from osac_share.delivery.queries.acknowledging import latest_acknowledged
from osac_share.delivery.queries.brakes import notices_today, quiet_ends
from osac_share.kernel import clock
from osac_share.kernel.crashpoints import crashpoint
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import RuleBroken
from osac_share.kernel.leases import Claim
from osac_share.kernel.outcomes import Outcome, PutOff
from osac_share.subscriptions.policy import SEVERITY_RANK

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session, sessionmaker

    from osac_share.channels.messages import Notice
    from osac_share.channels.models import Endpoint
    from osac_share.channels.policy import Contents
    from osac_share.delivery.queries import Parcel
    from osac_share.kernel.mail import Answer
    from osac_share.settings import Settings

HANDS = 8
"""How many servers are spoken to at a time."""

AT_ONCE = 3 * HANDS
"""How many deliveries are claimed at a time: done before the lease on them ends."""


@dataclass(frozen=True, slots=True)
class Errand:
    """One notice on the point of going out."""

    claim: Claim
    endpoint_id: int
    kind: str
    contents: Contents
    notice: Notice


@dataclass(frozen=True, slots=True)
class Errands:
    """What is on the point of going out, and the claims that are settled without."""

    ready: list[Errand] = field(default_factory=list)
    settled: list[Outcome] = field(default_factory=list)


class Notifier:
    """Sends what is due on every channel but mail."""

    def __init__(self, settings: Settings) -> None:
        """Send for this installation."""
        self._holds = settings.worker.hold
        self._messenger = Messenger(settings)
        self._notices = Notices(settings)
        self._key = settings.require_secret()

    def notify_due(self, maker: sessionmaker[Session], *, at: datetime) -> int:
        """Send some of what is due, and return how many deliveries that were.

        Args:
            maker: makes sessions; each step commits by itself.
            at: now, in UTC.

        """
        passing = clock.going_on_from(at)
        with maker() as session, transaction(session):
            take_back(session, at=at)
            claims = claim(
                session, at=at, limit=AT_ONCE, by_mail=False, only_emergencies=self._holds
            )
        if not claims:
            return 0
        crashpoint("after_claim_of_notices")
        with maker() as session, transaction(session):
            errands = self.address(session, claims, at=at)
        answers = self._run(errands.ready, at)
        crashpoint("after_notify")
        with maker() as session, transaction(session):
            done = list(zip(errands.ready, answers, strict=True))
            became = [Outcome(errand.claim, answer=answer) for errand, answer in done]
            record(session, [*errands.settled, *became], at=passing())
            _note_answers(session, done, at=at)
        return len(claims)

    def address(self, session: Session, claims: Sequence[Claim], *, at: datetime) -> Errands:
        """Return the notices that these claims are for.

        Everybody's right is checked now, and so is whether they still want to be told in this way.
        """
        errands = Errands()
        found = parcels(session, [taken.id for taken in claims], at=at)
        give_new_reasons(session, found)
        ways = _Ways(session, found, at=at)
        for taken in claims:
            errand = self._errand(taken, found[taken.id], ways, at)
            if isinstance(errand, str):
                errands.settled.append(Outcome(taken, skipped=errand))
            elif put_off := ways.put_off(taken.id, at):
                errands.settled.append(Outcome(taken, put_off=put_off))
            elif not ways.lets_pass(taken.id):
                errands.settled.append(Outcome(taken, skipped=TOO_MANY_TODAY))
            else:
                errands.ready.append(errand)
        asleep = {one.claim.id for one in errands.settled if _is_asleep(one)}
        note_quiet(session, asleep, {taken.id for taken in claims} - asleep)
        return errands

    def again(self, session: Session, delivery_id: int, *, at: datetime) -> Answer:
        """Send once more what was sent, or could not be sent, and return what came of it.

        It bears the same id, so that a program which has it knows it for a repeat. What was taken
        once counts as taken, whatever comes of this.

        Args:
            session: its transactions end here: nothing is locked while a server is waited for.
            delivery_id: the ledger row.
            at: now.

        Raises:
            RuleBroken: its reader may not have it any more, or not in this way.

        """
        with transaction(session):
            row = session.get_one(Delivery, delivery_id, populate_existing=True)
            taken = Claim(row.id, row.fence, row.attempts, row.matched_at, taken_at=at)
            found = parcels(session, [row.id], at=at)
            errand = self._errand(taken, found[row.id], _Ways(session, found, at=at), at)
        if isinstance(errand, str):
            raise RuleBroken(f"It is not sent again: {errand}.")
        (answer,) = self._run([errand], at)
        with transaction(session):
            note_attempts(session, [Outcome(taken, answer=answer)], at=at)
            note_answer(session, errand.endpoint_id, answer, at=at)
            if answer.accepted:
                session.execute(
                    update(Delivery)
                    .where(Delivery.id == delivery_id, Delivery.state != ACCEPTED)
                    .values(state=ACCEPTED, accepted_at=at, reason=None, lease_until=None)
                    # Whoever was about to send it, too, finds that it is settled.
                    .values(fence=Delivery.fence + 1, attempts=Delivery.attempts + 1)
                )
        return answer

    def _errand(self, taken: Claim, parcel: Parcel, ways: _Ways, at: datetime) -> Errand | str:
        """Return what is to be sent, or why nothing is."""
        endpoint = ways.endpoint(taken.id)
        reason = reason_to_skip(parcel.facts) or reason_not_to_notify(ways.way(taken.id))
        contents = None if endpoint is None else unsealed(endpoint, self._key, at=at)
        if endpoint is None or contents is None or reason:
            return reason or "the address of the channel is lost"
        notice = self._notices.of(parcel.edition, taken.id)
        return Errand(taken, endpoint.id, endpoint.kind, contents, notice)

    def _run(self, errands: Sequence[Errand], at: datetime) -> list[Answer]:
        if not errands:
            return []

        def send(one: Errand) -> Answer:
            return self._messenger.send(one.kind, one.contents, one.notice, at=at)

        with ThreadPoolExecutor(min(HANDS, len(errands))) as hands:
            return list(hands.map(send, errands))


class _Ways:
    """How the readers of some deliveries are to be reached, asked in a handful of questions."""

    def __init__(self, session: Session, found: Mapping[int, Parcel], *, at: datetime) -> None:
        self._found = found
        question = select(Delivery.id, Delivery.channel).where(Delivery.id.in_(found))
        self._channels = {row.id: row.channel for row in session.execute(question)}
        people = {parcel.person_id for parcel in found.values()}
        self._endpoints = verified_endpoints(session, people)
        self._quiet = quiet_ends(session, people, at=at)
        self._notices = notices_today(session, people, at=at)
        reports = {parcel.edition.report_id for parcel in found.values()}
        self._acknowledged = latest_acknowledged(session, reports, people)

    def endpoint(self, delivery_id: int) -> Endpoint | None:
        """Return where a delivery goes, or None if it is no more."""
        reader = self._found[delivery_id].person_id
        return self._endpoints.get((reader, self._channels[delivery_id]))

    def way(self, delivery_id: int) -> Way:
        """Return what decides whether it goes there."""
        endpoint, parcel = self.endpoint(delivery_id), self._found[delivery_id]
        if endpoint is None:
            return Way(is_open=False)
        acknowledged = self._acknowledged.get((parcel.edition.report_id, parcel.person_id), 0)
        return Way(
            is_open=True,
            rank=SEVERITY_RANK[parcel.edition.severity],
            min_rank=endpoint.min_rank,
            waits=endpoint.after_minutes > 0,
            acknowledged=parcel.edition.number <= acknowledged,
        )

    def put_off(self, delivery_id: int, at: datetime) -> PutOff | None:
        """Return until when it waits; an emergency waits for nothing, a program never sleeps."""
        endpoint, parcel = self.endpoint(delivery_id), self._found[delivery_id]
        if endpoint is None or parcel.edition.severity == EMERGENCY:
            return None
        quiet = self._quiet.get(parcel.person_id)
        if quiet is not None and endpoint.kind != WEBHOOK:
            return PutOff(quiet, IN_QUIET_HOURS)
        rests = rests_until(endpoint)
        if rests is not None and rests > at:
            return PutOff(rests, "nothing gets through there just now")
        return None

    def lets_pass(self, delivery_id: int) -> bool:
        """Tell whether its reader may get one notice more there today, and count it."""
        parcel, channel = self._found[delivery_id], self._channels[delivery_id]
        if channel == WEBHOOK or parcel.edition.severity == EMERGENCY:
            return True
        has_room = self._notices[parcel.person_id, channel] < MOST_NOTICES_A_DAY
        self._notices[parcel.person_id, channel] += has_room
        return has_room


def _is_asleep(outcome: Outcome) -> bool:
    """Tell whether a claim was put off until quiet hours end."""
    return outcome.put_off is not None and outcome.put_off.why == IN_QUIET_HOURS


def _note_answers(session: Session, done: Sequence[tuple[Errand, Answer]], *, at: datetime) -> None:
    """Note how each endpoint fared, once, however many notices went there."""
    heard: defaultdict[tuple[int, str], list[Answer]] = defaultdict(list)
    for errand, answer in done:
        heard[errand.endpoint_id, errand.kind].append(answer)
    # In one order, so that no two workers wait for each other.
    for (endpoint_id, kind), answers in sorted(heard.items(), key=lambda one: one[0]):
        note_answer(session, endpoint_id, telling(kind, answers), at=at)
