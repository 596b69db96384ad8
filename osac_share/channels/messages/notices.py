"""What is said on a channel, whichever it is: as short words, and as facts for programs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing that is told.

    Attributes:
        id: the same with each try, and on each replay.
        event: what happened, in the words of programs.
        at: when it happened, in UTC.
        headline: in a few words, the marking first.
        text: one sentence for a screen that is read in passing.
        short: all of it for a telephone, in 160 characters, the address last.
        url: where to read on.
        facts: the same for programs.
        thread: what it is about; a newer notice takes an older one's place on a screen.
        is_urgent: a telephone may be woken for it.
        acknowledge_url: where whoever got it says so, without signing in; empty for none.

    """

    id: str
    event: str
    at: datetime
    headline: str
    text: str
    short: str
    url: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    thread: str = ""
    is_urgent: bool = False
    acknowledge_url: str = ""

    @property
    def body(self) -> dict[str, Any]:
        """Return what a webhook gets: event, moment and facts (Standard Webhooks)."""
        moment = f"{self.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        return {"type": self.event, "timestamp": moment, "data": dict(self.facts)}


def code_notice(code: str, *, site: str, url: str, message: str, at: datetime) -> Notice:
    """Return the notice that carries a code to whoever reads at a new endpoint."""
    address = f"{url}/channels"
    words = f"{code} is your code for {site}. Enter it at"
    return Notice(
        id=message,
        event="channel.code",
        at=at,
        headline=f"Your code for {site}",
        text=f"{words} {address}",
        short=_fitted(words, address),
        url=address,
        facts={"code": code, "url": address},
        is_urgent=True,
    )


def trial_notice(*, site: str, url: str, message: str, at: datetime) -> Notice:
    """Return the notice by which somebody sees that they are reached."""
    address = f"{url}/channels"
    words = f"This is a test: {site} reaches you here."
    return Notice(
        id=message,
        event="channel.test",
        at=at,
        headline=f"A test of {site}",
        text=words,
        short=_fitted(words, address),
        url=address,
        facts={"url": address},
    )


def _fitted(words: str, address: str) -> str:
    return f"{words[: 159 - len(address)]} {address}"[:160]
