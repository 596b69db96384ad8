"""Saying what is polled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for

from osac_share.councils.login import current_actor
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import NotAllowed, RuleBroken
from osac_share.relays import actions, policy, queries
from osac_share.relays.forms import RAREST, SourceForm
from osac_share.relays.views.blueprint import READERS, blueprint, require_reader
from osac_share.web.access import guarded_by
from osac_share.web.sessions import current_session

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

CONFIGURERS = "relays.policy.may_configure_for"


@blueprint.get("/relays/sources")
@guarded_by(READERS)
def sources() -> ResponseReturnValue:
    """List the sources, how they do, and a form for one more."""
    require_reader()
    return _page(_form())


@blueprint.post("/relays/sources")
@guarded_by(CONFIGURERS)
def add() -> ResponseReturnValue:
    """Add a source."""
    require_reader()
    form = _form()
    if not form.councils:
        raise NotAllowed("The chairs of the council and program staff say what is polled.")
    if not form.validate():
        return _page(form, 422)
    try:
        with transaction(current_session()) as session:
            actions.add_source(
                session,
                form.councils[form.council.data],
                issuer=form.issuer.data or "",
                url=form.url.data or "",
                every_minutes=form.every_minutes.data or RAREST,
                by=current_actor(),
                at=clock.now(),
            )
    except RuleBroken as refusal:
        form.form_errors.append(refusal.message)
        return _page(form, 409)
    flash("Added. It is read for the first time within a minute.", "done")
    return redirect(url_for("relays.sources"), code=303)


@blueprint.post("/relays/sources/<public_id>/pause")
@guarded_by(CONFIGURERS)
def pause(public_id: str) -> ResponseReturnValue:
    """Leave a source alone."""
    return _act(public_id, actions.pause, "Paused. What came from it stays in the queue.")


@blueprint.post("/relays/sources/<public_id>/resume")
@guarded_by(CONFIGURERS)
def resume(public_id: str) -> ResponseReturnValue:
    """Poll a source again."""
    return _act(public_id, actions.resume, "Resumed. It is read within a minute.")


@blueprint.post("/relays/sources/<public_id>/check")
@guarded_by(CONFIGURERS)
def check(public_id: str) -> ResponseReturnValue:
    """Look at a source out of turn."""
    return _act(public_id, actions.check_now, "It is read within a minute.")


def _act(public_id: str, act: Callable[..., None], done: str) -> ResponseReturnValue:
    actor = current_actor()
    with transaction(current_session()) as session:
        source = queries.get_source(session, public_id, actor.standing, to_change=True)
        act(session, source, by=actor, at=clock.now())
    flash(done, "done")
    return redirect(url_for("relays.sources"), code=303)


def _form() -> SourceForm:
    standing = current_actor().standing
    read = queries.councils_of(current_session(), standing)
    return SourceForm([one for one in read if policy.may_configure_for(standing, one.id)])


def _page(form: SourceForm, status: int = 200) -> ResponseReturnValue:
    sources = queries.sources_of(current_session(), current_actor().standing)
    return render_template("relays/sources.html", sources=sources, form=form), status
