"""Making the world of the matrix through the program's own acts."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from osac_share.delivery.policy import unsubscribe_token
from osac_share.kernel.files import Folder, receive
from osac_share.relays import actions as relays
from osac_share.relays.models import RelayedItem
from osac_share.reports import actions as reports
from osac_share.reports.models import ALL_CLEAR, CANCELLED, HOLDS, Contents, Place
from osac_share.subscriptions import policy as wished
from osac_share.subscriptions.actions import subscribe
from osac_share.taxonomy import queries as taxonomy
from tests.support.factories import NARROWED
from tests.support.matrix.canaries import COMMON, canary
from tests.support.matrix.people import ABROAD, HOME
from tests.support.matrix.things import Relayed, Thing, Wish, Words, World

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.councils.policy import Actor
    from osac_share.reports.models import Edition, Report, Section
    from osac_share.settings import Settings
    from tests.support.matrix.people import Population
    from tests.support.matrix.things import Plan


COUNTRIES = {HOME: "KE", ABROAD: "NG"}
OUTCOMES = {"all_clear": ALL_CLEAR, "cancelled": CANCELLED}


def file_name(number: int) -> str:
    """Return what the file of an edition is called."""
    return f"Plan-{number:03d}.txt"


@dataclass
class Maker:
    """Whoever makes the things: the session of the making, its people and its moment."""

    session: Session
    settings: Settings
    population: Population
    at: datetime
    used: int = 0

    def furnish(self, plans: Iterable[Plan]) -> World:
        """Make everything that is published without a word of what comes after."""
        world = World(things=[self.make(plan) for plan in plans])
        for council in COUNTRIES:
            world.relayed.append(self._relay(council))
        return world

    def subscribe(self) -> list[Wish]:
        """Let everybody who may hear of everything."""
        wishes = []
        for name, actor in self.population.actors.items():
            wish = subscribe(self.session, wished.Wish(), by=actor, at=self.at)
            token = unsubscribe_token(self.settings.require_secret(), wish.public_id)
            wishes.append(Wish(name, wish.public_id, token))
        return wishes

    def make(self, plan: Plan) -> Thing:
        """Make one report and bring it into its state."""
        report, draft = reports.begin(
            self.session,
            kind=plan.kind,
            council=self.population.councils[plan.council],
            by=self._writer(plan),
            at=self.at,
        )
        editions = [self._write(plan, report, draft, first=True)]
        if plan.state == "urgent":
            draft.urgent_because = f"Urgent {canary(editions[0].canary, 'urgent')}"
            draft.second_look_due_at = self.at + timedelta(days=1)
        stages = {
            "writing": lambda: None,
            "in_review": lambda: self._submit(report, draft),
            "scheduled": lambda: self._schedule(report, draft),
            "rejected": lambda: self._reject(report, draft, editions[0].canary),
            "discarded": lambda: self._discard(report, draft, plan),
            "quarantined": lambda: reports.quarantine(
                self.session, report, by=self._chair(plan), at=self.at
            ),
        }
        if plan.state in stages:
            stages[plan.state]()
            stage = "writing" if plan.state == "quarantined" else plan.state
            editions[0] = replace(editions[0], stage=stage)
        else:
            reports.publish(self.session, report, draft, by=self._chair(plan), at=self.at)
            editions[0] = replace(editions[0], is_published=True)
            editions += self._continue(plan, report)
        self.session.flush()
        lock = next((one.lock for one in report.editions if one.is_draft), 0)
        return Thing(plan, report.public_id, tuple(editions), lock)

    def _continue(self, plan: Plan, report: Report) -> list[Words]:
        chair = self._chair(plan)
        if plan.state == "expired":
            reports.expire(self.session, report, at=self.at)
        elif plan.state == "withdrawn":
            self.used += 1
            why = f"It was {canary(self.used, 'note')} wrong."
            tomb = reports.withdraw(self.session, report, by=chair, at=self.at, because=why)
            return [
                Words(
                    canary=self.used,
                    number=tomb.number,
                    marking=tomb.marking,
                    addressed=plan.addressed,
                    is_published=True,
                    row_id=tomb.id,
                    is_tombstone=True,
                )
            ]
        elif plan.state in {"updated", "being updated", "update in review", *OUTCOMES}:
            return [self._update(plan, report)]
        return []

    def _update(self, plan: Plan, report: Report) -> Words:
        later = replace(plan, marking=plan.raised_to) if plan.raised_to else plan
        if plan.raised_to:
            red = ("person named member",) if plan.raised_to == "RED" else ()
            later = replace(later, addressed=red)
        writer = self._writer(plan)
        begun = self._chair(plan)
        outcome = OUTCOMES.get(plan.state, HOLDS)
        draft = reports.begin_update(self.session, report, by=begun, at=self.at, outcome=outcome)
        # Somebody who may not read what holds cannot have written what follows it.
        if plan.marking == "RED" or plan.addressed:
            writer = begun
        words = self._write(later, report, draft, first=False, by=writer)
        if plan.state == "being updated":
            return replace(words, stage="writing")
        if plan.state == "update in review":
            self._submit(report, draft)
            return replace(words, stage="in_review")
        reports.publish(self.session, report, draft, by=begun, at=self.at)
        return replace(words, is_published=True)

    def _write(
        self,
        plan: Plan,
        report: Report,
        draft: Edition,
        *,
        first: bool,
        by: Actor | None = None,
    ) -> Words:
        self.used += 1
        writer = by or self._writer(plan)
        contents = self._contents(plan, draft, first=first)
        reports.revise(self.session, report, draft, contents, by=writer, at=self.at)
        file = self._attach(report, draft, writer)
        self.session.flush()
        return Words(
            canary=self.used,
            number=draft.number,
            marking=plan.marking,
            addressed=plan.addressed,
            is_published=False,
            writers=self._names(draft.authors),
            files=(file,),
            row_id=draft.id,
        )

    def _contents(self, plan: Plan, draft: Edition, *, first: bool) -> Contents:
        def mark(field: str) -> str:
            return canary(self.used, field)

        kind = taxonomy.kind(plan.kind)
        sections: list[Section] = [
            {"heading": one.heading, "body": f"{one.heading}: {COMMON}."} for one in kind.sections
        ]
        sections[0]["body"] += f" {mark('first')}"
        sections[-1]["body"] += f" {mark('last')}"
        term = kind.expiry
        contents = replace(
            Contents.of(draft),
            title=f"Title {COMMON} {mark('title')}",
            summary=f"Summary {mark('summary')}",
            sections=sections,
            severity="security",
            marking=plan.marking,
            addressees=[self._token(one, plan) for one in plan.addressed],
            topics=["civil-unrest"],
            alert_kind="demonstration" if plan.kind == "alert" else None,
            narrowed_because=f"{NARROWED} {mark('why')}",
            source_url=f"https://source.example/{mark('source')}",
            release_at=self.at + timedelta(days=2) if plan.state == "scheduled" else None,
            change_note="" if first else f"Changed: {mark('note')}.",
        )
        status = "lifted" if plan.state == "all_clear" and not first else "active"
        places = [Place(COUNTRIES[plan.council], f"Place {mark('place')}", status)]
        ends = self.at + timedelta(days=6) if term and contents.outcome == HOLDS else None
        return replace(contents, places=places, expires_at=ends)

    def _token(self, addressee: str, plan: Plan) -> str:
        kind, _, name = addressee.partition(" ")
        match kind:
            case "person":
                return f"person:{self.population.accounts[name].person_id}"
            case "steering":
                return f"steering:{self.population.councils[plan.council].id}"
            case "organization":
                return f"organization:{self.population.organizations[name].id}"
            case "government":
                return kind
        return f"{kind}:{name}"

    def _attach(self, report: Report, draft: Edition, writer: Actor) -> str:
        received = receive(
            io.BytesIO(f"The plan: {canary(self.used, 'file')}".encode()),
            file_name(self.used),
            store=Folder(self.settings.files_dir),
            scratch=self.settings.files_dir / "incoming",
            largest=1000,
            at=self.at,
        )
        reports.attach(self.session, report, draft, received, most=9, by=writer, at=self.at)
        return draft.attachments[-1].public_id

    def _submit(self, report: Report, draft: Edition) -> None:
        by = self._author_of(report, draft)
        reports.submit(self.session, report, draft, by=by, at=self.at)

    def _schedule(self, report: Report, draft: Edition) -> None:
        self._submit(report, draft)
        reports.hold_back(self.session, report, draft, at=self.at)

    def _reject(self, report: Report, draft: Edition, number: int) -> None:
        self._submit(report, draft)
        reports.reject(
            self.session,
            report,
            draft,
            by=self._chair_of(report),
            at=self.at,
            words=f"No: {canary(number, 'remark')}",
        )

    def _discard(self, report: Report, draft: Edition, plan: Plan) -> None:
        reports.discard(self.session, report, draft, by=self._chair(plan), at=self.at)

    def _writer(self, plan: Plan) -> Actor:
        if plan.council == ABROAD:
            return self.population.actors["co-chair elsewhere"]
        return self.population.actors["chair" if plan.by_chair else "secretary"]

    def _chair(self, plan: Plan) -> Actor:
        return self.population.actors["chair" if plan.council == HOME else "chair elsewhere"]

    def _chair_of(self, report: Report) -> Actor:
        home = report.council_id == self.population.councils[HOME].id
        return self.population.actors["chair" if home else "chair elsewhere"]

    def _author_of(self, report: Report, draft: Edition) -> Actor:
        ids = {actor.id: actor for actor in self.population.actors.values()}
        return ids[draft.authors[-1]]

    def _names(self, people: Iterable[int]) -> tuple[str, ...]:
        by_id = {actor.id: name for name, actor in self.population.actors.items()}
        return tuple(by_id[one] for one in people)

    def _relay(self, council: str) -> Relayed:
        self.used += 1
        chair = self.population.actors["chair" if council == HOME else "chair elsewhere"]
        source = relays.add_source(
            self.session,
            self.population.councils[council],
            issuer=f"Embassy {canary(self.used, 'issuer')}",
            url=f"https://embassy.example/{canary(self.used, 'address')}",
            every_minutes=60,
            by=chair,
            at=self.at,
        )
        source.next_check_at = self.at + timedelta(days=30)
        item = RelayedItem(
            source=source,
            guid=canary(self.used, "guid"),
            title=f"Alert {canary(self.used, 'title')}",
            sections=[{"heading": "Event", "body": f"Event {canary(self.used, 'first')}"}],
            digest="0" * 64,
            link=f"https://embassy.example/{canary(self.used, 'link')}",
            seen_at=self.at,
        )
        self.session.add(item)
        self.session.flush()
        return Relayed(council, self.used, source.public_id, item.public_id)
