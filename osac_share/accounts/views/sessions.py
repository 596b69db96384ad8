"""Where somebody is signed in, and ending it there."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for

from osac_share.accounts import actions, login, queries
from osac_share.accounts.policy import browser_name
from osac_share.accounts.views.blueprint import blueprint
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.web.access import guarded_by
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

OWN = "one's own sessions only"


@blueprint.get("/account/sessions")
@guarded_by(OWN)
def sessions() -> ResponseReturnValue:
    """List where the person is signed in, this browser among them."""
    person, here = login.current_person()
    limits = current_settings().sessions
    living = queries.living_sessions(
        current_session(),
        person.id,
        at=clock.now(),
        idle=timedelta(minutes=limits.idle_minutes),
        longest=timedelta(hours=limits.longest_hours),
    )
    rows = [(one, browser_name(one.user_agent), one.id == here) for one in living]
    return render_template("accounts/sessions.html", rows=rows)


@blueprint.post("/account/sessions/<public_id>/end")
@guarded_by(OWN)
def end_session(public_id: str) -> ResponseReturnValue:
    """Sign the person out in one browser."""
    login.require_fresh(url_for("accounts.sessions"))
    person, _ = login.current_person()
    with transaction(current_session()) as rows:
        by = (person.id, person.name)
        actions.end_session(rows, public_id, person, by=by, at=clock.now())
    flash("That session has ended.", "done")
    return redirect(url_for("accounts.sessions"), code=303)


@blueprint.post("/account/sessions/end-others")
@guarded_by(OWN)
def end_other_sessions() -> ResponseReturnValue:
    """Sign the person out everywhere but here."""
    login.require_fresh(url_for("accounts.sessions"))
    person, here = login.current_person()
    with transaction(current_session()) as rows:
        ended = actions.end_sessions(
            rows,
            person,
            by=(person.id, person.name),
            at=clock.now(),
            because="asked for by the person",
            but=here,
        )
    flash("No other session was open." if not ended else "All your other sessions have ended.")
    return redirect(url_for("accounts.sessions"), code=303)
