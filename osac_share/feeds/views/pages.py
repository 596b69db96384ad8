"""The feeds, and the page that explains them to people."""

from __future__ import annotations

from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from flask import Response, current_app, render_template, request

from osac_share.councils.queries import all_councils
from osac_share.feeds.documents import CONTENT_TYPES, FORMATS, Format, Publisher, publisher_of
from osac_share.feeds.queries import (
    ALL_REPORTS,
    PUBLIC_SIGHT,
    REGISTERS,
    SEARCH,
    Scope,
    archive_feed,
    get_scope,
    news_feed,
    private_version,
    register_feed,
)
from osac_share.feeds.views.blueprint import blueprint
from osac_share.feeds.views.private import answer_at, is_asked_for_somebody
from osac_share.feeds.views.scopes import search_scope
from osac_share.kernel import clock
from osac_share.taxonomy import queries as taxonomy
from osac_share.web.access import public
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from osac_share.feeds.documents import Feed, FeedRenderer

MAX_AGE = 60
"""How many seconds a feed may be kept. Readers take it for the shortest pause between polls."""

_NAMES: dict[Format, str] = {"atom": "Atom", "rss": "RSS", "json": "JSON Feed"}


@blueprint.app_template_global()
def feeds_of(path: str, title: str) -> list[tuple[str, str]]:
    """Return the feeds of a page, for its head, as `(words, address)` in each format.

    Args:
        path: what follows `/feeds/`, without the format: `reports`, `countries/MX`.
        title: what the page is about, as people call it.

    """
    return [(f"{title} ({_NAMES[kind]})", f"/feeds/{path}.{kind}") for kind in FORMATS]


@blueprint.app_template_global()
def feeds_of_registers() -> list[tuple[str, str]]:
    """Return the feeds of all registers, for the head of a page, as `feeds_of` does."""
    return [
        feed
        for name, register in REGISTERS.items()
        for feed in feeds_of(f"registers/{name}", register.title)
    ]


@blueprint.get("/feeds")
@public
def index() -> ResponseReturnValue:
    """Explain feeds and list them all."""
    return render_template(
        "feeds/index.html",
        regions=[(region, taxonomy.countries(region.code)) for region in taxonomy.regions()],
        topics=taxonomy.topics_tree(),
        councils=all_councils(current_session()),
        registers=REGISTERS,
    )


@blueprint.get("/feeds/reports.<any(atom, rss, json):kind>")
@public
def reports(kind: Format) -> ResponseReturnValue:
    """Answer the feed of all public reports."""
    return _answer(ALL_REPORTS, kind)


@blueprint.get("/feeds/search.<any(atom, rss, json):kind>")
@public
def search(kind: Format) -> ResponseReturnValue:
    """Answer the public feed of a search, whose words and filters are in `q`.

    Whether anything is new in it is found out before it is made.
    """
    scope = search_scope(request.args.get("q", ""), PUBLIC_SIGHT.clearance)
    if is_asked_for_somebody():
        return answer_at(SEARCH, kind, words=scope.words)
    session, at, settings = current_session(), clock.now(), current_settings()
    made = (scope.words, scope.editions, kind, settings.site.name, settings.public.url)
    secret = settings.require_secret()
    answer = Response(content_type=CONTENT_TYPES[kind])
    answer.set_etag(private_version(session, PUBLIC_SIGHT, SEARCH, *made, secret=secret, at=at))
    _let_keep(answer)
    if request.if_none_match.contains_weak(answer.get_etag()[0] or ""):
        answer.status_code = HTTPStatus.NOT_MODIFIED
        return answer
    answer.set_data(_rendered(news_feed(session, scope, _publisher(), at=at), kind))
    return answer


@blueprint.get(
    "/feeds/<any(countries, regions, topics, councils):shelf>/<key>.<any(atom, rss, json):kind>"
)
@public
def about(shelf: str, key: str, kind: Format) -> ResponseReturnValue:
    """Answer the public feed of a country, a region, a topic or a council."""
    return _answer(get_scope(current_session(), shelf, key), kind)


@blueprint.get("/feeds/reports/archive/<month>.<any(atom, rss, json):kind>")
@public
def archive_of_reports(month: str, kind: Format) -> ResponseReturnValue:
    """Answer what was public of a month, and still is."""
    return _archive(ALL_REPORTS, month, kind)


@blueprint.get(
    "/feeds/<any(countries, regions, topics, councils):shelf>/<key>"
    "/archive/<month>.<any(atom, rss, json):kind>"
)
@public
def archive(shelf: str, key: str, month: str, kind: Format) -> ResponseReturnValue:
    """Answer what was public of a month about a country, a region, a topic or a council."""
    return _archive(get_scope(current_session(), shelf, key), month, kind)


@blueprint.get("/feeds/registers/<name>.<any(atom, rss, json):kind>")
@public
def register(name: str, kind: Format) -> ResponseReturnValue:
    """Answer a register: all that holds, an entry for each country."""
    if is_asked_for_somebody():
        return answer_at(f"registers/{name}", kind)
    return _answer_with(register_feed(current_session(), name, _publisher()), kind)


def _answer(scope: Scope, kind: Format) -> Response:
    if is_asked_for_somebody():
        return answer_at(scope.path, kind)
    return _answer_with(news_feed(current_session(), scope, _publisher(), at=clock.now()), kind)


def _archive(scope: Scope, month: str, kind: Format) -> Response:
    if is_asked_for_somebody():
        return answer_at(scope.path, kind, month=month)
    feed = archive_feed(current_session(), scope, month, _publisher(), at=clock.now())
    return _answer_with(feed, kind)


def _answer_with(feed: Feed, kind: Format) -> Response:
    body = _rendered(feed, kind)
    answer = Response(body, content_type=CONTENT_TYPES[kind])
    answer.set_etag(sha256(body).hexdigest()[:32])
    answer.last_modified = feed.updated
    _let_keep(answer)
    answer.make_conditional(request)
    return answer


def _publisher() -> Publisher:
    settings = current_settings()
    return publisher_of(settings)


def _rendered(feed: Feed, kind: Format) -> bytes:
    return cast("FeedRenderer", current_app.extensions["osac_feeds"]).render(feed, kind)


def _let_keep(answer: Response) -> None:
    answer.cache_control.public = True
    answer.cache_control.max_age = MAX_AGE
    answer.vary.update(("Accept-Encoding", "Authorization"))
