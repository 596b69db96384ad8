"""No invisible character passes in a Latin text; each passes where its script needs it."""

from __future__ import annotations

from itertools import chain

import pytest

from osac_share.guard.policy import inspect
from osac_share.guard.policy.hidden import is_of_two_alphabets

IGNORABLE = [
    *(range(0xAD, 0xAE), range(0x34F, 0x350), range(0x61C, 0x61D), range(0x115F, 0x1161)),
    *(range(0x17B4, 0x17B6), range(0x180B, 0x1810), range(0x200B, 0x2010), range(0x202A, 0x202F)),
    *(range(0x2060, 0x2070), range(0x3164, 0x3165), range(0xFE00, 0xFE10), range(0xFEFF, 0xFF00)),
    *(range(0xFFA0, 0xFFA1), range(0xFFF0, 0xFFF9), range(0x1BCA0, 0x1BCA4)),
    *(range(0x1D173, 0x1D17B), range(0xE0000, 0xE1000)),
]
"""Default_Ignorable_Code_Point of the Unicode character database."""

HIDDEN = {"direction", "invisible", "tag", "private-use", "control"}


def test_every_ignorable_character_is_found_in_a_latin_word() -> None:
    passed = [
        f"U+{code:04X}"
        for code in chain.from_iterable(IGNORABLE)
        if not {one.rule for one in inspect(f"Nai{chr(code)}robi")} & HIDDEN
    ]
    assert not passed


@pytest.mark.parametrize("code", [*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0)])
def test_every_control_character_is_found(code: int) -> None:
    assert {one.rule for one in inspect(f"Nai{chr(code)}robi")} == {"control"}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\t", "\r"])
def test_tabs_and_ends_of_line_pass(end: str) -> None:
    assert inspect(f"Nairobi{end}Mombasa") == ()


def test_neighbors_of_one_kind_are_one_finding_that_names_the_first() -> None:
    (finding,) = inspect("Nai\u200b\u200b\u2060robi")
    assert (finding.start, finding.end) == (3, 6)
    assert "U+200B, zero width space" in finding.why


def test_a_byte_order_mark_is_told_from_the_same_character_inside() -> None:
    assert [one.rule for one in inspect("\ufeffNai\ufeffrobi")] == ["byte-order-mark", "invisible"]


def test_a_joiner_that_serves_a_script_does_not_excuse_one_beside_it() -> None:
    assert [one.rule for one in inspect("\u0645\u06cc\u200c\u062e\u0648 Nai\u200crobi")] == [
        "invisible"
    ]


@pytest.mark.parametrize(
    "word", ["p\u0430yment", "\u0421ity", "\u041a\u0438\u0435B", "\u0391ccount"]
)
def test_a_borrowed_letter_makes_two_alphabets(word: str) -> None:
    assert is_of_two_alphabets(word)


@pytest.mark.parametrize(
    "word",
    [
        "payment",
        "\u041c\u043e\u0441\u043a\u0432\u0430",
        "\u042f\u043d\u0434\u0435\u043a\u0441Go",
        "Zürich",
        "5µg",
        "Ωmega",
        "Đà",
    ],
)
def test_openly_foreign_letters_deceive_nobody(word: str) -> None:
    assert not is_of_two_alphabets(word)
