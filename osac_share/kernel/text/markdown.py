"""Markdown to HTML that is safe to put into a page as it is."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from linkify_it import LinkifyIt
from markdown_it.rules_core import linkify
from markdown_it.token import Token

from osac_share.kernel.text.cleaning import clean_block
from osac_share.kernel.text.links import host_of, safe_link, shows_host
from osac_share.kernel.text.parser import MAX_SOURCE, build_parser
from osac_share.kernel.text.sanitizer import sanitize

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.rules_core import StateCore

RENDERER = 1
"""The number of these rules: HTML kept under another number is to be rendered again."""

MAX_HTML = 300_000
"""The longest HTML, in characters, worth the price of sanitizing it."""

MAX_DEPTH = 40
"""The deepest nesting of elements: sanitizing takes quadratic time in it."""

_PAGE_LEVELS = 2
"""The page has h1 for its title and h2 for its sections; headings in texts come below."""

_LAST_LEVEL = 6


def render_markdown(source: str, *, base_url: str | None = None) -> str:
    """Return `source`, in Markdown, as HTML: CommonMark, tables, strikethrough, bare links.

    Raw HTML is shown as the text it is, images by their description alone. Headings start at
    h3 and never skip a level. Links follow `safe_link`; a link that may not stay loses its
    address and keeps its text; one that leads elsewhere says to which host.

    A text beyond `MAX_SOURCE`, or nested deeper than any author nests, is not refused: it may
    be somebody else's, relayed. It is shown whole, as paragraphs without any markup.

    Args:
        source: the text as stored; cleaned again here, so any string will do.
        base_url: the page that a relayed text comes from, for its relative links.

    """
    text = clean_block(source)
    if len(text) > MAX_SOURCE:
        return _as_paragraphs(text)
    env = {"base_url": base_url}
    tokens = _PARSER.parse(text, env)
    if _depth(tokens) > MAX_DEPTH:
        return _as_paragraphs(text)
    blocks = [_PARSER.renderer.render(block, _PARSER.options, env) for block in _blocks(tokens)]
    if sum(map(len, blocks)) > MAX_HTML:
        return _as_paragraphs(text)
    return "".join(map(sanitize, blocks))


def _blocks(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Yield the tokens of each outermost block: a paragraph, a list, a table.

    A block is closed, so it can be judged by itself; most need the dear walls in no part.
    """
    block: list[Token] = []
    depth = 0
    for token in tokens:
        block.append(token)
        depth += token.nesting
        if depth == 0:
            yield block
            block = []


def _link_bare_addresses(state: StateCore) -> None:
    # The library's rule is dear; only blocks with an @ in their plain text need it, since
    # http:// and https:// were linked when the inline text was read.
    tokens = state.tokens
    state.tokens = [
        token
        for token in tokens
        if any(child.type == "text" and "@" in child.content for child in token.children or ())
    ]
    linkify(state)
    state.tokens = tokens


def _judge_links(state: StateCore) -> None:
    base_url: str | None = state.env.get("base_url")
    for token in state.tokens:
        if token.type == "inline" and token.children:
            token.children = list(_judged(token.children, base_url))


def _judged(children: Sequence[Token], base_url: str | None) -> Iterator[Token]:
    """Yield inline tokens with each link settled and each image replaced by its description."""
    opening: Token | None = None
    inside: list[Token] = []
    for child in children:
        if child.type == "link_open":
            opening, inside = child, []
        elif child.type == "link_close" and opening is not None:
            yield from _settled(opening, inside, child, base_url)
            opening = None
        else:
            if child.type == "image":
                child = Token("text", "", 0, content=child.content)  # noqa: PLW2901
            if opening is None:
                yield child
            else:
                inside.append(child)


def _settled(
    opening: Token, inside: list[Token], closing: Token, base_url: str | None
) -> Iterator[Token]:
    words = "".join(child.content for child in inside).strip()
    link = safe_link(str(opening.attrs.get("href", "")), base_url) if words else None
    if link is None:
        yield from inside
        return
    opening.attrs = {"href": link}
    host = host_of(link)
    if host is not None:
        opening.attrs["rel"] = "nofollow noopener noreferrer"
    yield from (opening, *inside, closing)
    if host is not None and not shows_host(words, host):
        label = f' <span class="host">({html.escape(host)})</span>'
        yield Token("html_inline", "", 0, content=label)


def _outline(state: StateCore) -> None:
    """Give headings the levels of a sound outline, and drop those without words."""
    open_levels: list[int] = []
    kept: list[Token] = []
    tokens = iter(state.tokens)
    for token in tokens:
        if token.type != "heading_open":
            kept.append(token)
            continue
        inline, close = next(tokens), next(tokens)
        if not any(child.content.strip() for child in inline.children or ()):
            continue
        level = int(token.tag[1:])
        while open_levels and open_levels[-1] >= level:
            open_levels.pop()
        open_levels.append(level)
        token.tag = close.tag = f"h{min(_PAGE_LEVELS + len(open_levels), _LAST_LEVEL)}"
        kept += [token, inline, close]
    state.tokens = kept


def _simplify_tables(state: StateCore) -> None:
    """Take alignment off cells (it would be a style), and head rows without a word away."""
    kept: list[Token] = []
    head: list[Token] | None = None
    for token in state.tokens:
        if token.type in {"th_open", "td_open"}:
            token.attrs = {"scope": "col"} if token.type == "th_open" else {}
        if token.type == "thead_open":
            head = []
        if head is None:
            kept.append(token)
            continue
        head.append(token)
        if token.type == "thead_close":
            kept += head if any(part.content for part in head) else []
            head = None
    state.tokens = kept


def _depth(tokens: Sequence[Token]) -> int:
    """Return how deep the elements made from `tokens` will nest."""
    depth = deepest = 0
    for token in tokens:
        depth += token.nesting
        deepest = max(deepest, depth)
        for child in token.children or ():
            depth += child.nesting
            deepest = max(deepest, depth)
    return deepest


def _as_paragraphs(text: str) -> str:
    paragraphs = (html.escape(part) for part in text.split("\n\n"))
    return "".join(f"<p>{part}</p>\n" for part in paragraphs if part.strip())


_PARSER = build_parser()
_PARSER.options["linkify"] = True
_PARSER.linkify = LinkifyIt(options={"fuzzy_link": False})
"""Bare addresses need a scheme or an @: scraped texts lack spaces between sentences, and
"apply for a visa.In addition" names no host in India."""

_PARSER.inline.ruler.enable("linkify")
_PARSER.core.ruler.enable("linkify")
_PARSER.core.ruler.at("linkify", _link_bare_addresses)
_PARSER.core.ruler.push("judge_links", _judge_links)
_PARSER.core.ruler.push("outline", _outline)
_PARSER.core.ruler.push("tables", _simplify_tables)
