"""How two spellings of one name are told to be the same, and what every entry inherits."""

from __future__ import annotations

import unicodedata
from typing import ClassVar

from pydantic import ConfigDict

SILENT = frozenset(".'`\u2018\u2019\u02bb")
"""Marks that vanish within a word: D.R.C. is DRC, and d'Ivoire is dIvoire."""
SHORT_FORMS = {"saint": "st", "sainte": "ste"}


class Entry:
    """Let an entry be read from a file strictly: an unknown key there is an error."""

    __slots__ = ()
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")


def plain(text: str) -> str:
    """Reduce a name to lower-case words without accents, punctuation or any "the".

    "&" becomes "and". The result may be empty. The cost grows with the length of `text`, no faster.
    """
    # Letters that stand for others (a mathematical capital) show their case only when taken apart.
    apart = unicodedata.normalize("NFKD", text).casefold().replace("&", " and ")
    letters = (
        char if char.isalnum() else " "
        for char in unicodedata.normalize("NFKD", apart)
        if char not in SILENT and not unicodedata.combining(char)
    )
    return " ".join(word for word in "".join(letters).split() if word != "the")


def fold(text: str) -> str:
    """Reduce a name to what all its spellings share: `plain`, and "Saint" as "st"."""
    return " ".join(SHORT_FORMS.get(word, word) for word in plain(text).split())
