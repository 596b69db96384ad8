"""Pages that are kept: what is rendered once need not be rendered for each reader."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from flask import current_app, g, render_template, request, session
from flask_wtf.csrf import generate_csrf
from markupsafe import escape

from osac_share.kernel import clock
from osac_share.kernel.cache import BoundedCache

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Mapping

    from flask import Flask

ROOM = 32 << 20
"""How many characters of kept HTML a process holds."""

MINUTE = 60

# What differs from reader to reader stands in a kept page as a hole. Nobody can write one
# into a text: they are drawn when the process starts and never leave it.
NAME = f"name-{secrets.token_hex(16)}"
TOKEN = f"token-{secrets.token_hex(16)}"


def use_keeping(app: Flask) -> None:
    """Give `app` its store of pages, and its templates a token that knows about holes."""
    app.extensions["osac_pages"] = BoundedCache(ROOM)
    app.jinja_env.globals["csrf_token"] = _csrf_token


def kept_page(
    template: str,
    key: Hashable,
    words: Callable[[], Mapping[str, object]],
    *,
    reader: str,
    look: Hashable,
) -> str:
    """Return a page that is kept under `key`, rendered now if there is none.

    The key names all that the page shows, and nothing of who asks: rights are decided before,
    in the query that finds the key. A page is kept for the running minute only, because it may
    say how long ago something was; one that has a message for its reader is not kept at all.

    Args:
        template: what renders the page.
        key: all that it depends on.
        words: gives the template its words; called only when nothing is kept.
        reader: the name of the person who reads it, put in for them alone.
        look: what else the frame around the page shows of its reader.

    """
    if "_flashes" in session:
        return render_template(template, **words())

    def make() -> str:
        with _for_everybody():
            return render_template(template, **words())

    kept = cast("BoundedCache", current_app.extensions["osac_pages"])
    minute = int(clock.now().timestamp()) // MINUTE
    whole_key = (template, key, look, request.host, request.path, minute)
    page: str = kept.get(whole_key, make, len)
    return page.replace(NAME, escape(reader)).replace(TOKEN, _signed_token(kept, minute))


def is_for_everybody() -> bool:
    """Tell whether what is being rendered will be kept for other readers, too."""
    return "page_for_everybody" in g


@contextmanager
def _for_everybody() -> Iterator[None]:
    g.page_for_everybody = True
    try:
        yield
    finally:
        g.pop("page_for_everybody", None)


def _signed_token(kept: BoundedCache, minute: int) -> str:
    # A session's token stays the same; only its date of signing does not, and one signed
    # within this minute is as good as one signed now.
    raw = session.get("csrf_token")
    token: str = generate_csrf() if raw is None else kept.get((raw, minute), generate_csrf, len)
    return token


def _csrf_token() -> str:
    return TOKEN if is_for_everybody() else str(generate_csrf())
