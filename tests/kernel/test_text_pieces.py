"""A text read piece by piece says what it says as a whole."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it.rules_core import block
from markdown_it.token import Token

from osac_share.kernel.text import (
    clean_block,
    markdown,
    plain_text,
    remembering,
    render_markdown,
)
from osac_share.kernel.text.memory import LONGEST, remembered
from osac_share.kernel.text.parser import build_parser, pieces_of

PAGE = "https://embassy.example.org/alerts/"

OURS = build_parser()
OURS.core.ruler.enableOnly(["normalize", "block"])
LIBRARY = build_parser()
LIBRARY.core.ruler.enableOnly(["normalize", "block"])
LIBRARY.core.ruler.at("block", block)

LINES = st.sampled_from(
    [
        *(
            "Words.",
            "Words  ",
            "**Bold:** words",
            "**",
            "***",
            "[a](https://example.org/a)",
            "(so)",
        ),
        *("* item", "* item  ", "*  wide", "- other", "+ plus", "  + nested", "*", "* ", "* * *"),
        *("* **bold** item", "* [a](b)", "1. one", "2) two", "# Heading", "### Lower #", "#none"),
        *("    code", "  indented", "\tTab", "> quote", "---", "===", "| a | b |", "| - | - |"),
        *("a | b", "- | -", "```", "~~~", "* ```", "[a]: https://example.org", "* [a]: b", "[a]"),
        *("Ünïcode", "中文", "1984", "<p>", "&amp;", "\\*", "_under_", "![x](y)", "x@example.org"),
    ]
)
TEXTS = st.lists(
    st.tuples(LINES, st.sampled_from(["\n", "\n\n"])).map("".join), min_size=1, max_size=9
).map(lambda lines: clean_block("".join(lines)))


def shape(tokens: list[Token]) -> list[tuple[object, ...]]:
    """Return all of tokens but the numbers of their lines."""
    return [
        (
            *(one.type, one.tag, one.nesting, one.level, one.content, one.markup, one.info),
            *(one.hidden, one.block, tuple(one.attrs.items())),
        )
        for one in tokens
    ]


@given(TEXTS)
@example("Words.\n\n* item\n\n  more\n\nWords.")
@example("* item\n\n* item\n\nWords.")
@example("> quote\n\nWords.\n===")
@example("Words.\n\n    code\n\n    code")
@example("[a]\n\nWords.\n\n[a]: https://example.org")
def test_the_pieces_of_a_text_hold_the_blocks_of_the_whole(text: str) -> None:
    pieces = list(pieces_of(text))
    assert "\n\n".join(pieces) == text
    apart = [one for piece in pieces for one in shape(LIBRARY.parse(piece))]
    assert apart == shape(LIBRARY.parse(text))


@given(TEXTS)
def test_blocks_read_at_once_are_those_that_the_library_reads(text: str) -> None:
    assert OURS.parse(text) == LIBRARY.parse(text)


@pytest.mark.parametrize("text", ["Words\nmore", "**Bold** [a](b)", "* one\n* two  \n* three"])
def test_plain_paragraphs_and_lists_are_read_without_the_library(text: str) -> None:
    ours = build_parser()
    ours.block.ruler.enableOnly([])
    ours.core.ruler.enableOnly(["normalize", "block"])
    assert ours.parse(text) == LIBRARY.parse(text)


INLINE = st.sampled_from(
    [
        *("**", "**a**", "**b.**", " ", "a", "B.", "1", "é", "-", ":", "'", '"', "<", ">", "\\"),
        *("[", "](", "]", ")", "(", "*", "_", "a_b", "!", "![", "~~", "https://e.example.org"),
        *("[x](https://example.org/p_a*b)", "[x y](http://example.org/a#b)", "**a [x](y) b**"),
        *('[x](https://example.org "t")', "**[x](https://example.org)**", "x@example.org"),
    ]
)


@given(st.lists(INLINE, min_size=1, max_size=9).map("".join).map(str.strip))
def test_words_read_at_once_look_as_the_library_reads_them(words: str) -> None:
    env = {"base_url": PAGE}
    ours, library = (
        markdown._PARSER.renderer.render(
            [Token("inline", "", 0, children=tokens)], markdown._PARSER.options, env
        )
        for tokens in (markdown._read_alone(words, PAGE), markdown._read(words, env))
    )
    assert ours == library


@given(st.lists(TEXTS, min_size=2, max_size=4))
def test_remembering_changes_nothing_of_what_texts_become(texts: list[str]) -> None:
    alone = [(render_markdown(text, base_url=PAGE), plain_text(text)) for text in texts]
    with remembering():
        for _ in range(2):
            together = [(render_markdown(text, base_url=PAGE), plain_text(text)) for text in texts]
            assert together == alone


def test_headings_find_their_level_in_the_whole_text() -> None:
    text = "# One\n\nWords.\n\n### Two\n\nWords.\n\n# Three"
    with remembering():
        assert [part[:3] for part in render_markdown(text).split("<h")[1:]] == ["3>O", "4>T", "3>T"]
        assert render_markdown("### Two\n\nWords.") == "<h3>Two</h3>\n<p>Words.</p>\n"


def test_a_link_defined_apart_counts_in_its_own_text_only() -> None:
    with remembering():
        there = render_markdown("See [it].\n\n[it]: https://example.org/a")
        assert "https://example.org/a" in there
        assert render_markdown("See [it].") == "<p>See [it].</p>\n"
        assert render_markdown("See [it].\n\n[it]: https://example.org/a") == there


def test_pieces_are_remembered_until_the_work_on_many_texts_ends() -> None:
    made: list[str] = []

    @remembered
    def shout(piece: str) -> str:
        made.append(piece)
        return piece.upper()

    shout("before")
    shout("before")
    with remembering():
        with remembering():
            assert [shout("within"), shout("within")] == ["WITHIN", "WITHIN"]
        shout("within")
        shout("x" * (LONGEST + 1))
        shout("x" * (LONGEST + 1))
    with remembering():
        shout("within")
    assert made == ["before", "before", "within", *["x" * (LONGEST + 1)] * 2, "within"]
