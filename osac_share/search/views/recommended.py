"""The searches that a council recommends to members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for

from osac_share.councils import queries as councils
from osac_share.councils.login import current_actor
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import NotAllowed, RuleBroken
from osac_share.search.actions import saving
from osac_share.search.actions.saving import require_chair
from osac_share.search.forms.keeping import RecommendForm
from osac_share.search.policy import may_recommend, may_save
from osac_share.search.queries import saved as queries
from osac_share.search.views.searching import blueprint
from osac_share.web.access import guarded_by
from osac_share.web.sessions import current_session

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from osac_share.councils.models import Council

CHAIRS = "search.policy.may_recommend"


@blueprint.get("/councils/<slug>/searches")
@guarded_by("search.policy.may_save")
def recommended(slug: str) -> ResponseReturnValue:
    """Show members what a council recommends to search for, and its chairs the form for more."""
    council = councils.get_council(current_session(), slug)
    if not may_save(current_actor()):
        raise NotAllowed("Recommended searches are for members in good standing.")
    return _page(council, RecommendForm(formdata=None))


@blueprint.post("/councils/<slug>/searches")
@guarded_by(CHAIRS)
def recommend(slug: str) -> ResponseReturnValue:
    """Recommend a search to members."""
    council = councils.get_council(current_session(), slug)
    require_chair(council, current_actor())
    form = RecommendForm()
    if not form.validate():
        return _page(council, form, status=422)
    by, at = current_actor(), clock.now()
    text, name = form.q.data or "", form.name.data or ""
    try:
        with transaction(current_session()) as session:
            made = saving.recommend(session, council, text, by=by, at=at, name=name)
    except RuleBroken as refusal:
        form.q.errors = [refusal.message]
        return _page(council, form, status=422)
    flash(f"Recommended: {made.name}.", "done")
    return redirect(url_for("search.recommended", slug=slug), code=303)


@blueprint.post("/councils/<slug>/searches/<public_id>/remove")
@guarded_by(CHAIRS)
def remove_recommended(slug: str, public_id: str) -> ResponseReturnValue:
    """Recommend a search no longer."""
    by = current_actor()
    with transaction(current_session()) as session:
        council = councils.get_council(session, slug)
        require_chair(council, by)
        found = queries.get_recommended(session, council.id, public_id)
        saving.remove(session, council, found, by=by, at=clock.now())
    flash(f"No longer recommended: {found.name}.", "done")
    return redirect(url_for("search.recommended", slug=slug), code=303)


def _page(council: Council, form: RecommendForm, status: int = 200) -> ResponseReturnValue:
    session, actor = current_session(), current_actor()
    html = render_template(
        "search/recommended.html",
        council=council,
        searches=queries.recommended_by(session, council.id),
        may_recommend=may_recommend(actor.standing, council.id),
        form=form,
    )
    return html, status
