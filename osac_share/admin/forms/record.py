"""What an auditor looks for, as the address says it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 200
A_DAY = timedelta(days=1)
NAMES = ("who", "what", "object", "from", "until")


@dataclass(frozen=True, slots=True)
class Sought:
    """The boxes above the list, as they were filled in; nonsense counts as nothing."""

    who: str = ""
    what: str = ""
    object: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None

    @classmethod
    def of(cls, said: Mapping[str, str]) -> Sought:
        """Read the parameters of an address; days are whole ones, in UTC."""
        who, what, object_, since, until = (said.get(name, "")[:LONGEST].strip() for name in NAMES)
        last = _day(until)
        return cls(
            who=who.replace("\x00", ""),
            what=what.replace("\x00", ""),
            object=object_.replace("\x00", ""),
            since=_day(since),
            until=last and last + A_DAY,
            before=_number(said.get("before", "")),
        )

    @property
    def words(self) -> dict[str, str]:
        """Return what was filled in, by the names of the boxes."""
        days = {"from": self.since, "until": self.until and self.until - A_DAY}
        said = {"who": self.who, "what": self.what, "object": self.object}
        said |= {name: f"{day:%Y-%m-%d}" for name, day in days.items() if day is not None}
        return {name: word for name, word in said.items() if word}

    def query(self, **more: int) -> str:
        """Return the parameters of an address that seeks the same, and `more`."""
        return urlencode({**self.words, **more})


def _day(text: str) -> datetime | None:
    try:
        found = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 -- a day has no zone.
    except ValueError:
        return None
    return datetime.combine(found, time(), UTC) if found.year < 9999 else None  # noqa: PLR2004


def _number(text: str) -> int | None:
    fits = text.isascii() and text.isdigit() and len(text) <= 9  # noqa: PLR2004
    return int(text) if fits else None
