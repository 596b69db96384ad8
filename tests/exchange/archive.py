"""Made-up texts in the format of the country information archive, and the real ones if present."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.support.sources import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable

NAME = "us-country-information.jsonl.gz"
REAL_TEXTS = Path(os.environ.get("OSAC_TEST_REAL_TEXTS", ROOT.parent / "shared" / "data" / NAME))

ADVISORY = """# Kenya Travel Advisory

### Travel Advisory March 3, 2025

### Kenya - Level 2: Exercise Increased Caution

[O](javascript:void(0); "Tool Tip: Other")
[C](javascript:void(0); "Tool Tip: Crimes")

Exercise increased caution near the [coast](#coast) due to **crime**.

* Read the [traveler's checklist](/content/checklist.html).
* [Write to us](javascript:alert(1))
"""


def line(**changes: object) -> dict[str, Any]:
    """Return one line of a file: the first edition of Kenya's chapter on health, changed."""
    return {
        "published_at": "2025-03-03T09:00:00+00:00",
        "iso2": "KE",
        "country": "Kenya",
        "section": "Health",
        "edition": 1,
        "level": None,
        "markdown": "# Health\n\nDrink bottled water only.",
    } | changes


def history() -> list[dict[str, Any]]:
    """Return five texts in two reports, oldest first."""
    return [
        line(),
        line(
            section="Advisory",
            level="Level 2: Exercise Increased Caution",
            markdown=ADVISORY,
        ),
        line(
            edition=2,
            published_at="2025-03-04T09:00:00-07:00",
            markdown="# Health\n\nDrink  bottled\u00a0water only.",
        ),
        line(
            edition=3,
            published_at="2025-03-05T09:00:00+00:00",
            markdown="# Health\n\nDrink boiled water only.",
        ),
        line(
            section="Advisory",
            edition=2,
            published_at="2025-03-06T09:00:00+00:00",
            markdown=ADVISORY.replace(
                "Level 2: Exercise Increased Caution", "Level 4: Do Not Travel"
            ),
        ),
    ]


def packed(file: Path, lines: Iterable[dict[str, Any] | str]) -> str:
    """Write a file of JSON lines, packed if its name says so, and return its name."""
    text = "".join(f"{one if isinstance(one, str) else json.dumps(one)}\n" for one in lines)
    content = text.encode()
    file.write_bytes(gzip.compress(content) if file.suffix == ".gz" else content)
    return str(file)
