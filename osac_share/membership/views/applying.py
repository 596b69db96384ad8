"""What applicants see: the form, the page that confirms their address, and their application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for

from osac_share.accounts.actions.attempts import require_room
from osac_share.accounts.policy.attempts import APPLY
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.letters.policy import link_token
from osac_share.membership import actions, queries
from osac_share.membership.actions import TO_FOLLOW, TO_VERIFY
from osac_share.membership.forms import AnswerForm, ApplicationForm
from osac_share.membership.models import ASKED
from osac_share.membership.views.blueprint import blueprint
from osac_share.web.access import public
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from osac_share.letters.models import Link
    from osac_share.membership.models import Application


@blueprint.route("/apply", methods=["GET", "POST"])
@public
def apply() -> ResponseReturnValue:
    """Take an application; whoever sends one gets the same answer, known or not."""
    form = ApplicationForm()
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return render_template("membership/apply.html", form=form), status
    session, answers = current_session(), form.answers()
    with transaction(session):
        network = request.remote_addr or ""
        require_room(session, APPLY, account=answers.email, network=network, at=clock.now())
    with transaction(session):
        actions.apply(session, answers, at=clock.now())
    return redirect(url_for("membership.sent"), code=303)


@blueprint.get("/apply/sent")
@public
def sent() -> ResponseReturnValue:
    """Say what comes next."""
    return render_template("membership/sent.html")


@blueprint.get("/apply/verify/<token>")
@public
def verify_address(token: str) -> ResponseReturnValue:
    """Show what was applied with, and a button that confirms the address."""
    application, _link = _linked(token, TO_VERIFY)
    return render_template("membership/verify_address.html", application=application, token=token)


@blueprint.post("/apply/verify/<token>")
@public
def hand_in(token: str) -> ResponseReturnValue:
    """Confirm the address, and lead to the application's own page."""
    with transaction(current_session()) as session:
        application, link = _linked(token, TO_VERIFY, to_change=True)
        actions.hand_in(session, application, link, at=clock.now())
    flash("Handed in. Keep the address of this page; it is in your mail, too.", "done")
    return _to_page_of(application)


@blueprint.get("/apply/<token>")
@public
def application_status(token: str) -> ResponseReturnValue:
    """Show an applicant how their application stands."""
    application, _link = _linked(token, TO_FOLLOW)
    return _page(application, token, AnswerForm())


@blueprint.post("/apply/<token>/answer")
@public
def answer(token: str) -> ResponseReturnValue:
    """Answer what the staff asked."""
    form = AnswerForm()
    if not form.validate():
        return _page(_linked(token, TO_FOLLOW)[0], token, form, 422)
    with transaction(current_session()) as session:
        application, _link = _linked(token, TO_FOLLOW, to_change=True)
        actions.answer(session, application, form.words.data or "", at=clock.now())
    flash("Sent to the staff.", "done")
    return redirect(url_for("membership.application_status", token=token), code=303)


@blueprint.post("/apply/<token>/withdraw")
@public
def withdraw(token: str) -> ResponseReturnValue:
    """Take the application back."""
    with transaction(current_session()) as session:
        application, _link = _linked(token, TO_FOLLOW, to_change=True)
        actions.withdraw(session, application, at=clock.now())
    flash("Taken back. Nothing more happens.", "done")
    return redirect(url_for("membership.application_status", token=token), code=303)


def _linked(token: str, purpose: str, *, to_change: bool = False) -> tuple[Application, Link]:
    return queries.get_linked_application(
        current_session(),
        token,
        purpose,
        secret=current_settings().require_secret(),
        at=clock.now(),
        to_change=to_change,
    )


def _to_page_of(application: Application) -> ResponseReturnValue:
    link = application.link
    token = link_token(current_settings().require_secret(), link) if link is not None else ""
    return redirect(url_for("membership.application_status", token=token), code=303)


def _page(
    application: Application, token: str, form: AnswerForm, status: int = 200
) -> ResponseReturnValue:
    html = render_template(
        "membership/application_status.html",
        application=application,
        messages=queries.correspondence(current_session(), application),
        token=token,
        form=form if application.state == ASKED else None,
    )
    return html, status
