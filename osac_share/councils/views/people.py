"""Members ask to sit on a council and give their seat up; the chairs answer them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, url_for

from osac_share.councils import actions, policy, queries
from osac_share.councils.forms import AnswerForm, AskForm
from osac_share.councils.login import current_actor
from osac_share.councils.views.blueprint import blueprint
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import NotFound, RuleBroken
from osac_share.web.access import guarded_by
from osac_share.web.sessions import current_session

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from osac_share.councils.models import Council

MEMBERS = "councils.policy.MEMBERS, in the act"
KEEPERS = "councils.policy.may_see_list, 404 to others; may_keep_list in the act"


@blueprint.post("/councils/<slug>/join")
@guarded_by(MEMBERS)
def join(slug: str) -> ResponseReturnValue:
    """Join a council that is open, or ask one that decides for itself."""
    form = AskForm()
    words = (form.words.data or "")[:300]
    try:
        with transaction(current_session()) as session:
            council = queries.get_council(session, slug, to_change=True)
            seat = actions.join(session, council, words=words, by=current_actor(), at=clock.now())
    except RuleBroken as refusal:
        return _back(slug, refusal.message, "error")
    return _back(slug, "You have a seat here." if seat else "Asked. The chairs will answer you.")


@blueprint.post("/councils/<slug>/join/take-back")
@guarded_by(MEMBERS)
def take_back(slug: str) -> ResponseReturnValue:
    """Take one's own request back."""
    actor = current_actor()
    with transaction(current_session()) as session:
        council = queries.get_council(session, slug, to_change=True)
        asked = actor.id and queries.find_own_request(session, council.id, actor.id)
        if not asked:
            raise NotFound
        actions.take_back(session, asked, by=actor, at=clock.now())
    return _back(slug, "Taken back.")


@blueprint.post("/councils/<slug>/leave")
@guarded_by(MEMBERS)
def leave(slug: str) -> ResponseReturnValue:
    """Give up one's own seat as a member."""
    try:
        with transaction(current_session()) as session:
            council = queries.get_council(session, slug)
            actions.leave(session, council, by=current_actor(), at=clock.now())
    except RuleBroken as refusal:
        return _back(slug, refusal.message, "error")
    return _back(slug, "You have given up your seat.")


@blueprint.post("/councils/<slug>/requests/<public_id>/accept")
@guarded_by(KEEPERS)
def accept(slug: str, public_id: str) -> ResponseReturnValue:
    """Let somebody in who asked."""
    try:
        with transaction(current_session()) as session:
            # Locked, so that nobody who is added meanwhile gets a second seat.
            council = queries.get_council(session, listed_council(slug).slug, to_change=True)
            asked = queries.get_request(session, council, public_id)
            actions.accept(session, asked, by=current_actor(), at=clock.now())
    except RuleBroken as refusal:
        return to_list(slug, refusal.message, "error")
    return to_list(slug, "Let in. They are told by letter.")


@blueprint.post("/councils/<slug>/requests/<public_id>/refuse")
@guarded_by(KEEPERS)
def turn_down(slug: str, public_id: str) -> ResponseReturnValue:
    """Refuse somebody who asked, with a reason."""
    council, form = listed_council(slug), AnswerForm()
    if not form.validate():
        return to_list(slug, "Say in a few words why not; they read it.", "error")
    try:
        with transaction(current_session()) as session:
            asked, why = queries.get_request(session, council, public_id), form.why.data or ""
            actions.turn_down(session, asked, because=why, by=current_actor(), at=clock.now())
    except RuleBroken as refusal:
        return to_list(slug, refusal.message, "error")
    return to_list(slug, "Refused. They are told by letter.")


def listed_council(slug: str) -> Council:
    """Return a council whose list this person sees.

    Raises:
        NotFound: there is none, or it is somebody else's.

    """
    council = queries.get_council(current_session(), slug)
    if not policy.may_see_list(current_actor().standing, council.id):
        raise NotFound
    return council


def to_list(slug: str, words: str, category: str = "done") -> ResponseReturnValue:
    """Go back to the members' list, and say what happened."""
    flash(words, category)
    return redirect(url_for("councils.members", slug=slug), code=303)


def _back(slug: str, words: str, category: str = "done") -> ResponseReturnValue:
    flash(words, category)
    return redirect(url_for("home.council", slug=slug), code=303)
