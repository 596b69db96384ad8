"""How refusals and failures become pages: what happened, what to do, a reference."""

from __future__ import annotations

import logging
import secrets
from typing import TYPE_CHECKING

from flask import current_app
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError

from osac_share.kernel.errors import NotAllowed, NotFound, RuleBroken, TooMany
from osac_share.web.sessions import close_session, current_settings

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

logger = logging.getLogger(__name__)

PAGES = frozenset({400, 401, 403, 404, 405, 409, 413, 429, 500, 503})


def explain(app: Flask) -> None:
    """Let `app` answer every refusal and failure with a page in plain words."""
    app.register_error_handler(NotFound, lambda refusal: page(404, refusal.message))
    app.register_error_handler(NotAllowed, lambda refusal: page(403, refusal.message))
    app.register_error_handler(RuleBroken, lambda refusal: page(409, refusal.message))
    app.register_error_handler(TooMany, _too_many)
    app.register_error_handler(StaleDataError, _overtaken)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(DataError, _unstorable)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(SecurityError, _foreign_host)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def page(status: int, message: str, reference: str | None = None) -> tuple[str, int]:
    """Return the error page for a status.

    It is rendered without what other pages are given: that asks the database, which may be away.
    """
    template = current_app.jinja_env.get_template(
        f"errors/{status if status in PAGES else 400}.html"
    )
    html = template.render(
        site=current_settings().site,
        status=status,
        message=message,
        reference=reference or secrets.token_hex(4),
    )
    return html, status


def _http(problem: HTTPException) -> ResponseReturnValue:
    if problem.code is None or problem.code < 400:  # noqa: PLR2004 -- redirects pass through.
        return problem
    answer = page(problem.code, _WORDS.get(problem.code, "The request could not be understood."))
    headers = {
        name: value
        for name, value in problem.get_headers()
        if name.lower() in {"allow", "retry-after"}
    }
    return (*answer, headers)


def _foreign_host(_problem: SecurityError) -> ResponseReturnValue:
    # No page: for a host that is not ours there are no addresses to put into one.
    return "No site of that name is here.\n", 400, {"Content-Type": "text/plain; charset=utf-8"}


def _too_many(refusal: TooMany) -> ResponseReturnValue:
    return (*page(429, refusal.message), {"Retry-After": str(refusal.seconds)})


def _overtaken(_problem: StaleDataError) -> ResponseReturnValue:
    close_session()
    return page(409, "Somebody else saved this while you were working. Nothing of theirs is lost.")


def _stale_form(_problem: CSRFError) -> ResponseReturnValue:
    return page(
        400,
        "This form has expired or came from somewhere else. Go back, reload the page and send "
        "it again; what you typed is still there.",
    )


def _unstorable(_problem: DataError) -> ResponseReturnValue:
    # PostgreSQL holds no text with a null character in it; no such thing is ever there.
    close_session()
    return page(400, _WORDS[400])


def _database_away(problem: OperationalError) -> ResponseReturnValue:
    reference = secrets.token_hex(4)
    logger.error("database away, reference %s: %s", reference, problem.orig)
    close_session()
    answer = page(503, "The database is busy or away. Try again in a few seconds.", reference)
    return (*answer, {"Retry-After": "5"})


def _unexpected(problem: Exception) -> ResponseReturnValue:
    reference = secrets.token_hex(4)
    logger.error("unexpected failure, reference %s", reference, exc_info=problem)
    close_session()
    return page(500, "Something went wrong on our side. Nothing you sent was half done.", reference)


_WORDS = {
    400: "The request could not be understood.",
    401: "Sign in first.",
    403: "You may not do this.",
    404: NotFound().message,
    405: "This address does not take that kind of request.",
    413: "That is more than this form takes.",
    429: "Too many requests. Wait a little.",
    503: "The site is busy. Try again in a few seconds.",
}
