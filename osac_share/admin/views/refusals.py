"""Who was refused what: one entry each, without a word of what was not for them.

Refusals are counted by network and minute, so that somebody who tries thousands of addresses
cannot fill the disk. What is not there and what is not theirs make the same entry.
"""

from __future__ import annotations

import logging
from itertools import count
from typing import TYPE_CHECKING, cast

from flask import current_app, request
from sqlalchemy.exc import SQLAlchemyError

from osac_share.admin.views.blueprint import blueprint
from osac_share.audit.actions import record
from osac_share.councils.login import current_actor
from osac_share.kernel import clock
from osac_share.kernel.cache import BoundedCache
from osac_share.kernel.db import transaction
from osac_share.tokens.policy import network_of
from osac_share.web.sessions import new_session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Response
    from flask.blueprints import BlueprintSetupState

logger = logging.getLogger(__name__)

ACTS = {403: "act.refuse", 404: "sight.refuse"}
MOST = 20
"""How many refusals of a network are recorded in a minute, by each process."""

NETWORKS = 10_000


@blueprint.record
def _begin_to_count(state: BlueprintSetupState) -> None:
    state.app.extensions["osac_refusals"] = BoundedCache(NETWORKS)


@blueprint.after_app_request
def note(response: Response) -> Response:
    """Record that this request, to whatever part of the site, was refused."""
    # An address that no view has says nothing about anybody's sight.
    if response.status_code in ACTS and request.endpoint not in {None, "static"}:
        number = _count()
        if number <= MOST:
            _record(ACTS[response.status_code], is_last=number == MOST)
    return response


def _record(action: str, *, is_last: bool) -> None:
    # A session of its own: what the refused request was at is gone, and must stay so.
    values = [str(value) for value in (request.view_args or {}).values()]
    asked = "".join(one for one in (values or [""])[0] if one.isascii() and one.isalnum())
    more = {"further": "not recorded"} if is_last else {}
    try:
        with new_session() as session, transaction(session):
            record(
                session,
                action,
                by=current_actor().name_in_record,
                at=clock.now(),
                object_kind="address",
                object_id=asked[:60],
                view=request.endpoint,
                method=request.method,
                **more,
            )
    except SQLAlchemyError:
        logger.exception("a refusal could not be recorded")


def _count() -> int:
    """Return how many refusals this network has met in this minute, this one included."""
    met = cast("BoundedCache", current_app.extensions["osac_refusals"])
    minute = int(clock.now().timestamp()) // 60
    network = network_of(request.remote_addr or "")
    numbers: Iterator[int] = met.get((network, minute), lambda: count(1), lambda _numbers: 1)
    return next(numbers)
