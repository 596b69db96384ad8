"""The blueprint of channels, and what its views have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, request, url_for

from osac_share.accounts.actions.attempts import require_room
from osac_share.channels import actions, queries
from osac_share.channels.messages import Messenger, code_notice
from osac_share.councils.login import current_actor
from osac_share.councils.policy import MEMBERS
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import NotAllowed
from osac_share.kernel.ids import new_public_id
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from osac_share.channels.messages import Notice
    from osac_share.channels.models import Endpoint
    from osac_share.channels.policy import Contents
    from osac_share.councils.policy import Actor
    from osac_share.kernel.mail import Answer

blueprint = Blueprint("channels", __name__)

MEMBERS_PROVED = "members, for themselves, freshly proved"
OWN = "one's own only"


def member() -> Actor:
    """Return the actor of this request.

    Raises:
        NotAllowed: they are not a member in good standing: nothing would be sent to them.

    """
    actor = current_actor()
    if MEMBERS not in actor.clearance:
        raise NotAllowed("Channels are for members.")
    return actor


def own(public_id: str) -> Endpoint:
    """Return an endpoint of the actor's; what changes something has it locked until it commits."""
    person_id, to_change = current_actor().id or 0, request.method == "POST"
    return queries.get_own(current_session(), public_id, person_id, to_change=to_change)


def count_try(scope: str, account: str) -> None:
    """Count that something is about to be sent, for somebody or to somewhere.

    Raises:
        TooMany: that was done too often.

    """
    network = request.remote_addr or ""
    with transaction(current_session()) as session:
        require_room(session, scope, account=account, network=network, at=clock.now())


def hand_over(endpoint_id: int, kind: str, contents: Contents, notice: Notice) -> Answer:
    """Send a notice now, note what came of it, and return that.

    The caller's transaction has ended: nothing is locked while somebody's server is waited for.
    """
    answer = Messenger(current_settings()).send(kind, contents, notice, at=clock.now())
    with transaction(current_session()) as session:
        actions.note_answer(session, endpoint_id, answer, at=clock.now())
    return answer


def send_code(endpoint_id: int, kind: str, contents: Contents) -> None:
    """Send the code of a new endpoint, and say whether it got there."""
    settings, at = current_settings(), clock.now()
    notice = code_notice(
        contents.code,
        site=settings.site.name,
        url=settings.public.url,
        message=f"msg_{new_public_id()}",
        at=at,
    )
    answer = hand_over(endpoint_id, kind, contents, notice)
    if answer.accepted:
        flash("A code of six digits is on its way there. Enter it below.", "done")
    else:
        flash(f"The code did not get there: {words_of(answer)}", "error")


def words_of(answer: Answer) -> str:
    """Return what a server said, as a sentence."""
    words = f"{answer.code or ''} {answer.text}".strip()
    return words if words.endswith(".") else f"{words}."


def home() -> str:
    """Return the address of the page of channels."""
    return url_for("channels.index")
