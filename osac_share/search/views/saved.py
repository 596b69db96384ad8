"""A member's saved searches: kept with one press, opened, renamed, alerted by, and deleted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from flask import flash, redirect, render_template, request, url_for

from osac_share.councils.login import current_actor
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import RuleBroken
from osac_share.search.actions import saving
from osac_share.search.forms.keeping import KeptForm
from osac_share.search.index.canonical import canonical
from osac_share.search.policy import LONGEST_WORDS
from osac_share.search.queries import saved as queries
from osac_share.search.views.searching import blueprint, current_index
from osac_share.subscriptions.documents import FREQUENCIES
from osac_share.subscriptions.policy import channels_in
from osac_share.subscriptions.queries import find_worded, worded_wishes_of
from osac_share.subscriptions.views.blueprint import ways_of
from osac_share.web.access import guarded_by
from osac_share.web.addresses import own_path
from osac_share.web.sessions import current_session

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from osac_share.search.models import Query
    from osac_share.search.models.saved import SavedSearch

OWN = "search.policy.may_save; one's own only"


class Listed(NamedTuple):
    """A saved search, how many reports are new in it, and how often it alerts."""

    search: SavedSearch
    new: str
    alerts: str


@dataclass(frozen=True, slots=True)
class Keep:
    """What a page of results offers: the search in canonical form, and the reader's own of it."""

    words: str
    name: str
    saved: SavedSearch | None


@blueprint.app_template_global()
def kept_as(query: Query) -> Keep | None:
    """Return how the search of a page can be kept; None if it cannot."""
    words = canonical(query)
    if query.loosely or query.notices or not query.asks or len(words) > LONGEST_WORDS:
        return None
    held = queries.find_saved(current_session(), current_actor().id, words)
    return Keep(words, queries.name_for(query), held)


@blueprint.get("/searches")
@guarded_by(OWN)
def saved() -> ResponseReturnValue:
    """List somebody's saved searches, with what is new in each since they last looked."""
    session, actor = current_session(), current_actor()
    kept = queries.saved_by(session, actor.id or 0)
    numbers = queries.numbers_of_new(session, current_index(), actor.clearance, kept)
    alerts = {one.words: one.frequency for one in worded_wishes_of(session, [actor.id or 0])}
    listed = [
        Listed(one, _new(number), FREQUENCIES.get(alerts.get(one.words, ""), ""))
        for one, number in zip(kept, numbers, strict=True)
    ]
    return render_template("search/saved.html", searches=listed)


@blueprint.post("/searches")
@guarded_by("search.policy.may_save")
def save() -> ResponseReturnValue:
    """Keep the search of a page, under a name or its own words, and go back there."""
    text, name = request.form.get("q", ""), request.form.get("name", "")
    back = own_path(request.form.get("back")) or url_for("search.saved")
    try:
        with transaction(current_session()) as session:
            kept = saving.save(session, text, by=current_actor(), at=clock.now(), name=name)
    except RuleBroken as refusal:
        flash(f"Not saved. {refusal.message}", "error")
    else:
        flash(f"Saved as “{kept.name}”. It is among your saved searches.", "done")
    return redirect(back, code=303)


@blueprint.get("/searches/<public_id>")
@guarded_by(OWN)
def open_saved(public_id: str) -> ResponseReturnValue:
    """Note that somebody looks at a saved search, and show what it finds, the newest first."""
    with transaction(current_session()) as session:
        kept = queries.get_saved(session, public_id, current_actor().id)
        saving.note_look(kept, at=clock.now())
    return redirect(url_for("search.search", q=kept.words, sort="date"), code=303)


@blueprint.get("/searches/<public_id>/change")
@guarded_by(OWN)
def saved_settings(public_id: str) -> ResponseReturnValue:
    """Show what a saved search is called, and how often it alerts."""
    session, actor = current_session(), current_actor()
    kept = queries.get_saved(session, public_id, actor.id)
    alert = find_worded(session, actor.id, kept.words)
    given: dict[str, object] = {"name": kept.name}
    if alert is not None:
        given |= {"frequency": alert.frequency, "channel": channels_in(alert.channels)}
    return _settings(kept, KeptForm(_ways(), **given))


@blueprint.post("/searches/<public_id>/change")
@guarded_by(OWN)
def change_saved(public_id: str) -> ResponseReturnValue:
    """Rename a saved search, and let it alert as often as is asked for."""
    by, at = current_actor(), clock.now()
    kept = queries.get_saved(current_session(), public_id, by.id)
    form = KeptForm(_ways())
    if not form.validate():
        return _settings(kept, form, status=422)
    try:
        with transaction(current_session()) as session:
            kept = queries.get_saved(session, public_id, by.id)
            saving.rename(session, kept, form.name.data or "")
            saving.alert(session, kept, form.frequency.data, form.channels, by=by, at=at)
    except RuleBroken as refusal:
        form.form_errors.append(refusal.message)
        return _settings(kept, form, status=422)
    flash(f"Changed: {kept.name}.", "done")
    return redirect(url_for("search.saved"), code=303)


@blueprint.post("/searches/<public_id>/delete")
@guarded_by(OWN)
def delete_saved(public_id: str) -> ResponseReturnValue:
    """Delete a saved search, and end its alert."""
    by = current_actor()
    with transaction(current_session()) as session:
        kept = queries.get_saved(session, public_id, by.id)
        saving.delete(session, kept, by=by, at=clock.now())
    flash(f"Deleted: {kept.name}.", "done")
    return redirect(url_for("search.saved"), code=303)


def _settings(kept: SavedSearch, form: KeptForm, status: int = 200) -> ResponseReturnValue:
    return render_template("search/saved_settings.html", search=kept, form=form), status


def _ways() -> list[str]:
    return ways_of(current_session(), current_actor().id or 0)


def _new(number: int) -> str:
    return f"{number} or more new" if number >= queries.MOST_NEW else f"{number} new"
