"""What every way in has in common: tries are counted, links are looked up, browsers are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import after_this_request, request

from osac_share.accounts import actions, login, queries
from osac_share.accounts.actions import attempts
from osac_share.accounts.policy import LINK
from osac_share.accounts.queries import DEVICE_LASTS
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import NotFound
from osac_share.letters.queries import find_link
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from flask import Response

    from osac_share.accounts.models import Person
    from osac_share.letters.models import Link

GONE = "This link has been used, or its time is over. Ask for a new one."


def require_room(scope: str, account: str = "") -> int:
    """Count a try before it is made, and return its number for `attempts.forgive`.

    Args:
        scope: what is tried, one of `policy.attempts.LIMITS`.
        account: whose account, as an address.

    Raises:
        TooMany: there is no room for another one now.

    """
    rows, at = current_session(), clock.now()
    with transaction(rows):
        return attempts.require_room(
            rows,
            scope,
            account=account,
            network=request.remote_addr or "",
            at=at,
            device=queries.find_device(rows, device_secret(), account, at=at),
        )


def opened_by(token: str, purpose: str) -> tuple[Link, Person]:
    """Return what a link's token opens, and whose account it is about.

    Raises:
        NotFound: it opens nothing, or nothing any more.
        TooMany: too many links were tried from this network.

    """
    if request.method == "POST":
        require_room(LINK)
    rows, secret = current_session(), current_settings().require_secret()
    link = find_link(rows, token, purpose, secret=secret, at=clock.now())
    if link is None or link.person_id is None:
        raise NotFound(GONE)
    person = queries.get_person(rows, link.person_id)
    if person.suspended_at is not None:
        raise NotFound(GONE)
    return link, person


def welcome() -> None:
    """Know this browser from now on, and write to its person if they were never here before.

    Call it when a sign-in is complete. It is a transaction of its own: as long as this has not
    been done nothing is answered, so nobody is in without a letter.
    """
    entered = login.current_login()
    if entered is None:
        return
    rows = current_session()
    with transaction(rows):
        secret = actions.meet_device(
            rows,
            queries.get_person(rows, entered.signed_in.person_id),
            device_secret(),
            at=clock.now(),
            user_agent=request.user_agent.string,
            address=request.remote_addr or "",
        )
    keep_device(secret)


def device_secret() -> str:
    """Return what this browser's cookie says; empty when it has none."""
    return request.cookies.get(_cookie_name(), "")[:100]


def keep_device(secret: str) -> None:
    """Let the answer to this request set the cookie by which this browser is known."""

    @after_this_request
    def set_cookie(response: Response) -> Response:
        response.set_cookie(
            _cookie_name(),
            secret,
            max_age=DEVICE_LASTS,
            secure=current_settings().public.is_secure,
            httponly=True,
            samesite="Lax",
        )
        return response


def _cookie_name() -> str:
    return "__Host-device" if current_settings().public.is_secure else "device"
