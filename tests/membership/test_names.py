"""Names that are the same, and names that only look so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osac_share.membership.policy import canonical_name, resembled, skeleton
from osac_share.membership.policy.names import distance

MEMBER = "Alder Freight Lines, Inc."


@pytest.mark.parametrize(
    "name", ["ALDER FREIGHT LINES", "Alder Freight Lines LLC", "The Alder Freight Lines, L.L.C."]
)
def test_form_case_and_punctuation_make_no_other_name(name: str) -> None:
    assert canonical_name(name) == canonical_name(MEMBER)


@pytest.mark.parametrize(
    "form",
    [
        *("AG", "Co.", "Company", "Corp.", "Corporation", "Foundation", "GmbH", "Group", "Ltd."),
        *("Holding", "Holdings", "Inc.", "Incorporated", "International", "Intl", "Limited"),
        *("LLC", "LLP", "LP", "PBC", "P.C.", "PLC", "S.A.", "USA"),
    ],
)
def test_word_for_a_form_says_nothing_about_which_organization_it_is(form: str) -> None:
    assert canonical_name(f"Alder Lines {form}") == "alder lines"
    assert canonical_name(form) == form.replace(".", "").lower()


@pytest.mark.parametrize(
    "name",
    [
        "\u0410lder Freight Lines",  # a Cyrillic A
        "A1der Freight Lines",
        "Aider Freight Lines",
        "Alder Frieght Lines",
        "Alder Freight Line",
        "AlderFreightLines",
        "Alder Freight L\u0131nes",
    ],
)
def test_name_that_looks_like_a_members_is_found(name: str) -> None:
    assert resembled(name, [MEMBER]) == (MEMBER,)


@pytest.mark.parametrize("name", ["Alder Hotels", "Cedar Relief", "Freight Lines", "AFL"])
def test_other_name_is_left_alone(name: str) -> None:
    assert resembled(name, [MEMBER]) == ()


def test_same_name_is_not_called_a_look_alike() -> None:
    assert resembled("Alder Freight Lines", [MEMBER]) == ()


def test_letters_that_are_drawn_alike_have_one_skeleton() -> None:
    assert skeleton("Corner Mill") == skeleton("C0mer Mi11")


def test_short_names_are_not_near_to_each_other() -> None:
    assert resembled("ABC", ["ABD"]) == ()


def whole_table(first: str, second: str) -> int:
    line = list(range(len(second) + 1))
    for row, letter in enumerate(first, 1):
        before, line = line, [row]
        for column, other in enumerate(second, 1):
            swapped = before[column - 1] + (letter != other)
            line.append(min(swapped, before[column] + 1, line[-1] + 1))
    return line[-1]


@given(st.text("abc", max_size=8), st.text("abc", max_size=8), st.integers(1, 4))
def test_distance_in_a_band_is_that_of_the_whole_table(first: str, second: str, most: int) -> None:
    assert distance(first, second, most=most) == min(whole_table(first, second), most + 1)
