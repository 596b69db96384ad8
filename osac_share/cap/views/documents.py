"""Messages, each at an address of its own for good, and the list of those that hold."""

from __future__ import annotations

from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Response, request

from osac_share.cap.documents import CONTENT_TYPES, MEDIA_TYPE, sender_of, write_index
from osac_share.cap.policy import KINDS
from osac_share.cap.queries import (
    IMPORTED,
    Kept,
    find_kept,
    message_index,
    newest_kept,
    read_document,
)
from osac_share.cap.views.blueprint import blueprint
from osac_share.kernel import clock
from osac_share.kernel.errors import NotFound
from osac_share.web.access import public
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from osac_share.cap.documents.index import Format
    from osac_share.reports.models import Edition, Report

MAX_AGE = 60
"""How many seconds an answer may be kept: as long as a feed."""

LARGEST_NUMBER = 10**9
"""Editions have smaller numbers, and so have databases."""


@blueprint.app_template_global()
def cap_of(report: Report, edition: Edition) -> str | None:
    """Return the address of what an edition says in CAP, for a page's head; None for none."""
    is_ours = report.kind in KINDS and report.origin != IMPORTED
    is_told = is_ours and edition.marking == "CLEAR" and edition.published_at is not None
    return f"/cap/{report.public_id}/{edition.number}.xml" if is_told else None


@blueprint.get("/cap/<public_id>/<int:number>.xml")
@public
def edition(public_id: str, number: int) -> ResponseReturnValue:
    """Answer the message of one edition, byte for byte as it was issued."""
    if number > LARGEST_NUMBER:
        raise NotFound
    return _answer(find_kept(current_session(), public_id, number))


@blueprint.get("/cap/<public_id>.xml")
@public
def newest(public_id: str) -> ResponseReturnValue:
    """Answer the newest message of a report: what holds, or how it ended."""
    return _answer(newest_kept(current_session(), public_id))


@blueprint.get("/feeds/cap.<any(atom, rss):written>")
@public
def index(written: Format) -> ResponseReturnValue:
    """Answer the list of the messages that hold, as alert hubs read it."""
    sender = sender_of(current_settings())
    listed = message_index(current_session(), sender, at=clock.now())
    body = write_index(listed, written)
    answer = Response(body, content_type=CONTENT_TYPES[written])
    answer.set_etag(sha256(body).hexdigest()[:32])
    answer.last_modified = listed.updated
    return _let_keep(answer)


def _answer(kept: Kept | None) -> Response:
    if kept is None:
        raise NotFound
    answer = Response(content_type=MEDIA_TYPE)
    answer.set_etag(kept.digest[:32])
    answer.last_modified = kept.made_at
    if request.if_none_match.contains_weak(kept.digest[:32]):
        answer.status_code = HTTPStatus.NOT_MODIFIED
    else:
        answer.set_data(read_document(current_session(), kept.edition_id))
    return _let_keep(answer)


def _let_keep(answer: Response) -> Response:
    answer.cache_control.public = True
    answer.cache_control.max_age = MAX_AGE
    answer.vary.add("Accept-Encoding")
    if answer.status_code == HTTPStatus.OK:
        answer.make_conditional(request)
    return answer
