"""What readers see of a long history, each with a parser of its own, polling as they go."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest

from osac_share.reports.models import ALL_CLEAR, WITHDRAWN
from tests.feeds.parsing import Seen, by_atoma, by_feedparser, by_json, by_lxml, settled

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from time_machine import Traveller

    from osac_share.reports.models import Report
    from tests.feeds.newsroom import Newsroom
    from tests.feeds.reading import Reader

STEPS = 24
SCOPES = ("/feeds/reports", "/feeds/countries/MX")
WORDS = ("Closures <b>", "“Marches” & strikes", "Cortes de ruta: Año", "محطة مغلقة", "Fire]]>")

PARSERS: dict[str, Callable[[bytes], list[Seen]]] = {
    "atom": by_feedparser,
    "rss": lambda document: by_lxml(document, "rss"),
    "json": lambda document: by_atoma(document, "json"),
}
"""Each kind of feed is read by another program."""


@dataclass
class Poller:
    """One reader of one feed, who says each time what it has already."""

    reader: Reader
    path: str
    etag: str = ""
    last: bytes = b""
    known: dict[str, Seen] = field(default_factory=dict)
    changes: int = 0

    def poll(self) -> None:
        """Ask once; nothing is sent again that did not change, and no change is missed."""
        answer = self.reader.poll(self.path, if_none_match=self.etag)
        if answer.status_code == 304:
            assert (answer.data, self.reader.poll(self.path).data) == (b"", self.last)
            return
        assert answer.status_code == 200
        assert answer.data != self.last
        assert answer.headers["ETag"] != self.etag
        self.etag, self.last, self.changes = answer.headers["ETag"], answer.data, self.changes + 1

    def entries(self, kind: str) -> list[Seen]:
        """Return what its own parser makes of what it has."""
        entries = PARSERS[kind](self.last)
        self.known |= {entry.id: entry for entry in entries}
        return settled(entries)


class Play:
    """A council at work: one act after the other, by chance but always the same."""

    def __init__(self, newsroom: Newsroom) -> None:
        self.newsroom, self.chance = newsroom, Random(5)  # noqa: S311 -- no secret.
        self.open: list[Report] = []
        self.news = 0
        """How many entries a reader who missed none has seen by now."""

    def act(self, number: int, at: datetime) -> None:
        """Do one thing that a council does with its reports, or nothing."""
        kinds = ("publish", "publish", "update", "correct", "hide", "lift", "withdraw", "rest")
        kind = self.chance.choice(kinds) if self.open else "publish"
        title = f"{self.chance.choice(WORDS)} {number}"
        if kind == "publish":
            self.open.append(self.newsroom.publish(title, at=at))
            self.news += 1
        elif kind == "hide":
            self.newsroom.publish(title, marking="GREEN", at=at)
        elif kind != "rest":
            self._go_on(kind, self.chance.choice(self.open), title, at)

    def _go_on(self, kind: str, report: Report, title: str, at: datetime) -> None:
        if kind in {"update", "correct"}:
            is_major = kind == "update"
            self.newsroom.update(report, title, at=at, is_major=is_major, change_note="More.")
            self.news += is_major
            return
        self.open.remove(report)
        self.newsroom.end(report, ALL_CLEAR if kind == "lift" else WITHDRAWN, at=at)
        self.news += 1


@pytest.mark.one_database
def test_readers_agree_on_every_entry_of_a_history_and_miss_none(
    reader: Reader, newsroom: Newsroom, now: datetime, clock: Traveller
) -> None:
    play = Play(newsroom)
    pollers = [Poller(reader, f"{path}.{kind}") for path in SCOPES for kind in PARSERS]
    for number in range(STEPS):
        at = now + number * timedelta(minutes=20)
        clock.move_to(at, tick=False)
        play.act(number, at)
        for poller in pollers:
            poller.poll()
        told = settled(by_json(reader.poll("/feeds/reports.json").data))
        for poller in pollers:
            assert poller.entries(poller.path.rpartition(".")[2]) == told
    for poller in pollers:
        assert len(poller.known) == play.news
        assert play.news < poller.changes <= STEPS
