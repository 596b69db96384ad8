"""Parts of pages that are kept: what is rendered once need not be rendered for each reader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from flask import current_app, render_template
from markupsafe import Markup

from osac_share.kernel import clock
from osac_share.kernel.cache import BoundedCache

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

ROOM = 32 << 20
"""How many characters of kept HTML a process holds."""

MINUTE = 60


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a page that is the same for all who may see it, with what heads the page."""

    html: Markup
    title: str = ""
    marking: str = ""


def kept_part(
    template: str,
    key: Hashable,
    words: Callable[[], Mapping[str, object]],
    head: Callable[[Mapping[str, object]], tuple[str, str]] = lambda _words: ("", ""),
) -> Part:
    """Return a part that is kept under `key`, rendered now if there is none.

    The key names all that the part shows, and nothing of who asks: rights are decided before,
    in the query that finds the key. A part is kept for the running minute only, because it may
    say how long ago something was.

    Args:
        template: what renders the part.
        key: all that the part depends on.
        words: gives the template its words; called only when nothing is kept.
        head: gives title and marking, from the words.

    """

    def make() -> Part:
        given = words()
        return Part(Markup(render_template(template, **given)), *head(given))  # noqa: S704 -- ours.

    kept = cast("BoundedCache", current_app.extensions.setdefault("osac_parts", BoundedCache(ROOM)))
    minute = int(clock.now().timestamp()) // MINUTE
    return kept.get((template, key, minute), make, lambda part: len(part.html))
