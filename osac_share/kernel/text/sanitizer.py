"""The second and third wall: what a fault in the Markdown parser may not let through.

bleach comes first, nh3 after it, with one allow-list. bleach no longer receives security
fixes, so that nothing rests on it alone; nh3 also hands every address to `safe_link` once
more, whatever the parser thought of it.
"""

from __future__ import annotations

import re
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
VOID = frozenset({"br", "hr"})
"""The elements among them that hold nothing and have no end tag."""

TAGS_KNOWN = 8192
_known: dict[str, bool] = {}
"""Tags that went through the walls by themselves, and whether they came through unchanged."""

_TAG = re.compile("<[^<>]++>")
_WRITTEN = re.compile(r"(?:[^<>&\x00]++|&(?:amp|lt|gt|quot);|<[^<>]++>)*+")
"""Escaped text and tags; the quantifiers are possessive, so that time is linear."""

SCHEMES = frozenset({"http", "https", "mailto", "tel"})
CLASSES = {"span": frozenset({"host"})}


def sanitize(html: str) -> str:
    """Return `html` reduced to the allow-list.

    The caller has bounded length and nesting before: bleach takes quadratic time in depth.

    The walls are forty times dearer than all the rest, and most of what people write is words
    between few kinds of tag. So each tag goes through them once: a piece of escaped text and
    tags that came through unchanged is what the walls would return, and is recognized in one
    pass. Whatever else it holds, the piece goes through them whole.
    """
    if _WRITTEN.fullmatch(html) and _come_through(frozenset(_TAG.findall(html))):
        return html.replace("&quot;", '"')
    return _through_walls(html)


def _come_through(tags: frozenset[str]) -> bool:
    """Tell whether the walls leave each of these tags as it is."""
    if len(_known) > TAGS_KNOWN:
        _known.clear()
    new = [tag for tag in tags if tag not in _known]
    links = [tag for tag in new if tag.startswith("<a ")]
    if len(links) > 1 and _comes_through(*links):
        # A list of links costs hardly more than a link.
        _known.update(dict.fromkeys(links, True))
    for tag in new:
        if tag not in _known:
            _known[tag] = _comes_through(tag)
    # Another thread may have forgotten all of them meanwhile: then none counts as known.
    return all(_known.get(tag, False) for tag in tags)


def _comes_through(*tags: str) -> bool:
    alone = "".join(map(_element, tags))
    return "&quot;" not in alone and _through_walls(alone) == alone


def _element(tag: str) -> str:
    name = tag.strip("</>").partition(" ")[0]
    if name in VOID:
        return tag
    return f"<{name}>x</{name}>" if tag.startswith("</") else f"{tag}x</{name}>"


def _through_walls(html: str) -> str:
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
