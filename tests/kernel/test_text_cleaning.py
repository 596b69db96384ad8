"""What comes in has no invisible characters, and cleaning it again changes nothing."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from osac_share.kernel.text import clean_block, clean_line, slugify

INVISIBLE = (
    [chr(code) for code in range(0x20) if chr(code) not in "\t\n\v\f\r"]
    + [chr(code) for code in range(0x7F, 0xA0) if code != 0x85]
    + list("\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2066\u2069\ufeff")
    + list("\u3164\ufdd0\ufff9\uffff\ud800\udfff\U000e0001\U000e0041")
)
DIRTY = st.text(
    st.one_of(
        st.characters(codec=None),
        st.sampled_from([*INVISIBLE, *" \t\n\r\v\f\u0085\u00a0\u2028\u2029\u202f\u3000"]),
        st.sampled_from("e\u0301\u0323\u1100\u1161\u11a8\u037e\u2126"),
    )
)


@given(DIRTY)
def test_cleaning_a_clean_line_changes_nothing(value: str) -> None:
    assert clean_line(clean_line(value)) == clean_line(value)


@given(DIRTY)
def test_cleaning_a_clean_block_changes_nothing(value: str) -> None:
    assert clean_block(clean_block(value)) == clean_block(value)


@given(DIRTY)
def test_clean_text_is_composed_visible_and_fit_for_xml(value: str) -> None:
    for clean in (clean_line(value), clean_block(value)):
        assert unicodedata.is_normalized("NFC", clean)
        assert not set(clean) & set(INVISIBLE)
        element = etree.Element("text")
        element.text = clean
        assert (etree.fromstring(etree.tostring(element)).text or "") == clean


@given(DIRTY)
def test_a_clean_line_is_one_line_with_single_spaces(value: str) -> None:
    line = clean_line(value)
    assert line.split() == (line.split(" ") if line else [])


@pytest.mark.parametrize("character", INVISIBLE, ids=lambda character: f"U+{ord(character):04X}")
def test_invisible_characters_are_taken_out(character: str) -> None:
    assert clean_line(f"Nai{character}robi") == "Nairobi"
    assert clean_block(f"Nai{character}robi\n\nKenya") == "Nairobi\n\nKenya"


def test_text_that_would_read_backwards_reads_as_written() -> None:
    assert clean_line("invoice\u202efdp.exe") == "invoicefdp.exe"


def test_no_break_spaces_and_tabs_in_a_line_become_spaces() -> None:
    assert clean_line(" Do\u00a0not\u202ftravel\t\tto\r\n Lower  Sordia\u2028") == (
        "Do not travel to Lower Sordia"
    )


def test_a_block_keeps_paragraphs_indents_and_hard_line_breaks() -> None:
    source = "\n \nHarbor Road 1   \r\nPort Town \t \r\r\n\n\n\n* a\n\t+ b\u00a0c \n  \n"
    assert clean_block(source) == "Harbor Road 1  \nPort Town\n\n* a\n\t+ b c"


def test_accents_are_composed_the_same_way_however_typed() -> None:
    assert clean_line("Cote\u0301") == clean_line("Coté") == "Coté"


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Côte d’Ivoire", "cote-divoire"),
        ("São Tomé & Príncipe", "sao-tome-principe"),
        ("  --Crime, Theft--  ", "crime-theft"),
        ("\u202eabc", "abc"),
        ("東京", ""),
    ],
)
def test_slugs_are_plain_words_joined_by_hyphens(name: str, slug: str) -> None:
    assert slugify(name) == slug
