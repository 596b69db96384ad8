"""A member's own feeds, which a token opens: in the address, or as a password."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from flask import Response, abort, current_app, request

from osac_share.councils.login import current_actor
from osac_share.feeds.documents import CONTENT_TYPES, FeedRenderer, Format, publisher_of
from osac_share.feeds.queries import news_feed, private_sight, private_version
from osac_share.feeds.views.blueprint import blueprint
from osac_share.feeds.views.scopes import scope_bound_to
from osac_share.kernel import clock
from osac_share.tokens.login import TokenRefused, present_feed_token
from osac_share.tokens.policy import kind_of
from osac_share.web.access import by_token
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from osac_share.tokens.login import Bearer


# Two slashes in a row are no mistake to be corrected here: the correction would be a redirect,
# and the token would stand in it.
@blueprint.get("/feeds/private/<key>.<any(atom, rss, json):kind>", merge_slashes=False)
@by_token("feed")
def private(key: str, kind: Format) -> ResponseReturnValue:
    """Answer the feed whose token stands in the address, or whose name does (HTTP Basic)."""
    if kind_of(key) is not None:
        return answer_to(present_feed_token(key), kind)
    bearer = present_feed_token()
    if bearer.signed_in.token_public_id != key:
        raise TokenRefused(HTTPStatus.FORBIDDEN, "This token opens another feed.")
    return answer_to(bearer, kind)


def is_asked_for_somebody() -> bool:
    """Tell whether a request for a public feed brings a credential with it."""
    return "Authorization" in request.headers


def answer_at(path: str, kind: Format, *, words: str = "") -> Response:
    """Answer the feed at a public address to somebody who came with a token for it."""
    bearer = present_feed_token()
    bound = bearer.signed_in.feed
    if (bound.get("path"), bound.get("words", "")) != (path, words):
        raise TokenRefused(HTTPStatus.FORBIDDEN, "This token opens another feed.")
    return answer_to(bearer, kind)


def answer_to(bearer: Bearer, kind: Format) -> Response:
    """Answer the feed that a token is bound to, as its owner may see it at this moment."""
    session, settings, at = current_session(), current_settings(), clock.now()
    holder, sight = bearer.signed_in, private_sight(current_actor().clearance)
    scope = scope_bound_to(holder.feed, sight.clearance)
    if scope is None:
        abort(404)
    publisher = publisher_of(settings)
    version = private_version(
        session,
        sight,
        *(holder.token_public_id, dict(holder.feed), kind, publisher.name, publisher.url),
        scope.editions,
        secret=settings.require_secret(),
        at=at,
    )
    answer = Response(content_type=CONTENT_TYPES[kind])
    answer.set_etag(version)
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.vary.add("Authorization")
    if request.if_none_match.contains_weak(version):
        answer.status_code = HTTPStatus.NOT_MODIFIED
        return answer
    name = holder.token_public_id
    feed = news_feed(session, scope, publisher, at=at, sight=sight, private=name)
    renderer = cast("FeedRenderer", current_app.extensions["osac_feeds"])
    answer.set_data(renderer.render(feed, kind))
    return answer
