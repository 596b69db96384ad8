"""Deciding the cells of the matrix: what came, against what the oracle says must come."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.support.matrix import oracle
from tests.support.matrix.canaries import canaries_in, canary
from tests.support.matrix.rules import Verdict, verdict_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tests.support.matrix.addresses import Call
    from tests.support.matrix.asking import Answer, Asker
    from tests.support.matrix.canaries import Seen
    from tests.support.matrix.holdings import Holding
    from tests.support.matrix.things import Relayed, Thing, World

OPENED = frozenset({200, 303, 409})
"""How an address answers to whom it is open: with a page, a way on, or what is missing first."""
PRINTED_OF = 12
"""Of so many reports that somebody may print, one is printed."""
TURNED_AWAY = frozenset({303, 401, 403, 404, 409, 422})
"""How it answers to whom it is not, while they may know of the thing."""


@dataclass
class Tally:
    """What was found out: how many cells, and which of them were wrong."""

    cells: int = 0
    size: int = 0
    leaks: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    """Where somebody was refused what is theirs."""

    def add(self, other: Tally) -> None:
        """Take in what another part of the matrix found."""
        self.cells += other.cells
        self.size += other.size
        self.leaks += other.leaks
        self.refusals += other.refusals


class Judge:
    """Decides about the answers to one person."""

    def __init__(self, asker: Asker, world: World) -> None:
        """Sit beside somebody who asks."""
        self.asker = asker
        self.who = asker.who
        """Whose eyes the answers are meant for."""
        self.world = world
        self.tally = Tally()
        self._things: Mapping[int, Thing] = {
            words.canary: thing for thing in world.things for words in thing.editions
        }
        self._relayed: Mapping[int, Relayed] = {one.canary: one for one in world.relayed}
        self._holdings: Mapping[int, Holding] = {
            one.canary: one for one in world.holdings if one.canary
        }
        self._printed = 0
        self._absent: dict[tuple[str, str], tuple[Answer, Call]] = {}

    def try_safely(self, calls: Iterable[Call]) -> None:
        """Open every address that is asked with GET."""
        for call in calls:
            if not call.is_safe or self._is_printed_enough(call):
                continue
            if call.subject.is_something:
                self._decide(call, self.asker.get(call.path))
            else:
                self.look_through(call.endpoint, self.asker.get(call.path), call.path)

    def try_to_act(self, calls: Iterable[Call], words: Mapping[str, str]) -> None:
        """Send every form that is not this person's to send; nothing of it may do anything."""
        for call in calls:
            if call.is_safe or not call.subject.is_something:
                continue
            verdict = verdict_of(call.endpoint, self.who.name, call.subject)
            if verdict is Verdict.OPEN:
                continue
            lock = str(call.subject.thing.lock) if call.subject.thing else "0"
            self._decide(call, self.asker.act(call.method, call.path, {**words, "lock": lock}))

    def look_through(self, channel: str, answer: Answer, path: str) -> None:
        """Look for what must not be there in what lists many things: one cell for each of them."""
        self._scan(answer.whole, f"{channel} {path}")
        self.tally.cells += len(self._things) + len(self._relayed) + len(self._holdings)
        if answer.status >= 500:
            self._leak(f"{path} failed with {answer.status}")

    def expect(self, channel: str, wanted: set[int], found: set[int]) -> None:
        """Compare what a complete list shows with what it should, by the numbers of titles."""
        for number in wanted - found:
            label = self._things[number].plan.label if number in self._things else str(number)
            self.tally.refusals.append(f"{self.who.name}: {channel} lacks {label}")
        for number in found - wanted:
            label = self._things[number].plan.label if number in self._things else str(number)
            self._leak(f"{channel} has {label}")

    def read(self, channel: str, text: bytes) -> set[int]:
        """Look through a text, and return the numbers of the titles that are in it."""
        self._scan(text, channel)
        return {seen.number for seen in canaries_in(text) if seen.field == "title"}

    def same(self, left: Answer, right: Answer, without: tuple[str, ...], channel: str) -> None:
        """Find that two answers are one and the same, but for some words of the asker's own."""
        self.tally.cells += 1
        if left.without(without) != right.without(without):
            self._leak(f"{channel} tells what is hidden from what never was")

    def _is_printed_enough(self, call: Call) -> bool:
        # Setting a page on paper and reading it takes long: of what is open, a few are printed.
        if not call.endpoint.endswith("pdf"):
            return False
        if verdict_of(call.endpoint, self.who.name, call.subject) is not Verdict.OPEN:
            return False
        self._printed += 1
        return self._printed % PRINTED_OF != 1

    def _decide(self, call: Call, answer: Answer) -> None:
        self.tally.cells += 1
        where = f"{call.method} {call.endpoint}, {call.subject.label}"
        self._scan(answer.whole, where)
        verdict = verdict_of(call.endpoint, self.who.name, call.subject)
        match verdict:
            case Verdict.OPEN if answer.status not in OPENED:
                self.tally.refusals.append(f"{self.who.name}: {where} ({answer.status})")
            case Verdict.OPEN:
                self._require_words(call, answer, where)
            case Verdict.REFUSED if answer.status not in TURNED_AWAY:
                self._leak(f"{where} ({answer.status})")
            case Verdict.HIDDEN if told := self._told_by(call, answer):
                self._leak(f"{where} is not as if it were nothing ({answer.status}): {told}")

    def _told_by(self, call: Call, answer: Answer) -> str:
        """Return where an answer differs from that about what never was; nothing if it does not."""
        key = (call.endpoint, call.method)
        if key not in self._absent:
            self._absent[key] = self.asker.ask(call.method, call.absent, self._form(call)), call
        nothing, of = self._absent[key]
        # Both echo the address that was asked; that is taken out of both.
        echoed = (call.path, of.absent, *call.subject.ids, *of.absent_ids)
        (status, said), (usual, usually) = answer.without(echoed), nothing.without(echoed)
        if (status, said) == (usual, usually):
            return ""
        pairs = zip(said, usually, strict=False)
        alike = next((at for at, (one, other) in enumerate(pairs) if one != other), 0)
        around = slice(max(alike - 60, 0), alike + 60)
        return f"{usual} {usually[around]!r} became {status} {said[around]!r}"

    def _form(self, call: Call) -> Mapping[str, str]:
        return {} if call.is_safe else {"csrf_token": self.asker.form_token}

    def _require_words(self, call: Call, answer: Answer, where: str) -> None:
        thing, words = call.subject.thing, call.subject.words
        if call.endpoint not in {"reports.show", "reports.edition"} or thing is None:
            return
        shown = words or thing.current
        if shown is None or shown.is_tombstone:
            return
        if canary(shown.canary, "title").encode() not in answer.body:
            self.tally.refusals.append(f"{self.who.name}: {where} lacks its title")

    def _scan(self, text: bytes, where: str) -> None:
        self.tally.size += len(text)
        for seen in canaries_in(text):
            if not self._may_meet(seen):
                self._leak(f"{where} shows {seen.field} of {self._name(seen)}")

    def _may_meet(self, seen: Seen) -> bool:
        return oracle.may_meet(self.who, seen, self._things, self._relayed, self._holdings)

    def _name(self, seen: Seen) -> str:
        if held := self._holdings.get(seen.number):
            return f"{held.kind} of {held.owner or held.organization or held.council}"
        thing = self._things.get(seen.number)
        return thing.plan.label if thing else f"number {seen.number}"

    def _leak(self, words: str) -> None:
        self.tally.leaks.append(f"{self.who.name}: {words}")


def title_of(thing: Thing) -> int:
    """Return whose title a list shows for a report: a tombstone has that of what it buries."""
    shown = [words for words in thing.published if not words.is_tombstone]
    return shown[-1].canary if shown else thing.editions[0].canary
