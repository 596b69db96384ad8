"""Every rule of the application's map, filled with the ids of the world.

What an argument of a rule stands for is said in `slots`. A rule with an argument that is not
there stops the matrix with a sentence: nobody adds a route to an object without it being tried.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from osac_share.kernel.ids import new_public_id
from tests.support.matrix.furnishing import file_name
from tests.support.matrix.slots import NO_ROW, OPEN_SLOTS, SHORT, WHOLES, slot_of
from tests.support.routes import SAFE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from flask import Flask
    from werkzeug.routing import Rule

    from tests.support.matrix.holdings import Holding
    from tests.support.matrix.things import Relayed, Thing, Wish, Words, World


@dataclass(frozen=True)
class Subject:
    """What an address is about: a report, one of its editions, a text, a wish; or nothing."""

    thing: Thing | None = None
    words: Words | None = None
    relayed: Relayed | None = None
    wish: Wish | None = None
    holding: Holding | None = None
    owner: str = ""
    """Whose it is, where it is somebody's own."""
    ids: tuple[str, ...] = field(default=(), compare=False)

    @property
    def is_something(self) -> bool:
        """Tell whether this is about something that not everybody may know of."""
        return self != Subject()

    @property
    def label(self) -> str:
        """Return what this is, in a few words."""
        if self.thing is not None:
            edition = f" edition {self.words.number}" if self.words else ""
            return f"{self.thing.plan.label}{edition}"
        if self.relayed is not None:
            return f"relayed text of {self.relayed.council}"
        if self.holding is not None:
            one = self.holding
            return f"{one.kind} of {one.owner or one.council or one.organization}"
        return f"what is of {self.owner}" if self.owner else "nothing"


Filling = tuple[Subject, "Mapping[str, object]"]
"""What an address is about, and what stands in each of its slots."""


@dataclass(frozen=True)
class Call:
    """One address with one of its methods, and what it is about."""

    endpoint: str
    method: str
    path: str
    subject: Subject
    absent: str
    """The same address with ids that nothing has."""
    absent_ids: tuple[str, ...]

    @property
    def is_safe(self) -> bool:
        """Tell whether it is made to change nothing."""
        return self.method in SAFE


class Addresses:
    """The addresses of a world in an application."""

    def __init__(self, app: Flask, world: World, mails: Mapping[str, Sequence[str]]) -> None:
        """Take the application, its world, and the ids of everybody's mails."""
        self._rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]
        self._adapter = app.url_map.bind("localhost")
        self._world = world
        self._mails = mails

    def calls(self) -> Iterator[Call]:
        """Yield every call that there is: each method of each rule, with all that fits it."""
        for rule in self._rules:
            slots = {name: slot_of(rule.rule, name) for name in sorted(rule.arguments)}
            for subject, values in self._fillings(set(slots.values())):
                yield from self._of_rule(rule, slots, subject, values)

    def mixed(self, *, at_most: int) -> Iterator[Call]:
        """Yield calls of rules with several ids, each id from another thing than the others."""
        for rule in self._rules:
            slots = {name: slot_of(rule.rule, name) for name in sorted(rule.arguments)}
            closed = set(slots.values()) - set(OPEN_SLOTS) - {"edition"}
            if len(closed) < 2:
                continue
            found = [values for _subject, values in self._fillings(set(slots.values()))]
            pairs = [
                {slot: (mine if slot == min(closed) else theirs)[slot] for slot in mine}
                for mine, theirs in zip(found, found[1:] + found[:1], strict=True)
                if all(mine[slot] != theirs[slot] for slot in closed)
            ]
            for values in pairs[:at_most]:
                yield from self._of_rule(rule, slots, Subject(), values)

    def _of_rule(
        self, rule: Rule, slots: Mapping[str, str], subject: Subject, values: Mapping[str, object]
    ) -> Iterator[Call]:
        path = self._build(rule, slots, values)
        nothing = {slot: _absent(slot, value) for slot, value in values.items()}
        absent = self._build(rule, slots, nothing)
        made_up = tuple(one for one in map(str, nothing.values()) if len(one) > SHORT)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Call(rule.endpoint, method, path, subject, absent, made_up)

    def _build(self, rule: Rule, slots: Mapping[str, str], values: Mapping[str, object]) -> str:
        return self._adapter.build(
            rule.endpoint, {name: values[slot] for name, slot in slots.items()}
        )

    def _fillings(self, slots: set[str]) -> Iterator[Filling]:
        closed = slots - set(OPEN_SLOTS)
        for values in _open_values(sorted(slots & set(OPEN_SLOTS))):
            if not closed:
                yield Subject(), values
                continue
            for subject, ids in self._closed(closed):
                yield subject, {**values, **ids}

    def _closed(self, slots: set[str]) -> Iterator[Filling]:
        if "report" in slots:
            yield from self._reports(slots)
        elif "file" in slots:
            yield from self._files()
        else:
            yield from self._others(slots)
            yield from self._holdings(slots)

    def _reports(self, slots: set[str]) -> Iterator[Filling]:
        for thing in self._world.things:
            base: dict[str, object] = {"report": thing.public_id}
            if slots == {"report"}:
                yield Subject(thing=thing, ids=(thing.public_id,)), base
            for words in thing.editions if slots != {"report"} else ():
                if "file" in slots and not words.files:
                    continue
                values = base | {"edition": words.number, "file": (*words.files, "")[0]}
                ids = (thing.public_id, *words.files)
                yield Subject(thing=thing, words=words, ids=ids), values

    def _files(self) -> Iterator[Filling]:
        for thing in self._world.things:
            for words in thing.editions:
                for file in words.files:
                    name = file_name(words.canary)
                    yield (
                        Subject(thing=thing, words=words, ids=(file,)),
                        {"file": file, "file name": name},
                    )

    def _others(self, slots: set[str]) -> Iterator[Filling]:
        slot = min(slots)
        if len(slots) > 1:
            return
        for one in self._world.relayed:
            found = {"source": one.source_id, "relayed text": one.item_id}.get(slot)
            if found:
                yield Subject(relayed=one, ids=(found,)), {slot: found}
        for wish in self._world.wishes:
            named = {"subscription": wish.public_id, "unsubscribe token": wish.token}.get(slot)
            if named:
                yield Subject(wish=wish, owner=wish.person, ids=(named,)), {slot: named}
        for person, mails in self._mails.items() if slot == "mail" else ():
            for mail in mails:
                yield Subject(owner=person, ids=(mail,)), {slot: mail}

    def _holdings(self, slots: set[str]) -> Iterator[Filling]:
        (own,) = slots - WHOLES or slots
        for one in self._world.holdings:
            if slots <= set(one.ids) and own == next(iter(one.ids)):
                ids = tuple(name for name in map(str, one.ids.values()) if len(name) > SHORT)
                yield Subject(holding=one, ids=ids), {slot: one.ids[slot] for slot in slots}


def _open_values(slots: Sequence[str]) -> Iterator[Mapping[str, object]]:
    if not slots:
        yield {}
        return
    first, *rest = slots
    for value in OPEN_SLOTS[first]:
        for others in _open_values(rest):
            yield {first: value, **others}


def _absent(slot: str, value: object) -> object:
    is_secret = slot not in OPEN_SLOTS and slot not in {"edition", "file name"}
    if not is_secret:
        return value
    return NO_ROW if isinstance(value, int) else new_public_id()
