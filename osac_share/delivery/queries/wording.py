"""What the wishes behind deliveries ask for, and what their searches found, in words."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import select

from osac_share.delivery.policy import is_withheld
from osac_share.search.queries.standing import pages_of, standing_query, words_found_on
from osac_share.subscriptions import queries as subscriptions
from osac_share.subscriptions.documents import describe, enumerate_names
from osac_share.subscriptions.models import Subscription, SubscriptionTerm

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Iterator

    from sqlalchemy.orm import Session

    from osac_share.reports.models import Edition

_OWN = {"id", "public_id", "person_id", "created_at", "ended_at", "ended_reason"}
"""What each wish has for itself, and what its words do not depend on."""

_WISH, _TERM = Subscription.__table__.c, SubscriptionTerm.__table__.c
_SHARED = select(_WISH.id, *(column for column in _WISH if column.name not in _OWN))
_TERMS = select(_TERM.subscription_id, _TERM.place, _TERM.topic)


def words_of(session: Session, wish_ids: Collection[int]) -> dict[int, str]:
    """Return what these subscriptions ask for, by id.

    Those that ask for the same say it in the same words: of a thousand readers most do, and only
    one wish of each sort is read whole.
    """
    sorts: defaultdict[Hashable, list[int]] = defaultdict(list)
    for wish_id, what in _asked(session, wish_ids):
        sorts[what].append(wish_id)
    first = [alike[0] for alike in sorts.values()]
    examples = select(Subscription).where(Subscription.id.in_(first))
    examples = examples.execution_options(populate_existing=True)
    words = {wish.id: describe(wish) for wish in session.scalars(examples)}
    return {wish_id: words[alike[0]] for alike in sorts.values() for wish_id in alike}


def findings(session: Session, told: Iterable[tuple[Edition, int]]) -> dict[tuple[int, int], str]:
    """Return what searches found in the editions that they bring, by the ids of edition and wish.

    Each search is held against each edition once, however many share it. Nothing is said of an
    edition whose words no mail may say.

    Args:
        session: the session to ask in.
        told: editions, and the ids of the subscriptions by which they are sent.

    """
    pairs = {(edition.id, wish_id): edition for edition, wish_id in told}
    asked = subscriptions.words_of(session, {wish_id for _, wish_id in pairs})
    sought: defaultdict[Edition, defaultdict[str, list[int]]]
    sought = defaultdict(lambda: defaultdict(list))
    for (_, wish_id), edition in pairs.items():
        if asked.get(wish_id) and not is_withheld(edition.marking):
            sought[edition][asked[wish_id]].append(wish_id)
    found: dict[tuple[int, int], str] = {}
    for edition, searches in sought.items():
        pages = pages_of(session, edition)
        for words, wish_ids in searches.items():
            if finds := enumerate_finds(words_found_on(pages, standing_query(session, words))):
                found |= {(edition.id, wish_id): finds for wish_id in wish_ids}
    return found


def enumerate_finds(words: Iterable[str] | None) -> str:
    """Return words that were found as one phrase, empty when there are none."""
    return enumerate_names([f"“{one}”" for one in words or ()], "words")


def _asked(session: Session, wish_ids: Collection[int]) -> Iterator[tuple[int, Hashable]]:
    """Yield the id of each wish, and all that its words can be made of."""
    terms: defaultdict[int, set[tuple[str, str]]] = defaultdict(set)
    asked = _TERMS.where(_TERM.subscription_id.in_(wish_ids))
    for wish_id, place, topic in session.execute(asked):
        terms[wish_id].add((place, topic))
    for wish_id, *shared in session.execute(_SHARED.where(_WISH.id.in_(wish_ids))):
        yield wish_id, (frozenset(terms[wish_id]), *shared)
