"""A feed reader for tests, which asks the application itself or at the doorstep before it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Flask
from werkzeug.test import Client

from osac_share.feeds.views import FeedDoorstep

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    from werkzeug.test import TestResponse


class Validators(NamedTuple):
    """By what a reader asks whether a feed has changed."""

    etag: str | None
    last_modified: str | None


class Ticks:
    """A clock of seconds that stands until it is wound on."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Reader:
    """Polls feeds. Between two polls more time passes than the doorstep waits to look again."""

    def __init__(self, application: WSGIApplication, ticks: Ticks) -> None:
        self._client = Client(application)
        self.ticks = ticks

    def poll(self, path: str, method: str = "GET", **headers: str) -> TestResponse:
        """Return the answer to one request; `if_none_match="..."` sends that header."""
        self.ticks.now += 2
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._client.open(path, method=method, headers=named)

    def items(self, path: str = "/feeds/reports.json") -> list[dict[str, Any]]:
        """Return the items of a JSON feed."""
        answer = self.poll(path)
        assert answer.status_code == 200
        items: list[dict[str, Any]] = answer.json["items"] if answer.json else []
        return items

    def titles(self, path: str = "/feeds/reports.json") -> list[str]:
        """Return the titles of a JSON feed."""
        return [item["title"] for item in self.items(path)]

    def validators(self, path: str = "/feeds/reports.atom") -> Validators:
        """Return what the feed says it can be recognized by."""
        answer = self.poll(path)
        return Validators(answer.headers.get("ETag"), answer.headers.get("Last-Modified"))


def without_doorstep(app: Flask) -> WSGIApplication:
    """Return the application as it answers what the doorstep lets through."""
    return partial(Flask.wsgi_app, app)


def reader_of(app: Flask, *, at_doorstep: bool) -> Reader:
    """Return a reader of this application's feeds."""
    ticks = Ticks()
    application = without_doorstep(app)
    if at_doorstep:
        sessions = app.extensions["osac_sessions"]
        application = FeedDoorstep(application, sessions, elapsed=ticks)
    return Reader(application, ticks)
