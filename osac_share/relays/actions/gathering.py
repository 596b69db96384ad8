"""Fetching the messages that a list of alerts only names, under the same rules as the list."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from osac_share.kernel.errors import Refusal
from osac_share.relays import documents

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from osac_share.kernel.fetching import Fetcher
    from osac_share.relays.documents import Entry, Linked

AT_ONCE = 30
"""How many messages are fetched at one poll; the others come with the next."""

SECONDS = 60.0
"""How long that may take before the rest waits. A lease outlasts this and the last of them."""

LONGEST_ADDRESS = 120


class Gathered(NamedTuple):
    """What came of the messages that a list names.

    `known` are the keys of those that need not be fetched again; `is_whole` tells that no other
    is left.
    """

    entries: Sequence[Entry]
    problems: Sequence[str]
    known: Sequence[str]
    is_whole: bool


def gather(fetcher: Fetcher, linked: Sequence[Linked], before: Collection[str]) -> Gathered:
    """Return the messages that a list names, as far as they were not fetched before.

    A message that cannot be fetched or read does not cost the others: it is named in a sentence,
    and tried again at the next poll.

    Args:
        fetcher: who asks; private addresses, sizes and redirects are judged as for the list.
        linked: what the list names.
        before: the keys of what was fetched at earlier polls.

    """
    named = {one.key: one.address for one in linked}
    known = [key for key in named if key in before]
    entries: list[Entry] = []
    problems: list[str] = []
    deadline = monotonic() + SECONDS
    for key, address in [one for one in named.items() if one[0] not in before][:AT_ONCE]:
        if monotonic() >= deadline:
            break
        try:
            found = fetcher.fetch(address)
            if found is None:
                continue
            reading = documents.read_message(found.body, found.charset, found.address)
        except Refusal as problem:
            problems.append(f"{address[:LONGEST_ADDRESS]}: {problem.message}")
            continue
        entries.extend(reading.entries)
        problems.extend(f"{address[:LONGEST_ADDRESS]}: {one}" for one in reading.problems)
        if reading.entries or not reading.problems:
            known.append(key)
    return Gathered(entries, problems, known, len(known) == len(named))
