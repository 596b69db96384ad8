"""The second and third wall: what a fault in the Markdown parser may not let through.

bleach comes first, nh3 after it, with one allow-list. bleach no longer receives security
fixes, so that nothing rests on it alone; nh3 also hands every address to `safe_link` once
more, whatever the parser thought of it.
"""

from __future__ import annotations

import threading

import bleach
import nh3

from osac_share.kernel.text.links import safe_link

TAGS = frozenset(
    {
        "h3",
        "h4",
        "h5",
        "h6",
        "p",
        "br",
        "hr",
        "blockquote",
        "pre",
        "code",
        "ul",
        "ol",
        "li",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "a",
        "em",
        "strong",
        "s",
        "span",
    }
)
"""Every element that written text may turn into; no image, form, style, SVG or MathML."""

ATTRIBUTES = {
    "a": frozenset({"href", "rel"}),
    "ol": frozenset({"start"}),
    "span": frozenset({"class"}),
    "th": frozenset({"scope"}),
}
SCHEMES = frozenset({"http", "https", "mailto", "tel"})
CLASSES = {"span": frozenset({"host"})}


def sanitize(html: str) -> str:
    """Return `html` reduced to the allow-list.

    The caller has bounded length and nesting before: bleach takes quadratic time in depth.
    """
    return _walls.nh3.clean(_walls.bleach.clean(html))


def _check_attribute(_tag: str, name: str, value: str) -> str | None:
    return safe_link(value) if name == "href" else value


class _Walls(threading.local):
    """One pair of cleaners per thread: making one is dear, and bleach's keeps state."""

    def __init__(self) -> None:
        self.bleach = bleach.Cleaner(
            tags=TAGS,
            attributes={tag: list(names) for tag, names in ATTRIBUTES.items()},
            protocols=SCHEMES,
            strip=True,
        )
        self.nh3 = nh3.Cleaner(
            tags=set(TAGS),
            attributes={tag: set(names) for tag, names in ATTRIBUTES.items() if tag != "span"},
            allowed_classes={tag: set(names) for tag, names in CLASSES.items()},
            attribute_filter=_check_attribute,
            url_schemes=set(SCHEMES),
            link_rel=None,
        )


_walls = _Walls()
