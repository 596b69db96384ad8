"""Calendars to subscribe to, and the file of one report."""

from __future__ import annotations

from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from osac_share.calendars import documents, queries
from osac_share.calendars.documents import Publisher
from osac_share.councils.login import current_actor
from osac_share.councils.policy import PUBLIC
from osac_share.feeds.queries import ALL_REPORTS, Scope, get_scope
from osac_share.feeds.views.scopes import scope_bound_to
from osac_share.kernel import clock
from osac_share.kernel.errors import NotAllowed, NotFound
from osac_share.kernel.files import name_of
from osac_share.reports.documents import shown_title
from osac_share.reports.queries import get_visible
from osac_share.reports.views.noting import note_reading
from osac_share.tokens.login import TokenRefused, present_feed_token
from osac_share.tokens.policy import kind_of
from osac_share.web.access import by_token, public
from osac_share.web.files import SANDBOX, disposition
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from osac_share.reports.models import Edition, Report

blueprint = Blueprint("calendars", __name__)

MAX_AGE = 300
"""How many seconds a public calendar may be kept."""


@blueprint.app_template_global()
def calendar_of(path: str) -> str:
    """Return the address at which calendars subscribe to a scope, as `webcal`.

    Args:
        path: what follows `/calendars/`, without the ending: `reports`, `countries/MX`.

    """
    return f"webcal://{current_settings().public.url.partition('://')[2]}/calendars/{path}.ics"


@blueprint.get("/calendars/reports.ics")
@public
def reports() -> ResponseReturnValue:
    """Answer the calendar of all public reports."""
    return _public(ALL_REPORTS)


@blueprint.get("/calendars/<any(countries, regions, topics, councils):shelf>/<key>.ics")
@public
def about(shelf: str, key: str) -> ResponseReturnValue:
    """Answer the public calendar of a country, a region, a topic or a council."""
    return _public(get_scope(current_session(), shelf, key))


# Two slashes in a row are no mistake to be corrected here; see the private feeds.
@blueprint.get("/calendars/private/<key>.ics", merge_slashes=False)
@by_token("feed")
def private(key: str) -> ResponseReturnValue:
    """Answer a private feed as a calendar, to whoever holds the token of the feed."""
    is_token = kind_of(key) is not None
    holder = present_feed_token(key if is_token else None).signed_in
    if not is_token and holder.token_public_id != key:
        raise TokenRefused(HTTPStatus.FORBIDDEN, "This token opens another feed.")
    clearance = current_actor().clearance
    scope = scope_bound_to(holder.feed, clearance)
    if scope is None:
        raise NotFound
    rows = queries.timed_reports(current_session(), scope, clearance, at=clock.now())
    answer = _calendar(scope.title, rows, whose=holder.token_public_id)
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.vary.add("Authorization")
    answer.make_conditional(request)
    return answer


@blueprint.get("/reports/<public_id>.ics")
@public
def report(public_id: str) -> ResponseReturnValue:
    """Hand over the times of one report, as a file for a calendar."""
    found, edition = get_visible(current_session(), public_id, current_actor().clearance)
    if edition.marking == "RED":
        raise NotAllowed("What is TLP:RED stays on its page: calendars are shown to others.")
    note_reading(found.public_id, edition.marking)
    title = shown_title(found, edition)
    answer = _calendar(title, [(found, edition)])
    answer.headers["Content-Disposition"] = disposition("attachment", name_of(title, ending="ics"))
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer


def _public(scope: Scope) -> Response:
    rows = queries.timed_reports(current_session(), scope, frozenset({PUBLIC}), at=clock.now())
    answer = _calendar(scope.title, rows)
    answer.cache_control.public = True
    answer.cache_control.max_age = MAX_AGE
    answer.make_conditional(request)
    return answer


def _calendar(title: str, rows: Sequence[tuple[Report, Edition]], *, whose: str = "") -> Response:
    settings = current_settings()
    publisher = Publisher(settings.site.name, settings.public.url)
    entries = [one for row in rows for one in documents.entries_of(*row, publisher)]
    body = documents.write_calendar(f"{publisher.name}: {title}", entries)
    answer = Response(body, content_type=documents.CONTENT_TYPE)
    # Another owner's tag never stands for mine, were the words the same.
    answer.set_etag(sha256(whose.encode() + body).hexdigest()[:32])
    return answer
