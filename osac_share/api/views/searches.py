"""The owner's saved searches, by programs."""

from __future__ import annotations

from http import HTTPStatus

from sqlalchemy import select

from osac_share.api.documents.answers import moment
from osac_share.api.documents.operations import BASE
from osac_share.api.documents.shapes.own import (
    SearchChanged,
    SearchGiven,
    SearchHeld,
    SearchList,
)
from osac_share.api.forms import alert_form
from osac_share.api.views.requests import require_version
from osac_share.api.views.serving import Told, holder, operation, tag_of
from osac_share.councils.login import current_actor
from osac_share.kernel import clock
from osac_share.search.actions import saving
from osac_share.search.models.saved import SavedSearch
from osac_share.search.queries import saved as queries
from osac_share.subscriptions.policy import channels_in
from osac_share.subscriptions.queries import find_worded
from osac_share.subscriptions.views.blueprint import ways_of
from osac_share.tokens.policy import SEARCHES
from osac_share.web.sessions import current_session

OWN = "Saved searches"
ONE = "/searches/<public_id>"


@operation("GET /searches", tag=OWN, scope=SEARCHES, answers={HTTPStatus.OK: SearchList})
def searches() -> SearchList:
    """List the owner's saved searches, by name."""
    kept = queries.saved_by(current_session(), holder().person_id)
    return SearchList(searches=[_shape(one) for one in kept])


@operation(
    "POST /searches",
    tag=OWN,
    scope=SEARCHES,
    body=SearchGiven,
    answers={HTTPStatus.CREATED: SearchHeld},
)
def save(sent: SearchGiven) -> Told:
    """Keep a search. The same one twice stays one."""
    kept = saving.save(
        current_session(), sent.q, by=current_actor(), at=clock.now(), name=sent.name
    )
    return _told(kept, HTTPStatus.CREATED)


@operation(f"GET {ONE}", tag=OWN, scope=SEARCHES, answers={HTTPStatus.OK: SearchHeld})
def search(public_id: str) -> Told:
    """Answer one of the owner's saved searches."""
    return _told(queries.get_saved(current_session(), public_id, holder().person_id))


@operation(
    f"PUT {ONE}",
    tag=OWN,
    scope=SEARCHES,
    body=SearchChanged,
    answers={HTTPStatus.OK: SearchHeld},
    is_versioned=True,
)
def change_search(public_id: str, sent: SearchChanged) -> Told:
    """Rename a saved search, and let it alert as often as is asked for."""
    kept = _to_change(public_id)
    session, by, at = current_session(), current_actor(), clock.now()
    form = alert_form(sent, ways_of(session, holder().person_id))
    saving.rename(session, kept, form.name.data or "")
    saving.alert(session, kept, form.frequency.data, form.channels, by=by, at=at)
    return _told(kept)


@operation(
    f"DELETE {ONE}",
    tag=OWN,
    scope=SEARCHES,
    answers={HTTPStatus.NO_CONTENT: None},
    is_versioned=True,
)
def delete_search(public_id: str) -> Told:
    """Delete a saved search, and end its alert."""
    kept = _to_change(public_id)
    saving.delete(current_session(), kept, by=current_actor(), at=clock.now())
    return Told(None, HTTPStatus.NO_CONTENT)


def _to_change(public_id: str) -> SavedSearch:
    session = current_session()
    # Of two who change it at once the second waits here, and then sees what the first has done.
    locked = select(SavedSearch.id).where(SavedSearch.public_id == public_id).with_for_update()
    session.execute(locked)
    kept = queries.get_saved(session, public_id, holder().person_id)
    require_version(_version(_shape(kept)))
    return kept


def _told(kept: SavedSearch, status: HTTPStatus = HTTPStatus.OK) -> Told:
    shape = _shape(kept)
    location = f"{BASE}/searches/{kept.public_id}" if status is HTTPStatus.CREATED else ""
    return Told(shape, status, location, _version(shape))


def _version(shape: SearchHeld) -> str:
    return tag_of("search", shape.model_dump_json())


def _shape(kept: SavedSearch) -> SearchHeld:
    alert = find_worded(current_session(), kept.person_id, kept.words)
    return SearchHeld(
        id=kept.public_id,
        name=kept.name,
        q=kept.words,
        frequency=None if alert is None else alert.frequency,
        channels=[] if alert is None else channels_in(alert.channels),
        created_at=moment(kept.created_at),
    )
