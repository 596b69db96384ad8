"""The dialect of Markdown in which everybody writes: CommonMark, tables, strikethrough."""

from __future__ import annotations

from markdown_it import MarkdownIt

MAX_SOURCE = 64_000
"""The longest text, in characters, that is read as Markdown. Forms refuse more."""


class _Parser(MarkdownIt):
    """A parser that recognizes every link as one, whatever it leads to.

    The library would leave a link that it dislikes in the text as raw Markdown. Here it
    becomes a link, and `links.safe_link` decides what remains of it.
    """

    def validateLink(self, url: str) -> bool:  # noqa: N802 -- the library's name.
        """Accept any address."""
        return True

    def normalizeLink(self, url: str) -> str:  # noqa: N802 -- the library's name.
        """Leave the address as written."""
        return url


def build_parser() -> MarkdownIt:
    """Return a parser of the dialect; raw HTML is read as text."""
    parser = _Parser("commonmark", {"html": False})
    return parser.enable(["table", "strikethrough"])
