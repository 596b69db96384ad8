"""Two wordings of one thing, marked as a careful reader would mark them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osac_share.reports.documents.wording import word_runs

WORDS = st.lists(
    st.sampled_from(["the", "road", "port", "closed", ",", ".", "14:05", "June 16, 2026", "a", " "])
)


def marked(old: str, new: str) -> str:
    """Return a comparison in one line: [-what went-]{+what came+}."""
    brackets = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return "".join(brackets[run.kind].format(run.text) for run in word_runs(old, new))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", ""),
        ("Stay inside.", "Stay inside.", "Stay inside."),
        ("Stay inside.", "Stay indoors.", "Stay [-inside-]{+indoors+}."),
        ("Avoid the port.", "Avoid the old port.", "Avoid the {+old +}port."),
        (
            "Crime is common.",
            "Crime, fraud included, is common.",
            "Crime{+, fraud included,+} is common.",
        ),
        ("Go by day.", "Go by day and in company.", "Go by day{+ and in company+}."),
        ("Ask the guide first.", "Ask first.", "Ask [-the guide -]first."),
    ],
)
def test_whole_words_are_marked(old: str, new: str, expected: str) -> None:
    assert marked(old, new) == expected


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("1,284", "1,285"),
        ("14:05", "14:15"),
        ("$200,000", "$250,000"),
        ("50%", "55%"),
        ("3.5", "3.6"),
        ("2026-06-16", "2026-06-17"),
        ("June 16, 2026", "June 18, 2026"),
        ("16 June", "17 June"),
        ("Sept. 3, 2026", "Sept. 4, 2026"),
        ("+1 (202) 555-0100", "+1 (202) 555-0199"),
        ("https://example.org/maps?a=1", "https://example.org/maps?a=2"),
        ("post@example.org", "desk@example.org"),
        ("U.S", "U.K"),
        ("anti-government", "anti-foreign"),
    ],
)
def test_numbers_dates_and_addresses_are_never_cut(old: str, new: str) -> None:
    expected = f"Until [-{old}-]{{+{new}+}} as before"
    assert marked(f"Until {old} as before", f"Until {new} as before") == expected


def test_small_words_between_two_changes_belong_to_them() -> None:
    assert marked("Marches in the north of the city.", "Floods along the south of the river.") == (
        "[-Marches in the north of the city-]{+Floods along the south of the river+}."
    )


def test_long_unchanged_stretch_between_two_changes_stays_unchanged() -> None:
    assert marked(
        "Armed gangs control the northern highway and its villages.",
        "Armed bandits control the northern highway and its bridges.",
    ) == (
        "Armed [-gangs-]{+bandits+} control the northern highway and its [-villages-]{+bridges+}."
    )


def test_added_sentence_is_marked_from_its_beginning() -> None:
    assert marked(
        "Avoid the port. Avoid the market.", "Avoid the port. Avoid the bus. Avoid the market."
    ) == ("Avoid the port. {+Avoid the bus. +}Avoid the market.")


def test_removed_sentence_is_marked_from_its_beginning() -> None:
    assert marked("Keep quiet. Keep away. Keep calm.", "Keep quiet. Keep calm.") == (
        "Keep quiet. [-Keep away. -]Keep calm."
    )


def test_space_that_was_missing_is_seen_in_a_changed_text() -> None:
    assert marked("due tocrime in town", "due to crime in the town") == (
        "due [-tocrime in-]{+to crime in the+} town"
    )


@given(old=WORDS.map(" ".join) | st.text(), new=WORDS.map(" ".join) | st.text())
def test_runs_rejoin_to_either_wording(old: str, new: str) -> None:
    runs = word_runs(old, new)
    assert "".join(run.text for run in runs if run.kind != "added") == old
    assert "".join(run.text for run in runs if run.kind != "removed") == new
    assert all(run.text for run in runs)


@given(text=WORDS.map(" ".join) | st.text())
def test_wording_compared_with_itself_is_unchanged(text: str) -> None:
    assert [run.kind for run in word_runs(text, text)] == ["same"] * bool(text)
