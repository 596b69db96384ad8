"""Findings point at places of the original text, whatever the text is."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osac_share.guard.policy import RULES, Finding, Weight, inspect, marked
from osac_share.guard.policy.findings import found
from osac_share.guard.policy.folding import fold
from tests.guard.corpora import innocent_texts, marked_texts

SNIPPETS = st.sampled_from(
    [
        *(case.text for case in marked_texts()),
        *("&#47;", "&nbsp;", "&", ";", "<b>", "</b>", "<br>", "**", "_", "`", "\\", "%2F", "\r\n"),
        *("\u200b", "\u200d", "\u202e", "\ufeff", "\u0301", "\ufdfa", "\u0421", "\U0001f3f4", "\n"),
    ]
)
ANYTHING = st.text(st.characters(codec=None))
TEXTS = st.lists(SNIPPETS | ANYTHING, max_size=8).map("".join)
INNOCENT = st.sampled_from(innocent_texts())
UNMISTAKABLE = st.sampled_from(
    ["SECRET//NOFORN", "TOP SECRET//SI", "SECRET//", "CONFIDENTIAL//REL TO USA", "CUI//SP-PRVCY"]
)
BANNERS = st.sampled_from(
    [
        *("SECRET", "TOP SECRET", "S E C R E T", "TS//SCI", "(S//NF)", "NOFORN", "SIPDIS", "CUI"),
        *("SBU", "LES", "FOUO", "U//FOUO", "(S) The route is known.", "Declassify on: 20450101"),
        *("SENSITIVE BUT UNCLASSIFIED", "FOR OFFICIAL USE ONLY", "LAW ENFORCEMENT SENSITIVE"),
    ]
)


@given(TEXTS)
def test_every_finding_lies_where_it_says(text: str) -> None:
    for one in inspect(text):
        assert 0 <= one.start < one.end <= len(text)
        assert one.words == text[one.start : one.end]
        assert one.weight is RULES[one.rule].weight
        assert one.why.endswith((".", ")"))


@given(TEXTS)
def test_findings_come_in_order_and_those_of_one_rule_do_not_overlap(text: str) -> None:
    findings = inspect(text)
    assert all(one.start <= other.start for one, other in pairwise(findings))
    for rule in RULES:
        of_rule = [one for one in findings if one.rule == rule]
        assert all(one.end <= other.start for one, other in pairwise(of_rule))


@given(TEXTS)
def test_the_marked_pieces_joined_are_the_text(text: str) -> None:
    pieces = marked(text, inspect(text))
    assert "".join(piece for piece, _ in pieces) == text
    assert all(piece for piece, _ in pieces)


@given(TEXTS)
def test_every_letter_of_a_finding_that_blocks_is_marked_as_blocking(text: str) -> None:
    findings = inspect(text)
    blocked = {at for one in findings if one.weight is Weight.BLOCKS for at in range(*place(one))}
    at = 0
    for piece, one in marked(text, findings):
        is_blocked = one is not None and one.weight is Weight.BLOCKS
        assert {place in blocked for place in range(at, at + len(piece))} == {is_blocked}
        at += len(piece)


@given(INNOCENT, UNMISTAKABLE, st.data())
def test_an_unmistakable_marking_is_found_wherever_it_is_put(
    text: str, marking: str, data: st.DataObject
) -> None:
    assert_found(text, marking, data.draw(st.integers(0, len(text))))


@given(INNOCENT, BANNERS, st.data())
def test_a_banner_is_found_between_any_lines(text: str, banner: str, data: st.DataObject) -> None:
    assert_found(text, f"\n\n{banner}\n\n", data.draw(st.integers(0, len(text))))


@given(TEXTS)
def test_each_folded_letter_leads_back_to_the_original_in_order(text: str) -> None:
    folded = fold(text)
    spans = [folded.span(at, at + 1) for at in range(len(folded.text))]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(one[0] <= other[0] and one[1] <= other[1] for one, other in pairwise(spans))


@given(st.text(st.characters(codec="ascii", categories=["L", "N"])).map(" ".join))
def test_plain_text_folds_to_itself(text: str) -> None:
    assert fold(text).text == text


def test_what_blocks_hides_what_warns_and_the_longer_hides_the_shorter() -> None:
    text = "one two three"
    warning = found("mention", text, 0, 13)
    short, long = found("cui", text, 4, 7), found("caveat", text, 4, 13)
    assert marked(text, [short, warning, long]) == [("one ", warning), ("two three", long)]


def test_a_finding_about_the_whole_text_marks_no_place() -> None:
    text = "one two"
    assert marked(text, [found("reading-level", text, 0, 7)]) == [(text, None)]


def test_neighbors_are_marked_apart() -> None:
    text = "onetwo"
    first, second = found("cui", text, 0, 3), found("cui", text, 3, 6)
    assert marked(text, [first, second]) == [("one", first), ("two", second)]


@pytest.mark.parametrize("text", ["", " ", "\n\n"])
def test_an_empty_text_has_no_findings(text: str) -> None:
    assert inspect(text) == ()


def test_every_rule_tells_the_author_what_to_do_in_a_sentence() -> None:
    for rule in RULES.values():
        assert rule.label[0].isupper()
        assert rule.advice[0].isupper()
        assert rule.advice.endswith(".")


def place(finding: Finding) -> tuple[int, int]:
    return finding.start, finding.end


def assert_found(text: str, marking: str, at: int) -> None:
    blocked = [
        one
        for one in inspect(text[:at] + marking + text[at:])
        if one.weight is Weight.BLOCKS
        if one.start < at + len(marking) and one.end > at
    ]
    assert blocked
