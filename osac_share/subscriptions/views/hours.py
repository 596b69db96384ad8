"""The page on which somebody says when they read."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from flask import flash, redirect, render_template, url_for

from osac_share.councils.login import current_actor
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.subscriptions import actions, queries
from osac_share.subscriptions.forms import HoursForm
from osac_share.subscriptions.views.blueprint import blueprint
from osac_share.web.access import guarded_by
from osac_share.web.sessions import current_session

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.route("/subscriptions/hours", methods=["GET", "POST"])
@guarded_by("one's own only")
def hours() -> ResponseReturnValue:
    """Show and keep somebody's time zone, the hour of their digests and their quiet hours."""
    session, actor, at = current_session(), current_actor(), clock.now()
    person_id = actor.id or 0
    kept = queries.find_hours(session, person_id)
    form = HoursForm.of(kept, actor.time_zone)
    if form.validate_on_submit():
        with transaction(session):
            zone = form.time_zone.data or ""
            actions.choose_hours(session, form.hours(), zone=zone, by=actor, at=at)
        flash("Kept. Your next digests come at the new hour.", "done")
        return redirect(url_for("subscriptions.index"), code=303)
    zone = queries.zone_of_reader(session, [person_id], at)[person_id]
    html = render_template(
        "subscriptions/hours.html",
        form=form,
        zones=sorted(available_timezones()),
        away=zone if zone != actor.time_zone else None,
    )
    return html, 422 if form.is_submitted() else 200
