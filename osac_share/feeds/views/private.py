"""A member's own feeds, which a token opens: in the address, or as a password."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final, TypedDict, cast

from flask import Response, abort, current_app, request

from osac_share.councils.login import current_actor
from osac_share.feeds.documents import CONTENT_TYPES, FeedRenderer, Format, publisher_of
from osac_share.feeds.queries import (
    archive_feed,
    named_part,
    news_feed,
    private_sight,
    private_version,
)
from osac_share.feeds.views.blueprint import blueprint
from osac_share.feeds.views.scopes import scope_bound_to
from osac_share.kernel import clock
from osac_share.tokens.login import TokenRefused, present_feed_token
from osac_share.tokens.policy import kind_of
from osac_share.web.access import by_token
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from datetime import datetime

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from osac_share.feeds.queries import Scope, Sight
    from osac_share.settings import Settings
    from osac_share.tokens.login import Bearer
    from osac_share.tokens.queries import Holder


CACHING: Final = {"Cache-Control": "private, no-cache", "Vary": "Authorization"}
"""What caches are told of a private feed, changed or not."""


class _Whose(TypedDict):
    """For whom a feed is made, and when."""

    at: datetime
    sight: Sight
    private: str


# Two slashes in a row are no mistake to be corrected here: the correction would be a redirect,
# and the token would stand in it.
@blueprint.get("/feeds/private/<key>.<any(atom, rss, json):kind>", merge_slashes=False)
@by_token("feed")
def private(key: str, kind: Format) -> ResponseReturnValue:
    """Answer the feed whose token stands in the address, or whose name does (HTTP Basic)."""
    return answer_to(_bearer_of(key), kind)


@blueprint.get(
    "/feeds/private/<key>/archive/<month>.<any(atom, rss, json):kind>", merge_slashes=False
)
@by_token("feed")
def private_archive(key: str, month: str, kind: Format) -> ResponseReturnValue:
    """Answer what came out in a month and is open to the owner of a private feed now."""
    return answer_to(_bearer_of(key), kind, month=month)


def _bearer_of(key: str) -> Bearer:
    if kind_of(key) is not None:
        return present_feed_token(key)
    bearer = present_feed_token()
    if bearer.signed_in.token_public_id != key:
        raise TokenRefused(HTTPStatus.FORBIDDEN, "This token opens another feed.")
    return bearer


def is_asked_for_somebody() -> bool:
    """Tell whether a request for a public feed brings a credential with it."""
    return "Authorization" in request.headers


def answer_at(path: str, kind: Format, *, words: str = "", month: str = "") -> Response:
    """Answer the feed at a public address to somebody who came with a token for it."""
    bearer = present_feed_token()
    bound = bearer.signed_in.feed
    if (bound.get("path"), bound.get("words", "")) != (path, words):
        raise TokenRefused(HTTPStatus.FORBIDDEN, "This token opens another feed.")
    return answer_to(bearer, kind, month=month)


def answer_to(bearer: Bearer, kind: Format, *, month: str = "") -> Response:
    """Answer the feed that a token is bound to, as its owner may see it at this moment.

    With the name of a `month`, it is that part of the feed's archive.
    """
    session, settings, at = current_session(), current_settings(), clock.now()
    holder, sight = bearer.signed_in, private_sight(current_actor().clearance)
    scope = scope_bound_to(holder.feed, sight.clearance)
    if scope is None:
        abort(404)
    publisher = publisher_of(settings)
    version = state_of(session, holder, scope, sight, kind, settings, month=month, at=at)
    answer = Response(content_type=CONTENT_TYPES[kind], headers=CACHING)
    answer.set_etag(version)
    if request.if_none_match.contains_weak(version):
        answer.status_code = HTTPStatus.NOT_MODIFIED
        return answer
    whose = _Whose(at=at, sight=sight, private=holder.token_public_id)
    feed = (
        archive_feed(session, scope, month, publisher, **whose)
        if month
        else news_feed(session, scope, publisher, **whose)
    )
    renderer = cast("FeedRenderer", current_app.extensions["osac_feeds"])
    answer.set_data(renderer.render(feed, kind))
    return answer


def state_of(
    session: Session,
    holder: Holder,
    scope: Scope,
    sight: Sight,
    kind: Format,
    settings: Settings,
    *,
    month: str = "",
    at: datetime,
) -> str:
    """Return what identifies all that somebody's feed says now; see `private_version`."""
    publisher = publisher_of(settings)
    return private_version(
        session,
        sight,
        *(holder.token_public_id, dict(holder.feed), kind, publisher.name, publisher.url),
        *(scope.editions, month, bool(month) and at >= named_part(month)[0].ends),
        secret=settings.require_secret(),
        at=at,
    )
