"""One database session per request, and the settings of the running application."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app, g

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session, sessionmaker

    from osac_share.settings import Settings


def current_session() -> Session:
    """Return the request's database session, opened at its first use."""
    if "db_session" not in g:
        maker = cast("sessionmaker[Session]", current_app.extensions["osac_sessions"])
        g.db_session = maker()
    return cast("Session", g.db_session)


def current_settings() -> Settings:
    """Return the settings that the application was made with."""
    return cast("Settings", current_app.extensions["osac_settings"])


def close_session(_problem: BaseException | None = None) -> None:
    """Close the request's session; what was not committed is gone."""
    session = g.pop("db_session", None)
    if session is not None:
        session.close()


def use_sessions(app: Flask, settings: Settings, maker: sessionmaker[Session]) -> None:
    """Give `app` its settings and its maker of sessions."""
    app.extensions["osac_settings"] = settings
    app.extensions["osac_sessions"] = maker
    app.teardown_appcontext(close_session)
