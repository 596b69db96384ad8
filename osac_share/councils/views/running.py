"""Staff create councils, say what they are, and appoint who leads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for

from osac_share.accounts.login import require_fresh
from osac_share.accounts.queries import find_person_by_email
from osac_share.councils import actions, queries
from osac_share.councils.forms import CouncilForm, TermForm
from osac_share.councils.login import current_actor
from osac_share.councils.policy import GUIDING
from osac_share.councils.views.blueprint import RUNNERS, blueprint, require_runner
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import RuleBroken
from osac_share.web.access import guarded_by
from osac_share.web.sessions import current_session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from osac_share.councils.models import Council, Post

NO_ACCOUNT = "Nobody here has this address. They need an account first."


@blueprint.get("/admin/councils")
@guarded_by(RUNNERS)
def index() -> ResponseReturnValue:
    """List every council with its state, and what staff can do about it."""
    require_runner()
    session, at = current_session(), clock.now()
    return render_template(
        "councils/index.html",
        councils=queries.all_councils(session),
        leaders=queries.leaders(session, at=at),
        overdue=len(queries.overdue_contacts(session, on=at.date())),
    )


@blueprint.route("/admin/councils/new", methods=["GET", "POST"])
@guarded_by(RUNNERS)
def new() -> ResponseReturnValue:
    """Create a council."""
    require_runner()
    form = CouncilForm()
    if not form.is_submitted():
        return _edit_page(None, form)
    if not form.validate():
        return _edit_page(None, form, 422)
    slug, said = form.slug.data or "", form.particulars()
    try:
        with transaction(current_session()) as session:
            actions.found(session, slug, said, by=current_actor(), at=clock.now())
    except RuleBroken as refusal:
        form.form_errors.append(refusal.message)
        return _edit_page(None, form, 409)
    flash("Created. Appoint a chair next.", "done")
    return redirect(url_for("councils.show", slug=slug), code=303)


@blueprint.get("/admin/councils/<slug>")
@guarded_by(RUNNERS)
def show(slug: str) -> ResponseReturnValue:
    """Show a council to staff: who leads it, and the terms to come."""
    require_runner()
    session, at = current_session(), clock.now()
    council = queries.get_council(session, slug)
    return render_template(
        "councils/show.html",
        council=council,
        terms=queries.terms(session, council.id, GUIDING, at=at),
        total=len(queries.members(session, council.id, at=at)),
    )


@blueprint.route("/admin/councils/<slug>/edit", methods=["GET", "POST"])
@guarded_by(RUNNERS)
def edit(slug: str) -> ResponseReturnValue:
    """Say anew what a council is."""
    require_runner()
    council = queries.get_council(current_session(), slug)
    form = CouncilForm(council, _offered_posts(council))
    if not form.is_submitted():
        return _edit_page(council, form)
    if not form.validate():
        return _edit_page(council, form, 422)
    with transaction(current_session()) as session:
        locked = queries.get_council(session, slug, to_change=True)
        said = form.particulars()
        actions.revise(session, locked, said, by=current_actor(), at=clock.now())
    flash("Saved.", "done")
    return redirect(url_for("councils.show", slug=slug), code=303)


@blueprint.route("/admin/councils/<slug>/appoint", methods=["GET", "POST"])
@guarded_by(RUNNERS)
def appoint(slug: str) -> ResponseReturnValue:
    """Propose who is to lead a council; a second person decides."""
    require_runner()
    require_fresh()
    session, at = current_session(), clock.now()
    council = queries.get_council(session, slug)
    form = TermForm(council, queries.terms(session, council.id, GUIDING, at=at))
    if not form.is_submitted():
        return _term_page(council, form)
    if not form.validate():
        return _term_page(council, form, 422)
    person = find_person_by_email(session, form.email.data or "")
    if person is None:
        form.email.errors = [NO_ACCOUNT]
        return _term_page(council, form, 422)
    try:
        with transaction(session):
            term = form.term(person.id, at=at)
            proposal = actions.propose_term(session, term, by=current_actor(), at=at)
    except RuleBroken as refusal:
        form.form_errors.append(refusal.message)
        return _term_page(council, form, 409)
    flash("Proposed. Somebody else has to second it within 72 hours.", "done")
    return redirect(url_for("admin.proposal", public_id=proposal.public_id), code=303)


@blueprint.post("/admin/councils/<slug>/seats/<int:seat_id>/end")
@guarded_by(RUNNERS)
def end_term(slug: str, seat_id: int) -> ResponseReturnValue:
    """End the seat of somebody who leads a council, at once and without a successor."""
    require_runner()
    require_fresh(url_for("councils.show", slug=slug))
    with transaction(current_session()) as session:
        council = queries.get_council(session, slug)
        held = queries.get_seat(session, council, seat_id)
        actions.end_term(session, held, by=current_actor(), at=clock.now())
    flash("The seat has ended.", "done")
    return redirect(url_for("councils.show", slug=slug), code=303)


def _offered_posts(council: Council) -> Sequence[Post]:
    session = current_session()
    posts = [*council.posts]
    for covered in council.countries:
        posts += [one for one in queries.posts_in(session, covered.country) if one not in posts]
    return posts


def _edit_page(
    council: Council | None, form: CouncilForm, status: int = 200
) -> ResponseReturnValue:
    return render_template("councils/edit.html", council=council, form=form), status


def _term_page(council: Council, form: TermForm, status: int = 200) -> ResponseReturnValue:
    return render_template("councils/appoint.html", council=council, form=form), status
