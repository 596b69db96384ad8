"""A report that is far too hard to read is said to be so; others are left alone."""

from __future__ import annotations

import pytest

from osac_share.guard.policy import Weight, inspect, reading_grade

PLAIN = """\
# Demonstration at the port

A union plans a march on Friday. It starts at noon at the main gate. We expect five hundred
people. The police will close the coast road until three.

- Stay away from the port on Friday.
- Take the hill road to the airport, and leave an hour early.
- Tell your staff today, and keep a list of who is at work.

The last march was calm. One man was hurt when he fell. The police used no gas. If you see smoke,
go indoors and wait. Call the duty officer if you need help. The number is on our page. We will
write again on Thursday if the plan changes. Banks and shops near the gate may close early, so
draw the cash that you need by Thursday night.
"""
HARD = """\
Notwithstanding the comparatively favorable macroeconomic indicators disseminated by the
aforementioned governmental institutions, representatives of multinational organizations operating
within the metropolitan administrative jurisdiction should nevertheless anticipate considerable
deterioration of the operational environment, particularly insofar as the proliferation of
uncoordinated demonstrations, accompanied by the systematic obstruction of transportation
infrastructure and the intermittent unavailability of telecommunications, may substantially
complicate the implementation of previously established evacuation arrangements, necessitating
the immediate reconsideration of contingency documentation, the comprehensive verification of
accountability mechanisms, and the unambiguous communication of individual responsibilities to
all personnel, irrespective of their organizational affiliation or contractual classification,
in accordance with the recommendations that were promulgated by the interministerial coordination
committee following the extraordinary consultation that was convened by the regional authorities
in anticipation of the constitutional referendum.
"""


def test_plain_language_is_left_alone() -> None:
    assert 0 < reading_grade(PLAIN) < 8
    assert inspect(PLAIN) == ()


def test_language_far_above_it_is_a_warning_about_the_whole_text() -> None:
    (finding,) = inspect(HARD)
    assert (finding.rule, finding.weight) == ("reading-level", Weight.WARNS)
    assert (finding.start, finding.end) == (0, len(HARD))
    assert f"grade {reading_grade(HARD):.0f}" in finding.why


def test_the_grade_follows_the_published_formula() -> None:
    # 100 words of one syllable in ten sentences: 0.39 * 10 + 11.8 * 1 - 15.59.
    text = "The men and the boys ran to the old dock. " * 10
    assert reading_grade(text) == pytest.approx(0.39 * 10 + 11.8 - 15.59)


def test_longer_sentences_of_the_same_words_are_harder() -> None:
    sentence = "The men and the big boys of the team ran to the old dock"
    short = f"{sentence}. " * 12
    long = f"{sentence}, {sentence}, {sentence}. " * 4
    assert reading_grade(short) < reading_grade(long)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A short note.",
        "| Crossing | State |\n|---|---|\n" + "| North gate | open to trucks |\n" * 60,
        "# A heading alone\n\n" * 60,
        "Die Behörden empfehlen, den Hafen zu meiden und auf Nachrichten zu achten. " * 20,
        "空港は霧のため閉鎖されています。" * 60,
        "1234 5678. " * 200,
    ],
)
def test_what_is_no_english_prose_has_no_grade(text: str) -> None:
    assert reading_grade(text) == 0
