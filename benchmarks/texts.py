"""The texts that are measured on: the real ones where they are at hand, made-up ones otherwise."""

from __future__ import annotations

import gzip
import json
import os
import random
from pathlib import Path

ROOT = Path(__file__).parents[1]
NAME = "us-country-information.jsonl.gz"
REAL = Path(os.environ.get("OSAC_TEST_REAL_TEXTS", ROOT.parent / "shared" / "data" / NAME))
MADE_UP = 1000
COUNTRIES = ["KE", "UG", "MX", "BR", "DE", "UA", "JO", "IN", "PH", "JP"]


def texts_file(folder: Path) -> Path:
    """Return the file of real texts, or write one of made-up texts of the same shape."""
    if REAL.is_file():
        return REAL
    file = folder / NAME
    chance = random.Random(7)  # noqa: S311 -- the same texts on every run.
    words = [
        "".join(chance.choices("abcdefghilmnoprstu", k=chance.randint(3, 9))) for _ in range(9000)
    ]
    with gzip.open(file, "wt", encoding="utf-8") as lines:
        for number in range(MADE_UP):
            row = {
                "published_at": f"2025-0{number % 9 + 1}-1{number % 9}T12:00:00+00:00",
                "iso2": COUNTRIES[number % len(COUNTRIES)],
                "country": "",
                "section": f"Health {number}",
                "edition": 1,
                "level": None,
                "markdown": " ".join(chance.choices(words, k=600)),
            }
            lines.write(json.dumps(row) + "\n")
    return file


def bodies(file: Path) -> list[str]:
    """Return the Markdown of every text."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return [json.loads(row)["markdown"] for row in lines]
