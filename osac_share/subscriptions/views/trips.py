"""A member's trips: told of one by one, or out of a calendar file."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for

from osac_share.councils.login import current_actor
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import RuleBroken
from osac_share.subscriptions import actions, queries
from osac_share.subscriptions.documents import LARGEST_CALENDAR, read_stays
from osac_share.subscriptions.forms import CalendarForm, TakenForm, TripForm
from osac_share.subscriptions.policy import days_of
from osac_share.subscriptions.views.blueprint import blueprint, ways_of
from osac_share.taxonomy import queries as taxonomy
from osac_share.web.access import guarded_by
from osac_share.web.sessions import current_session

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from flask.typing import ResponseReturnValue

    from osac_share.subscriptions.models import Trip

OWN = "subscriptions.policy.may_subscribe; one's own only"
MOST_TAKEN = 40


class Planned(NamedTuple):
    """A trip, its days, and how it stands."""

    trip: Trip
    first: date
    last: date
    standing: str


@blueprint.get("/trips")
@guarded_by(OWN)
def trips() -> ResponseReturnValue:
    """Show somebody's trips, and a form for another."""
    return _page(_form())


@blueprint.post("/trips")
@guarded_by(OWN)
def plan_trip() -> ResponseReturnValue:
    """Note a trip."""
    form = _form()
    if not form.validate():
        return _page(form, status=422)
    try:
        _plan(form)
    except RuleBroken as refusal:
        form.form_errors.append(refusal.message)
        return _page(form, status=422)
    flash("Noted. You hear at once of all that concerns these places while you are there.", "done")
    return redirect(url_for("subscriptions.trips"), code=303)


@blueprint.post("/trips/<public_id>/delete")
@guarded_by(OWN)
def delete_trip(public_id: str) -> ResponseReturnValue:
    """Delete a trip, and what is kept of it."""
    by, at = current_actor(), clock.now()
    with transaction(current_session()) as session:
        trip = queries.get_own_trip(session, public_id, by.id)
        actions.cancel_trip(session, trip, by=by, at=at)
    flash("Deleted, with where it led.", "done")
    return redirect(url_for("subscriptions.trips"), code=303)


@blueprint.post("/trips/calendar")
@guarded_by(OWN)
def read_calendar() -> ResponseReturnValue:
    """Show the stays abroad that a calendar file tells of; nothing of it is kept."""
    form = CalendarForm()
    if not form.validate():
        return _page(_form(formdata=None), calendar=form, status=422)
    file = request.files.get(form.calendar.name)
    source = file.read(LARGEST_CALENDAR + 1) if file else b""
    try:
        stays = read_stays(source, today=_today())
    except RuleBroken as refusal:
        form.calendar.errors = [refusal.message]
        return _page(_form(formdata=None), calendar=form, status=422)
    return render_template("subscriptions/stays.html", stays=stays, ways=_ways())


@blueprint.post("/trips/take")
@guarded_by(OWN)
def take_stays() -> ResponseReturnValue:
    """Note those of the stays that somebody has ticked as trips."""
    taken, passed_over = 0, ""
    for number in request.form.getlist("take")[:MOST_TAKEN]:
        stay = TakenForm(prefix=f"stay-{number[:4]}-", meta={"csrf": False})
        if not (stay.validate() and stay.first.data and stay.last.data):
            continue
        if not (places := taxonomy.located(stay.place.data or "")):
            continue
        try:
            _note(places, stay.first.data, stay.last.data, _chosen_ways())
            taken += 1
        except RuleBroken as refusal:
            passed_over = refusal.message
    if passed_over:
        flash(f"Not all of it was noted. {passed_over}", "error")
    flash("1 trip is noted." if taken == 1 else f"{taken} trips are noted.", "done")
    return redirect(url_for("subscriptions.trips"), code=303)


def _plan(form: TripForm) -> None:
    first, last = form.first.data, form.last.data
    if first is not None and last is not None:
        _note(form.places.places(), first, last, form.channel.data or ())


def _note(
    places: Sequence[tuple[str, str]], first: date, last: date, channels: Sequence[str]
) -> None:
    with transaction(current_session()) as session:
        actions.plan_trip(
            session,
            places,
            first=first,
            last=last,
            channels=channels,
            by=current_actor(),
            at=clock.now(),
        )


def _days(trip: Trip) -> tuple[date, date]:
    return days_of(trip.starts_at, trip.ends_at or trip.starts_at, trip.time_zone)


def _standing(trip: Trip, is_heard: bool, at: datetime) -> str:  # noqa: FBT001 -- a fact of it.
    if trip.ends_at is not None and trip.ends_at <= at:
        return "Over."
    if not is_heard:
        return "You stopped its mail."
    return "On now." if trip.starts_at <= at else "Still to come."


def _ways() -> list[str]:
    return ways_of(current_session(), current_actor().id or 0)


def _chosen_ways() -> list[str]:
    return [way for way in _ways() if way in request.form.getlist("channel")]


def _today() -> date:
    return clock.now().astimezone(ZoneInfo(current_actor().time_zone)).date()


def _form(**given: object) -> TripForm:
    return TripForm(_ways(), **given)


def _page(
    form: TripForm, *, calendar: CalendarForm | None = None, status: int = 200
) -> ResponseReturnValue:
    session, actor, at = current_session(), current_actor(), clock.now()
    heard = queries.heard_trips(session, actor.id or 0)
    planned = queries.trips_of(session, actor.id or 0)
    html = render_template(
        "subscriptions/trips.html",
        trips=[Planned(one, *_days(one), _standing(one, one.id in heard, at)) for one in planned],
        form=form,
        calendar=calendar or CalendarForm(formdata=None),
    )
    return html, status
