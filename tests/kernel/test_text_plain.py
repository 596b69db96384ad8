"""Plain text says what the page says."""

from __future__ import annotations

import html
import re
from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from osac_share.kernel.text import MAX_SOURCE, plain_text, render_markdown, summarize

REPORT = """\
# Sordia

**Summary:** Petty *theft* is common in [Port Town](https://example.org/town "Tool tip").
Avoid the harbor at night.

We can:

* Help you `find` a doctor
  + or a [lawyer](mailto:desk@example.org)
* Replace a ~~lost~~ stolen passport

3. Call 110
4. Wait

| Region | Number |
| --- | --- |
| North | 1813 |
| South |  |

> Quoted\\*  \n> on two lines &amp; more

```
code_stays *as* is
```

---
![A map](/map.svg) 5 * 3 * 2 = 30, snake_case_name
"""

SAID = """\
Sordia

Summary: Petty theft is common in Port Town. Avoid the harbor at night.

We can:

- Help you find a doctor
  - or a lawyer
- Replace a lost stolen passport

3. Call 110
4. Wait

Region | Number
North | 1813
South

Quoted*
on two lines & more

code_stays *as* is

A map 5 * 3 * 2 = 30, snake_case_name"""


def test_plain_text_keeps_words_paragraphs_and_lists() -> None:
    assert plain_text(REPORT) == SAID


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("**Bold:**word **c.** d", "**Bold:**word c. d"),
        ("**a** and **b**", "a and b"),
        ("[a](x) ![b](y) [c][d]", "a b [c][d]"),
        ("[the [inner] text](https://example.org)", "the [inner] text"),
        ("\\[not a link\\](x)", "[not a link](x)"),
        ("<https://example.org/a>", "https://example.org/a"),
        ("`[code](x)`", "[code](x)"),
        ("a\nb  \nc", "a b\nc"),
        ('[press](javascript:void(0); "Tool Tip: Other")', "press"),
        ("AT&T &copy; &#x41;", "AT&T © A"),
        ("", ""),
    ],
)
def test_single_constructs_read_as_on_the_page(source: str, said: str) -> None:
    assert plain_text(source) == said


def words_of_page(source: str) -> Counter[str]:
    page = re.sub(r' <span class="host">.*?</span>', "", render_markdown(source))
    parted = re.sub(r"<(?:br|hr|/(?:p|h\d|li|t[dh]|tr|pre))>", " ", page)
    return Counter(html.unescape(re.sub(r"<[^>]*>", "", parted)).split())


MARKUP = st.sampled_from(
    ["*", "**", "_", "`", "[", "](", ")", "!", "\\", "&amp;", "<", ">", "~~", " ", "a", "B.", "x_y"]
)


@given(st.lists(MARKUP, max_size=25).map("".join))
@example("[a](b) [c]: d")
@example("**a*b**")
def test_a_line_has_the_same_words_as_on_the_page(line: str) -> None:
    source = f"w {line}"
    assert Counter(plain_text(source).split()) == words_of_page(source)


@given(st.text(st.characters(codec=None)))
def test_any_text_has_a_plain_form_and_a_summary(source: str) -> None:
    plain_text(source)
    assert len(summarize(source, 40)) <= 40


def test_a_text_too_long_for_markup_is_its_own_plain_form() -> None:
    source = "**word** " * (MAX_SOURCE // 8)
    assert plain_text(source) == source.strip()


def test_a_summary_passes_headings_over_and_ends_with_a_sentence() -> None:
    assert summarize(REPORT, 100) == (
        "Summary: Petty theft is common in Port Town. Avoid the harbor at night."
    )


def test_a_summary_of_a_long_sentence_ends_with_a_whole_word() -> None:
    assert (
        summarize("Avoid the old harbor, market and bridge tonight", 24) == "Avoid the old harbor…"
    )


def test_a_short_text_is_its_own_summary() -> None:
    assert summarize("# Title\n\nAll  *calm*.") == "All calm."
