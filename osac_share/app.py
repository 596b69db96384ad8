"""The application: the only list of blueprints, hooks and globals."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from osac_share.accounts import login
from osac_share.accounts.views import blueprint as accounts
from osac_share.admin.views import blueprint as admin
from osac_share.api.views import blueprint as api
from osac_share.api.views import use_meter
from osac_share.calendars.views import blueprint as calendars
from osac_share.cap.queries import generation as generation_of_messages
from osac_share.cap.views import blueprint as cap
from osac_share.channels.views import blueprint as channels
from osac_share.councils.login import actor_in_passing
from osac_share.councils.queries import demands_factor, find_signed_in, find_token_holder
from osac_share.councils.views import blueprint as councils
from osac_share.delivery.queries.bringing import newest_brought, numbers_brought
from osac_share.delivery.views import blueprint as delivery
from osac_share.delivery.views import one_click
from osac_share.exports.views import blueprint as exports
from osac_share.feeds.views import FeedDoorstep, PrivateDoorstep, use_search
from osac_share.feeds.views import blueprint as feeds
from osac_share.home.views import blueprint as home
from osac_share.home.views import page_globals
from osac_share.kernel import logs
from osac_share.kernel.db import open_engine, session_factory
from osac_share.membership.views import blueprint as membership
from osac_share.relays.views import blueprint as relays
from osac_share.reports.views import blueprint as reports
from osac_share.search.views import blueprint as search
from osac_share.search.views import found_for_feed, found_since
from osac_share.settings import Settings, load_settings, resource_dir
from osac_share.subscriptions.views import blueprint as subscriptions
from osac_share.subscriptions.views import use_past
from osac_share.taxii.views import blueprint as taxii
from osac_share.taxonomy import views as taxonomy
from osac_share.tokens import login as tokens_login
from osac_share.tokens.views import blueprint as tokens
from osac_share.web import errors, filters, headers, keeping, sessions
from osac_share.web.doorstep import PageDoorstep
from osac_share.web.views import blueprint as web

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session, sessionmaker

LARGEST_REQUEST = 1024 * 1024
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
BLUEPRINTS = (
    *(home, reports, relays, search, subscriptions, delivery, feeds, accounts, web),
    *(admin, channels, councils, membership, tokens, api),
    *(calendars, cap, exports, taxii),
)


def create_app(settings: Settings | None = None, engine: Engine | None = None) -> Flask:
    """Make the application.

    Args:
        settings: those to run with; read from files and environment when left out.
        engine: the database to use; opened from the settings when left out.

    Raises:
        Misconfigured: the installation is incomplete; the message says what to set.

    """
    logs.hide_secrets()
    settings = settings or load_settings()
    app = Flask(
        "osac_share",
        template_folder=str(resource_dir("templates")),
        static_folder=str(resource_dir("static")),
    )
    app.config.update(_flask_config(settings))
    app.jinja_env.undefined = StrictUndefined
    engine = engine or open_engine(settings.database_url)
    maker = session_factory(engine)
    sessions.use_sessions(app, settings, maker)
    _guard_forms(app)
    keeping.use_keeping(app)
    login.guard(app, find_signed_in, demands_factor)
    tokens_login.admit(app, find_token_holder)
    _lend_the_search(app)
    use_meter(app, settings.web.api_per_minute)
    headers.protect(app)
    errors.explain(app)
    filters.install(app)
    taxonomy.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.context_processor(page_globals)
    _lay_doorsteps(app, settings, maker)
    return app


def _prevent_forgery(app: Flask) -> None:
    csrf = CSRFProtect(app)
    # A link in a mail is its own proof, and whoever comes by a token brings no cookie.
    for proven in (one_click, api, taxii):
        csrf.exempt(proven)


def _lend_the_search(app: Flask) -> None:
    """Let features below the search have what it finds."""
    numbers = partial(numbers_brought, find=found_since)
    use_past(app, numbers, partial(newest_brought, find=found_since))
    use_search(app, found_for_feed)


def _guard_forms(app: Flask) -> None:
    """Let what comes from a page prove that the page was ours."""
    _prevent_forgery(app)


def _lay_doorsteps(app: Flask, settings: Settings, maker: sessionmaker[Session]) -> None:
    """Let what needs no Flask be answered before it is entered."""
    app.wsgi_app = PageDoorstep(app.wsgi_app, app, actor_in_passing)  # type: ignore[method-assign]
    app.wsgi_app = PrivateDoorstep(app.wsgi_app, app, maker)  # type: ignore[method-assign]
    app.wsgi_app = FeedDoorstep(  # type: ignore[method-assign]
        app.wsgi_app, maker, also=generation_of_messages
    )
    if proxies := settings.web.proxies:
        trusting = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=0, x_host=0)
        app.wsgi_app = trusting  # type: ignore[method-assign]


def _flask_config(settings: Settings) -> dict[str, object]:
    secure = settings.public.is_secure
    return {
        "DEBUG": False,
        "SECRET_KEY": settings.require_secret(),
        "TRUSTED_HOSTS": [urlsplit(settings.public.url).hostname, *LOOPBACK],
        "MAX_CONTENT_LENGTH": LARGEST_REQUEST,
        "MAX_FORM_MEMORY_SIZE": LARGEST_REQUEST,
        "MAX_FORM_PARTS": 500,
        "SEND_FILE_MAX_AGE_DEFAULT": 31_536_000,
        "SESSION_COOKIE_NAME": "__Host-osac" if secure else "osac",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": 12 * 3600,
        "WTF_CSRF_SSL_STRICT": False,
    }
