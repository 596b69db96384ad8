"""A person's tokens: see them, make one for a program, put a new one in its place, end it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for

from osac_share.accounts import login
from osac_share.accounts.actions.attempts import require_room
from osac_share.accounts.policy.attempts import FOUND
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import NotFound
from osac_share.tokens import actions, queries
from osac_share.tokens.forms import FoundForm, ProgramForm
from osac_share.tokens.models import API, FEED
from osac_share.tokens.policy import READ_REPORTS
from osac_share.web.access import guarded_by, public
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from osac_share.accounts.queries import SignedIn
    from osac_share.tokens.models import AccessToken

blueprint = Blueprint("tokens", __name__)

ENDED_SHOWN = timedelta(days=30)
"""How long a token that has ended is still listed, with the reason."""


@blueprint.get("/account/tokens")
@guarded_by("one's own only")
def index() -> ResponseReturnValue:
    """Show the tokens that read for this person, when they last did, and from where."""
    rows, at, person = current_session(), clock.now(), _person()
    living = queries.tokens_of(rows, person.person_id, at=at)
    return render_template(
        "tokens/index.html",
        feeds=[token for token in living if token.kind == FEED],
        programs=[token for token in living if token.kind == API],
        ended=queries.ended_since(rows, person.person_id, at=at, since=at - ENDED_SHOWN),
    )


@blueprint.route("/account/tokens/new", methods=["GET", "POST"])
@guarded_by("one's own only, freshly proved")
def create() -> ResponseReturnValue:
    """Make a token for a program and show it, this once."""
    login.require_fresh()
    form, person = ProgramForm(), _person()
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return render_template("tokens/new.html", form=form), status
    wanted = actions.Wanted(
        API,
        form.label.data or "",
        scopes=form.scopes.data or (),
        days=int(form.days.data),
        address=request.remote_addr or "",
    )
    with transaction(current_session()) as session:
        token, shown = actions.make(
            session,
            person.person_id,
            wanted,
            secret=current_settings().require_secret(),
            by=(person.person_id, person.name),
            at=clock.now(),
        )
    return made_page(token, shown)


@blueprint.post("/account/tokens/<public_id>/rotate")
@guarded_by("one's own only, freshly proved")
def rotate(public_id: str) -> ResponseReturnValue:
    """Put a new token in the place of one of one's own, and show it, this once."""
    login.require_fresh(url_for("tokens.index"))
    person = _person()
    with transaction(current_session()) as session:
        token, shown = actions.rotate(
            session,
            queries.get_own(session, public_id, person.person_id),
            secret=current_settings().require_secret(),
            by=(person.person_id, person.name),
            at=clock.now(),
            address=request.remote_addr or "",
        )
    return made_page(token, shown)


@blueprint.post("/account/tokens/<public_id>/revoke")
@guarded_by("one's own only")
def revoke(public_id: str) -> ResponseReturnValue:
    """End one of one's own tokens."""
    person = _person()
    with transaction(current_session()) as session:
        token = queries.get_own(session, public_id, person.person_id)
        actions.revoke(session, token, by=(person.person_id, person.name), at=clock.now())
    flash(f"Revoked: {token.label}. It opens nothing any more.", "done")
    return redirect(url_for("tokens.index"), code=303)


@blueprint.route("/revoke", methods=["GET", "POST"])
@public
def found() -> ResponseReturnValue:
    """Take a token that somebody found, and end it; say the same whatever it was."""
    form = FoundForm()
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return render_template("tokens/found.html", form=form), status
    rows, at = current_session(), clock.now()
    with transaction(rows):
        require_room(rows, FOUND, account="", network=request.remote_addr or "", at=at)
    with transaction(rows):
        secret = current_settings().require_secret()
        actions.revoke_found(rows, form.text.data or "", secret=secret, at=at)
    return render_template("tokens/thanks.html")


def made_page(token: AccessToken, shown: str) -> str:
    """Return the page that shows a new token, the only time that anybody sees it."""
    formats = {"Atom": "atom", "RSS": "rss", "JSON Feed": "json"} if token.kind == FEED else {}
    site = current_settings().public.url

    def address(key: str, ending: str) -> str:
        return site + url_for("feeds.private", key=key, kind=ending)

    return render_template(
        "tokens/made.html",
        token=token,
        shown=shown,
        addresses=[(name, address(shown, ending)) for name, ending in formats.items()]
        + ([("Calendar", site + url_for("calendars.private", key=shown))] if formats else []),
        plain_address=address(token.public_id, "atom") if formats else None,
        api_address=f"{site}/api/v1/reports",
        taxii_address=f"{site}/taxii2/" if READ_REPORTS in token.scopes else None,
    )


def _person() -> SignedIn:
    entered = login.current_login()
    if entered is None:
        raise NotFound
    return entered.signed_in
