"""Keeping searches, being alerted by them, and recommending them. None of it commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from osac_share.audit.actions import record as record_act
from osac_share.councils.models import Council
from osac_share.kernel.errors import NotAllowed, RuleBroken
from osac_share.search import policy
from osac_share.search.models.saved import LONGEST_NAME, RecommendedSearch, SavedSearch
from osac_share.search.queries import saved as queries
from osac_share.search.queries.filters import read
from osac_share.subscriptions import actions as subscriptions
from osac_share.subscriptions.actions.turns import take_turns
from osac_share.subscriptions.policy import Wish
from osac_share.subscriptions.queries import find_worded

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.councils.policy import Actor
    from osac_share.subscriptions.models import Subscription


def save(session: Session, text: str, *, by: Actor, at: datetime, name: str = "") -> SavedSearch:
    """Keep a search; the same one twice stays one.

    Args:
        session: the session of the act.
        text: the search as typed, whatever narrows it written as filters.
        by: whose it will be.
        at: now; what was published before counts as seen.
        name: what they call it; its own words when left out.

    Raises:
        NotAllowed: the actor is no member in good standing.
        RuleBroken: the search is not understood, or they keep too many.

    """
    if not policy.may_save(by) or by.id is None:
        raise NotAllowed("Only members keep searches. The feed of a search is open to everyone.")
    words = queries.kept_words(session, text)
    take_turns(session, by.id)
    if same := queries.find_saved(session, by.id, words):
        return same
    if queries.count_saved(session, by.id) >= policy.MOST_SAVED:
        raise RuleBroken(f"You keep {policy.MOST_SAVED} searches already. Delete one first.")
    kept = SavedSearch(
        person_id=by.id,
        name=_name(session, name, words),
        words=words,
        created_at=at,
        looked_at=at,
    )
    session.add(kept)
    session.flush()
    return kept


def rename(session: Session, kept: SavedSearch, name: str) -> None:
    """Call a kept search something else; by its own words if that is nothing."""
    kept.name = _name(session, name, kept.words)


def note_look(kept: SavedSearch, *, at: datetime) -> None:
    """Note that its owner has seen what there was by now."""
    kept.looked_at = max(kept.looked_at, at)


def alert(
    session: Session,
    kept: SavedSearch,
    frequency: str,
    channels: Collection[str] = ("mail",),
    *,
    by: Actor,
    at: datetime,
) -> Subscription | None:
    """Let its owner be alerted by a kept search, or, with an empty `frequency`, not any more.

    Raises:
        NotAllowed: they are no member in good standing.
        RuleBroken: they have too many subscriptions.

    """
    held = find_worded(session, kept.person_id, kept.words)
    if not frequency:
        if held is not None:
            who = by.name_in_record
            subscriptions.end(session, held, reason="unsubscribed", by=who, at=at)
        return None
    wish = Wish(words=kept.words, frequency=frequency, channels=channels)
    if held is not None:
        return subscriptions.change(session, held, wish, by=by, at=at)
    return subscriptions.subscribe(session, wish, by=by, at=at)


def delete(session: Session, kept: SavedSearch, *, by: Actor, at: datetime) -> None:
    """Keep a search no longer; it alerts nobody any more."""
    alert(session, kept, "", by=by, at=at)
    session.delete(kept)


def recommend(
    session: Session, council: Council, text: str, *, by: Actor, at: datetime, name: str = ""
) -> RecommendedSearch:
    """Recommend a search to the members who look at a council's page; the same twice stays one.

    Raises:
        NotAllowed: the actor is not chair or co-chair of the council.
        RuleBroken: the search is not understood, or the council recommends too many.

    """
    require_chair(council, by)
    words = queries.kept_words(session, text)
    # The second of two waits here, and then finds what the first has written.
    session.execute(select(Council.id).where(Council.id == council.id).with_for_update())
    standing = queries.recommended_by(session, council.id)
    if same := next((one for one in standing if one.words == words), None):
        return same
    if len(standing) >= policy.MOST_RECOMMENDED:
        most = policy.MOST_RECOMMENDED
        raise RuleBroken(f"There are {most} recommended searches already. Remove one first.")
    recommended = RecommendedSearch(
        council_id=council.id,
        name=_name(session, name, words),
        words=words,
        recommended_by=by.id,
        created_at=at,
    )
    session.add(recommended)
    session.flush()
    _record(session, "recommend_search", council, recommended, by=by, at=at)
    return recommended


def remove(
    session: Session, council: Council, recommended: RecommendedSearch, *, by: Actor, at: datetime
) -> None:
    """Recommend a search no longer; who saved it keeps it.

    Raises:
        NotAllowed: the actor is not chair or co-chair of the council.

    """
    require_chair(council, by)
    session.delete(recommended)
    _record(session, "remove_search", council, recommended, by=by, at=at)


def require_chair(council: Council, by: Actor) -> None:
    """Refuse whoever is not chair or co-chair of the council.

    Raises:
        NotAllowed: they are not.

    """
    if not policy.may_recommend(by.standing, council.id):
        raise NotAllowed(f"The chair and the co-chair of {council.name} recommend searches here.")


def _name(session: Session, name: str, words: str) -> str:
    return " ".join(name.split())[:LONGEST_NAME] or queries.name_for(read(session, words))


def _record(
    session: Session,
    act: str,
    council: Council,
    recommended: RecommendedSearch,
    *,
    by: Actor,
    at: datetime,
) -> None:
    record_act(
        session,
        f"council.{act}",
        by=by.name_in_record,
        at=at,
        object_kind="council",
        object_id=council.slug,
        search=recommended.public_id,
        name=recommended.name,
        words=recommended.words,
    )
