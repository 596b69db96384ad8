"""Markdown to HTML that is safe to put into a page as it is."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, NamedTuple

from linkify_it import LinkifyIt
from markdown_it.rules_core import StateCore, linkify, text_join
from markdown_it.token import Token

from osac_share.kernel.text.cleaning import clean_block
from osac_share.kernel.text.links import host_of, safe_link, shows_host
from osac_share.kernel.text.memory import remembered
from osac_share.kernel.text.parser import MAX_SOURCE, PLAIN_STRONG, build_parser, pieces_of
from osac_share.kernel.text.sanitizer import sanitize

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.utils import EnvType

RENDERER = 1
"""The number of these rules: HTML kept under another number is to be rendered again."""

MAX_HTML = 300_000
"""The longest HTML, in characters, worth the price of sanitizing it."""

MAX_DEPTH = 40
"""The deepest nesting of elements: sanitizing takes quadratic time in it."""

_PAGE_LEVELS = 2
"""The page has h1 for its title and h2 for its sections; headings in texts come below."""

_LAST_LEVEL = 6

_MARKUP = re.compile(r"[\\`~*_\[!<&\n@]|://")
"""What words hold where they are more than words."""

_PLAIN = re.compile(rf"{PLAIN_STRONG}|(?<!!)\[([^\[\]]+)\]\((https?://[^\s()<>\\&]+)\)")


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
    pieces: list[_Piece] = []
    outline: tuple[int, ...] = ()
    for piece in pieces_of(text):
        pieces.append(_rendered(piece, base_url, outline))
        outline = pieces[-1].outline
    blocks = [block for piece in pieces for block in piece.blocks]
    if max(piece.depth for piece in pieces) > MAX_DEPTH or sum(map(len, blocks)) > MAX_HTML:
        return _as_paragraphs(text)
    return "".join(map(_sanitized, blocks))


class _Piece(NamedTuple):
    """A piece of a text as HTML, one string for each outermost block, not yet sanitized."""

    blocks: tuple[str, ...]
    depth: int
    outline: tuple[int, ...]
    """The levels, as written, of the headings that are open at its end."""


@remembered
def _rendered(piece: str, base_url: str | None, outline: tuple[int, ...]) -> _Piece:
    open_levels = [*outline]
    env = {"base_url": base_url, "outline": open_levels}
    tokens = _PARSER.parse(piece, env)
    render = _PARSER.renderer.render
    blocks = tuple(render(block, _PARSER.options, env) for block in _blocks(tokens))
    return _Piece(blocks, _depth(tokens), tuple(open_levels))


_sanitized = remembered(sanitize)


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


def _read_inline(state: StateCore) -> None:
    env = state.env
    for token in state.tokens:
        if token.type != "inline":
            continue
        if env.get("references"):
            # Links are defined apart: the same words may lead elsewhere in another text.
            token.children = _read(token.content, env)
        else:
            token.children = _read_alone(token.content, env["base_url"])


@remembered
def _read_alone(content: str, base_url: str | None) -> list[Token]:
    parts = list(_plainly(content))
    if any(token.type == "text" and _MARKUP.search(token.content) for token in parts):
        return _read(content, {"base_url": base_url})
    return list(_judged(parts, base_url))


def _plainly(content: str) -> Iterator[Token]:
    """Yield the tokens of words that hold nothing but plain links and bold words.

    Most do, and the library is five times as dear. Where more markup is left in the text,
    these are not its tokens.
    """
    end = 0
    for found in _PLAIN.finditer(content):
        if found.start() > end:
            yield Token("text", "", 0, content=content[end : found.start()])
        end = found.end()
        bold, words, address = found.groups()
        tag, attrs = ("strong", {}) if bold else ("a", {"href": address})
        kind = "strong" if bold else "link"
        yield Token(f"{kind}_open", tag, 1, attrs=attrs)
        yield Token("text", "", 0, content=bold or words)
        yield Token(f"{kind}_close", tag, -1)
    if end < len(content) or not content:
        yield Token("text", "", 0, content=content[end:])


def _read(content: str, env: EnvType) -> list[Token]:
    """Return what the words of one block become: inline tokens, with links that are settled."""
    children: list[Token] = []
    _PARSER.inline.parse(content, _PARSER, env, children)
    inline = Token("inline", "", 0, content=content, children=children)
    state = StateCore("", _PARSER, env, [inline])
    # The library's rule is dear; only blocks with an @ in their plain text need it, since
    # http:// and https:// were linked when the inline text was read.
    if any(child.type == "text" and "@" in child.content for child in children):
        linkify(state)
    text_join(state)
    return list(_judged(inline.children or [], env["base_url"]))


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
    open_levels: list[int] = state.env["outline"]
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
_PARSER.core.ruler.at("inline", _read_inline)
_PARSER.core.ruler.disable("text_join")
_PARSER.core.ruler.push("outline", _outline)
_PARSER.core.ruler.push("tables", _simplify_tables)
