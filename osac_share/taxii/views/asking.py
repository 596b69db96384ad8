"""What a client asks for in the address (TAXII 2.1, section 3.4)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from osac_share.kernel.errors import RuleBroken
from osac_share.taxii.queries import ALL, FIRST, LAST, Asked

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

USUAL, MOST = 100, 500
"""How many objects a page holds."""

AT_ONCE = 100
"""How many values a filter may have."""

_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,12}))?Z", re.ASCII)


def asked(
    given: Mapping[str, str],
    *,
    ids: Collection[str] | None = None,
    versions: Collection[str | datetime] | None = None,
) -> Asked:
    """Return what is asked for by the parameters of an address.

    Args:
        given: the parameters.
        ids: of which objects, where the address has said that already.
        versions: which of their versions, likewise.

    Raises:
        RuleBroken: a parameter cannot be understood.

    """
    after = given.get("added_after")
    specs = _listed(given, "spec_version")
    return Asked(
        limit=_limit(given.get("limit", str(USUAL))),
        following=given.get("next"),
        added_after=None if after is None else _moment(after),
        ids=_listed(given, "id") if ids is None else ids,
        types=_listed(given, "type"),
        versions=versions or [_version(one) for one in _listed(given, "version")] or (LAST,),
        knows_spec=not specs or "2.1" in specs,
    )


def _listed(given: Mapping[str, str], name: str) -> list[str]:
    values = [one for one in given.get(f"match[{name}]", "").split(",") if one]
    if len(values) > AT_ONCE:
        raise RuleBroken(f"A filter has at most {AT_ONCE} values.")
    return values


def _version(word: str) -> str | datetime:
    if word in {LAST, FIRST, ALL}:
        return word
    moment = _moment(word)
    # Versions are told to the millisecond.
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _moment(word: str) -> datetime:
    found = _MOMENT.fullmatch(word)
    if found is None:
        raise RuleBroken("A moment is written as in 2026-03-02T09:30:00.000000Z.")
    try:
        # What is finer than a microsecond is told apart by nobody here.
        return datetime.fromisoformat(f"{found[1]}.{(found[2] or '0')[:6].ljust(6, '0')}+00:00")
    except ValueError:
        raise RuleBroken(f"There was never a moment {word!r}.") from None


def _limit(word: str) -> int:
    if not (word.isascii() and word.isdigit()) or not word.strip("0"):
        raise RuleBroken("The limit is a number above 0.")
    digits = word.lstrip("0")
    return min(int(digits[:9]) if len(digits) <= len(str(MOST)) else MOST, MOST)
