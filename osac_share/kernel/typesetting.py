"""Setting words on paper: PDF made by Typst, the only place that knows it.

A template lays out what it is handed as plain values. Words of people are never read as
instructions, nothing is fetched, and no file is read outside of the template's folder.
"""

from __future__ import annotations

import json
import threading
from functools import cache
from typing import TYPE_CHECKING

from osac_share.kernel.errors import Refusal, RuleBroken

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from typst import Fonts

LONGEST = 1_000_000
"""How many characters are set at most, which takes a second and a half; 50,000 take a tenth."""

PATIENCE = 10
"""For how many seconds somebody waits until the document before theirs is set."""

_one_at_a_time = threading.Lock()


class CannotTypeset(Refusal):
    """No PDF can be made here and now; everything else works."""


def typeset(template: Path, words: Mapping[str, object], *, at: datetime) -> bytes:
    """Return a PDF, tagged for those who hear it.

    It meets PDF/UA-1 (ISO 14289-1), unless no font on this machine has some character of it:
    the standard forbids the mark that then stands there, and readers need the document.

    Args:
        template: a Typst file, which reads `sys.inputs.words` as JSON.
        words: what it lays out.
        at: the date that the document bears.

    Raises:
        RuleBroken: it is too long.
        CannotTypeset: the program that sets it is missing, or busy for too long.

    """
    handed = json.dumps(words, ensure_ascii=False)
    if len(handed) > LONGEST:
        raise RuleBroken("This is too long for a PDF. Print the page instead.")
    try:
        from typst import TypstError  # noqa: PLC0415 -- 80 MB that only printing needs.
    except ImportError:
        raise CannotTypeset("PDF cannot be made here. Print the page instead.") from None
    if not _one_at_a_time.acquire(timeout=PATIENCE):
        raise CannotTypeset("Too many people print at once. Try again in a minute.")
    try:
        return _set(template, handed, at, to_standard=True)
    except TypstError:
        return _set(template, handed, at, to_standard=False)
    finally:
        _one_at_a_time.release()


def _set(template: Path, handed: str, at: datetime, *, to_standard: bool) -> bytes:
    import typst  # noqa: PLC0415 -- see `typeset`.

    made = typst.compile(
        template,
        root=template.parent,
        font_paths=_fonts(),
        sys_inputs={"words": handed},
        format="pdf",
        pdf_standards=["ua-1"] if to_standard else [],
        timestamp=at.replace(microsecond=0),
    )
    assert isinstance(made, bytes)  # noqa: S101 -- of one format, into no file.
    return made


@cache
def _fonts() -> Fonts:
    from typst import Fonts  # noqa: PLC0415 -- see `typeset`.

    return Fonts()
