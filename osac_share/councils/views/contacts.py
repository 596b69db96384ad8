"""Staff keep posts and security offices, and see which of them nobody has checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, url_for

from osac_share.councils import actions, queries
from osac_share.councils.forms import OfficeForm, PostForm
from osac_share.councils.login import current_actor
from osac_share.councils.views.blueprint import RUNNERS, blueprint, require_runner
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import RuleBroken
from osac_share.web.access import guarded_by
from osac_share.web.sessions import current_session

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from osac_share.councils.models import Post, SecurityOffice


@blueprint.get("/admin/contacts")
@guarded_by(RUNNERS)
def contacts() -> ResponseReturnValue:
    """List posts and security offices, those that nobody has checked first."""
    require_runner()
    session = current_session()
    return render_template(
        "councils/contacts.html",
        overdue=queries.overdue_contacts(session, on=clock.now().date()),
        offices=queries.all_offices(session),
        posts=queries.all_posts(session),
    )


@blueprint.route("/admin/contacts/offices/new", methods=["GET", "POST"])
@guarded_by(RUNNERS)
def new_office() -> ResponseReturnValue:
    """Add a security office."""
    require_runner()
    return _office(None)


@blueprint.route("/admin/contacts/offices/<public_id>", methods=["GET", "POST"])
@guarded_by(RUNNERS)
def office(public_id: str) -> ResponseReturnValue:
    """Say anew how a security office is reached."""
    require_runner()
    return _office(queries.get_office(current_session(), public_id))


@blueprint.post("/admin/contacts/offices/<public_id>/verify")
@guarded_by(RUNNERS)
def verify_office(public_id: str) -> ResponseReturnValue:
    """Note that somebody reached the office today."""
    return _verify(queries.get_office(current_session(), public_id))


@blueprint.route("/admin/contacts/posts/new", methods=["GET", "POST"])
@guarded_by(RUNNERS)
def new_post() -> ResponseReturnValue:
    """Add a post."""
    require_runner()
    return _post(None)


@blueprint.route("/admin/contacts/posts/<int:post_id>", methods=["GET", "POST"])
@guarded_by(RUNNERS)
def post(post_id: int) -> ResponseReturnValue:
    """Say anew how a post is reached."""
    require_runner()
    return _post(queries.get_post(current_session(), post_id))


@blueprint.post("/admin/contacts/posts/<int:post_id>/verify")
@guarded_by(RUNNERS)
def verify_post(post_id: int) -> ResponseReturnValue:
    """Note that somebody reached the post today."""
    return _verify(queries.get_post(current_session(), post_id))


def _office(shown: SecurityOffice | None) -> ResponseReturnValue:
    form = OfficeForm(queries.all_posts(current_session()), shown)
    if not form.is_submitted():
        return _page(shown, form)
    if not form.validate():
        return _page(shown, form, 422)
    try:
        with transaction(current_session()) as session:
            actions.write_office(
                session,
                shown,
                form.words(),
                form.countries.codes(),
                by=current_actor(),
                at=clock.now(),
            )
    except RuleBroken as refusal:
        form.form_errors.append(refusal.message)
        return _page(shown, form, 409)
    return _done("Saved.")


def _post(shown: Post | None) -> ResponseReturnValue:
    form = PostForm(shown)
    if not form.is_submitted():
        return _page(shown, form)
    if not form.validate():
        return _page(shown, form, 422)
    try:
        with transaction(current_session()) as session:
            words, actor = form.words(), current_actor()
            actions.write_post(session, shown, words, by=actor, at=clock.now())
    except RuleBroken as refusal:
        form.form_errors.append(refusal.message)
        return _page(shown, form, 409)
    return _done("Saved.")


def _verify(contact: Post | SecurityOffice) -> ResponseReturnValue:
    with transaction(current_session()) as session:
        actions.verify(session, contact, by=current_actor(), at=clock.now())
    return _done(f"{contact.name} is verified as of today.")


def _done(words: str) -> ResponseReturnValue:
    flash(words, "done")
    return redirect(url_for("councils.contacts"), code=303)


def _page(
    shown: Post | SecurityOffice | None, form: PostForm | OfficeForm, status: int = 200
) -> ResponseReturnValue:
    name = "post" if isinstance(form, PostForm) else "office"
    return render_template(f"councils/{name}.html", contact=shown, form=form), status
