"""A line that cannot be taken says why, in words for the person who made the file."""

from __future__ import annotations

import json
from typing import Any

import pytest

from osac_share.exchange.documents import read_line
from osac_share.exchange.documents.lines import LONGEST_LINE
from osac_share.kernel.errors import RuleBroken
from tests.exchange.archive import line


def test_line_of_the_archive_is_read() -> None:
    read = read_line(json.dumps(line(published_at="2025-03-26T18:27:16-07:00")).encode())
    assert (read.country, read.section, read.edition) == ("Kenya", "Health", 1)
    assert read.published_at.isoformat() == "2025-03-26T18:27:16-07:00"


def test_field_that_is_not_ours_is_passed_over() -> None:
    assert read_line(json.dumps(line(colour="red")).encode()).country == "Kenya"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"published_at": "2025-03-26T18:27:16"}, "gives “published_at” without an offset"),
        ({"published_at": "2025-03-26"}, "gives “published_at” as something that is no date"),
        ({"published_at": "yesterday"}, "gives “published_at” as something that is no date"),
        ({"published_at": 1742000000}, "gives “published_at” as something that is no date"),
        ({"country": ""}, "has no text in “country”"),
        ({"country": "K" * 121}, "has too long a text in “country”"),
        ({"iso2": "KEN"}, "has too long a text in “iso2”"),
        ({"section": "A whole paragraph. " * 10}, "has too long a text in “section”"),
        ({"edition": 0}, "cannot be used for its “edition”"),
        ({"edition": "one"}, "cannot be used for its “edition”"),
        ({"markdown": ""}, "has no text in “markdown”"),
        ({"markdown": None}, "cannot be used for its “markdown”"),
    ],
)
def test_line_with_a_wrong_field_is_refused(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        read_line(json.dumps(line(**changes)).encode())


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"<rss/>", "is not JSON: expected value at column 1"),
        (b'{"country": "Kenya"', "is not JSON: EOF"),
        (b'{"country": "\xff\xfe"}', "is not JSON"),
        (b'{"country": "\\ud800"}', "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b"[]", "is no JSON object"),
        (b'"Kenya"', "is no JSON object"),
        (b"{}", "has no “published_at”"),
        (b"x" * (LONGEST_LINE + 1), "is longer than 1,000,000 bytes"),
    ],
)
def test_line_that_is_no_object_is_refused(raw: bytes, sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        read_line(raw)
