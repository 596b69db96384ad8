"""The page on which anybody learns whether something is genuine, and whether it still holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request

from osac_share.accounts.actions import attempts
from osac_share.accounts.policy import CHECK
from osac_share.accounts.views.doorstep import require_room
from osac_share.cap.forms import CheckForm
from osac_share.cap.queries.checking import Checker, Finding
from osac_share.cap.views.blueprint import blueprint
from osac_share.councils.login import current_actor
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.web.access import public
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

LONGEST_CODE = 100


@blueprint.get("/verify")
@public
def verify() -> ResponseReturnValue:
    """Ask what is to be checked, or check the code that a link brings along."""
    code = request.args.get("code", "")[:LONGEST_CODE]
    finding = _checked(code, is_code=True) if code else None
    return _page(CheckForm(formdata=None, said=code), finding)


@blueprint.post("/verify")
@public
def check() -> ResponseReturnValue:
    """Check a code, an address or a whole message."""
    form = CheckForm()
    valid = form.validate_on_submit()
    return _page(form, _checked(form.said.data or "", is_code=False) if valid else None)


def _checked(said: str, *, is_code: bool) -> Finding:
    """Return what comes of a check. Those that fail are counted: codes are not to be guessed."""
    counted = require_room(CHECK)
    session, settings = current_session(), current_settings()
    checker = Checker(
        session=session,
        secret=settings.require_secret(),
        url=settings.public.url,
        clearance=current_actor().clearance,
        at=clock.now(),
    )
    finding = checker.check_code(said) if is_code else checker.check(said)
    if finding.is_genuine:
        with transaction(session):
            attempts.forgive(session, counted)
    return finding


def _page(form: CheckForm, finding: Finding | None) -> ResponseReturnValue:
    return render_template("cap/verify.html", form=form, finding=finding)
