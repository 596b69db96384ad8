"""Feeds as bytes, joined from entries that are written once and kept."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from osac_share.feeds.documents import atom, json_feed, rss

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from osac_share.feeds.documents.entries import Feed, FeedEntry, Format


class _Writer(NamedTuple):
    """A format: its media type, and how an entry and a whole feed are written in it."""

    content_type: str
    write_entry: Callable[[FeedEntry], str]
    write_feed: Callable[[Feed, Iterable[str]], str]


_WRITERS: Mapping[Format, _Writer] = {
    "atom": _Writer("application/atom+xml; charset=utf-8", atom.write_entry, atom.write_feed),
    "rss": _Writer("application/rss+xml; charset=utf-8", rss.write_entry, rss.write_feed),
    "json": _Writer(
        "application/feed+json; charset=utf-8", json_feed.write_entry, json_feed.write_feed
    ),
}

CONTENT_TYPES = {kind: writer.content_type for kind, writer in _WRITERS.items()}
"""The exact `Content-Type` of each format."""

_ROOM = 32_000_000
"""Characters of entries and fragments kept: some 2,000 entries of usual size."""


class FeedRenderer:
    """Write feeds, keeping each entry's fragment for the other feeds that hold it.

    A published edition never changes, so neither does its entry: it is written once per
    format, and feeds are joined from what was written. The least recently used fragments
    give way. One renderer serves all threads of a process.
    """

    def __init__(self, room: int = _ROOM) -> None:
        """Keep at most `room` characters."""
        self._room = room
        self._kept: OrderedDict[tuple[FeedEntry, Format], str] = OrderedDict()
        self._lock = Lock()

    def render(self, feed: Feed, kind: Format) -> bytes:
        """Return `feed` as a complete document of the given format, in UTF-8."""
        fragments = [self.fragment(entry, kind) for entry in feed.entries]
        return _WRITERS[kind].write_feed(feed, fragments).encode()

    def fragment(self, entry: FeedEntry, kind: Format) -> str:
        """Return `entry` in the given format, written now or kept from before."""
        key = (entry, kind)
        with self._lock:
            if (kept := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
                return kept
        fragment = _WRITERS[kind].write_entry(entry)
        with self._lock:
            self._keep(key, fragment)
        return fragment

    def _keep(self, key: tuple[FeedEntry, Format], fragment: str) -> None:
        if key in self._kept:
            return
        self._kept[key] = fragment
        self._room -= _size(key, fragment)
        while self._room < 0:
            self._room += _size(*self._kept.popitem(last=False))


def _size(key: tuple[FeedEntry, Format], fragment: str) -> int:
    return len(key[0].content_html) + len(fragment)
