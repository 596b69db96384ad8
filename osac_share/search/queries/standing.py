"""Which standing searches, those that somebody is alerted by, find an edition."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from osac_share.search.documents import documents
from osac_share.search.index.pages import Page, found_in
from osac_share.search.index.percolation import Standing, meets
from osac_share.search.models import Query, Tag
from osac_share.search.queries.filters import labelled, read
from osac_share.subscriptions import queries as subscriptions

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.orm import Session

    from osac_share.reports.models import Edition

_standing, _lock = Standing(), Lock()
"""What this process has read so far. A subscription never changes, and its public id is its own
in whatever database, so that what was read of it holds for good."""


def searches_met(
    session: Session, edition: Edition, *, people: Collection[int] | None = None
) -> list[int]:
    """Return the ids of the living subscriptions whose words find an edition.

    Each is read once in the life of a process, and then only those that come near are tried.

    Args:
        session: the session to ask in.
        edition: a published one.
        people: whose subscriptions; everybody's when left out.

    """
    if people is not None:
        theirs = subscriptions.worded_wishes_of(session, people)
        pages = pages_of(session, edition) if theirs else []
        return [one.id for one in theirs if meets(standing_query(session, one.words), pages)]
    wishes = subscriptions.standing_wishes(session)
    if not wishes:
        return []
    with _lock:
        _settle(session, wishes)
        met = _standing.met_by(pages_of(session, edition))
    return [wish_id for wish_id, name in wishes if name in met]


def _settle(session: Session, wishes: Sequence[tuple[int, str]]) -> None:
    names = {name for _, name in wishes}
    for name in _standing.names - names:
        _standing.drop(name)
    unread = {wish_id: name for wish_id, name in wishes if name not in _standing}
    for wish_id, words in subscriptions.words_of(session, unread).items():
        _standing.add(unread[wish_id], standing_query(session, words))


def standing_query(session: Session, words: str) -> Query:
    """Return what a kept search asks for, to the letter.

    One that is not understood any more, because a council is gone, say, asks for nothing: without
    its filter it would ask for far more than was wanted.
    """
    query = read(session, words)
    return Query() if query.notices else query


def pages_of(session: Session, edition: Edition) -> list[Page]:
    """Return what an edition and the files that go with it say."""
    found = documents(session, [edition.report_id], edition_id=edition.id)
    return [Page(document) for document in found]


def words_found(session: Session, edition: Edition, words: str) -> list[str] | None:
    """Return what of an edition a search asked for, as it stands there; None if it does not fit."""
    return words_found_on(pages_of(session, edition), standing_query(session, words))


def words_found_on(pages: Sequence[Page], query: Query) -> list[str] | None:
    """Return what of these pages a search asked for, as it stands there; None if none fits."""
    met = [page for page in pages if meets(query, [page])]
    if not met:
        return None
    found = [
        labelled(one.field, one.value) if isinstance(one, Tag) else one
        for page in met
        for one in found_in(page, query)
    ]
    return [*dict.fromkeys(found)]
