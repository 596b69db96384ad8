"""Text scraped from a page is stored without the page around it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osac_share.kernel.text import clean_markdown, plain_text, render_markdown

SCRAPED = """\
# Sordia Travel Advisory

### Advisory of March 3

### Sordia - Level 3: Reconsider Travel

[O](javascript:void(0); "Tool Tip: Other")
[C](javascript:void(0); "Tool Tip: Crime")
[ALL /](javascript:void(0); "Open all")

***Reissued\u00a0after review.***

**Crime:**Theft is\u202fcommon.\u200b See [our page](/help/crime page.html "Crime") and
[this notice](https://example.org/a_(b) "Notice").

[#### Northern Sordia – Level 4: Do Not Travel](javascript:void(0); "Northern Sordia")

[Call](javascript:dial(110)) the police. [**Embassy**](https://sordia.example.org/)No. 1 Quay Road

#
### Advisory Levels

[![](/images/levels.svg)](/levels.html "Levels")

### Assistance

![Seal](/images/seal.png)

null

[desk@example.org](mailto: desk@example.org "Embassy e-mail: desk@example.org")
[Desk](desk@example.org "Mail") <javascript:alert(1)> <https://example.org/>

[old]: javascript:alert(1) "x"

### Search for Advisories

"""

STORED = """\
# Sordia Travel Advisory

### Advisory of March 3

### Sordia - Level 3: Reconsider Travel

***Reissued after review.***

**Crime:** Theft is common. See [our page](/help/crime%20page.html) and
[this notice](https://example.org/a_(b)).

#### Northern Sordia – Level 4: Do Not Travel

Call the police. [**Embassy**](https://sordia.example.org/) No. 1 Quay Road

### Assistance

Seal

[desk@example.org](mailto:desk@example.org)
[Desk](mailto:desk@example.org) javascript:alert(1) <https://example.org/>"""


def test_scraped_dirt_does_not_come_in() -> None:
    assert clean_markdown(SCRAPED) == STORED


def test_cleaned_text_reads_well_on_the_page() -> None:
    html = render_markdown(clean_markdown(SCRAPED), base_url="https://embassy.example.org/")
    assert "<h4>Sordia - Level 3: Reconsider Travel</h4>\n<p><em><strong>Reissued" in html
    assert "<h5>Northern Sordia – Level 4: Do Not Travel</h5>" in html
    assert 'href="https://embassy.example.org/help/crime%20page.html"' in html
    assert "Tool" not in html


def test_cleaned_text_reads_well_in_plain() -> None:
    said = plain_text(clean_markdown(SCRAPED))
    assert "Northern Sordia – Level 4: Do Not Travel\n\nCall the police. Embassy No. 1" in said
    assert "Tool" not in said


DIRT = st.sampled_from(
    [
        *(line + "\n" for line in SCRAPED.split("\n")),
        "[",
        "](",
        "x",
        '"',
        " ",
        ")",
        "![",
        "*",
        "**a:**",
    ]
)


@given(st.lists(DIRT, max_size=25).map("".join))
def test_cleaning_clean_markdown_changes_nothing(source: str) -> None:
    clean = clean_markdown(source)
    assert clean_markdown(clean) == clean


@pytest.mark.parametrize(
    "source",
    [
        "[x](javascript:123)",
        "[x](JaVa&#115;cript:alert\\(1\\))",
        "[x](<java\tscript:alert(1)>)",
        "[x](data:text/html,1)",
        "[x](vbscript:x)",
        "[x](//evil.example)",
        "[x](https://a@evil.example)",
        "<vbscript:x>",
        "[x]: data:text/html,1",
    ],
)
def test_no_link_to_anywhere_unsafe_is_stored(source: str) -> None:
    clean = clean_markdown(source)
    assert "](" not in clean
    assert "<" not in clean
    assert "]:" not in clean


@pytest.mark.parametrize(
    "source",
    [
        "# Title\n\n## Section\n\nText",
        "Call *110* or\nwrite to [us](mailto:desk@example.org).",
        "```\n# code\n# code\n[x](javascript:1)\n```",
        "| a | b |\n| --- | --- |\n| 1 | [2](https://example.org) |",
        "2\\*3 **bold**, **bold:** then",
        "[a](https://example.org/x)s and None",
    ],
)
def test_text_without_dirt_is_stored_as_written(source: str) -> None:
    assert clean_markdown(source) == source


def test_a_heading_said_twice_is_stored_once() -> None:
    source = '# Health\n\n[#### Health](javascript:void(0); "Health")\n\nClinics are few.'
    assert clean_markdown(source) == "# Health\n\nClinics are few."


def test_the_words_of_a_link_without_address_stay_within_a_sentence() -> None:
    source = 'Open [the list](javascript:show() "In a new window") first.'
    assert clean_markdown(source) == "Open the list first."
