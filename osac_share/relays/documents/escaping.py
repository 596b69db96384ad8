"""Words that are to be read as they stand, in the middle of Markdown."""

from __future__ import annotations

import re

BREAK = "\ue000"
"""Stands for the end of a line that is meant, until blanks have been evened out."""

_SIGNS = re.compile(r"[\\`*\[\]<>~|]|(?<!\w)_|_(?!\w)|&(?=[#\w])")
_ADDRESS = re.compile(r"(https?://[^\s<>\[\]()*`\\]+)")
_BLANKS = re.compile(r"\s+")
_BREAKS = re.compile(rf"\s*{BREAK}\s*")
_LINE_SIGNS = re.compile(r"^(#{1,6}(?=\s|$)|[-+](?=\s|$)|=+$|-{2,}$)")
_NUMBER = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")


def bare(text: str | None) -> str:
    """Return text in which no sign means anything to Markdown; web addresses stay as they are."""
    parts = _ADDRESS.split((text or "").replace(BREAK, ""))
    return "".join(
        part if number % 2 else _SIGNS.sub(r"\\\g<0>", part) for number, part in enumerate(parts)
    )


def line_of(run: str) -> str:
    """Return a run of words and signs as one paragraph of Markdown, its breaks hard ones."""
    lines = _BREAKS.sub(BREAK, _BLANKS.sub(" ", run).strip()).strip(BREAK).split(BREAK)
    return "  \n".join(_NUMBER.sub(r"\1\\\2", _LINE_SIGNS.sub(r"\\\1", one)) for one in lines)
