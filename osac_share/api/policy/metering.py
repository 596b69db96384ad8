"""How many requests a token may make in a minute. Pure, but for the numbers that it keeps."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

WINDOW = timedelta(minutes=1)
MOST_TOKENS = 10_000
"""Of so many tokens a process remembers what they asked; the longest idle give way."""


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of an allowance: so many requests, until so many seconds have passed."""

    quota: int
    requests: int
    seconds: int
    is_over: bool

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers that say so (draft-ietf-httpapi-ratelimit-headers)."""
        return {
            "RateLimit-Policy": f'"token";q={self.quota};w={int(WINDOW.total_seconds())}',
            "RateLimit": f'"token";r={self.requests};t={self.seconds}',
        }


class Meter:
    """Counts requests by token, in one process; several processes allow so much more."""

    def __init__(self, quota: int) -> None:
        """Allow `quota` requests in each minute."""
        self._quota = quota
        self._counted: OrderedDict[int, tuple[datetime, int]] = OrderedDict()
        self._lock = Lock()

    def take(self, token_id: int, *, at: datetime) -> Left:
        """Count a request of a token at `at`, and return what is left for it."""
        with self._lock:
            begun, number = self._counted.pop(token_id, (at, 0))
            if not begun <= at < begun + WINDOW:
                begun, number = at, 0
            is_over = number >= self._quota
            number += not is_over
            self._counted[token_id] = (begun, number)
            while len(self._counted) > MOST_TOKENS:
                self._counted.popitem(last=False)
        seconds = max(1, -(-(begun + WINDOW - at) // timedelta(seconds=1)))
        return Left(self._quota, self._quota - number, seconds, is_over)
