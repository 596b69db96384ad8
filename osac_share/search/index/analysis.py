"""Words to terms: the one analyzer of index, queries and highlights."""

from __future__ import annotations

import re
from typing import Final, NamedTuple
from unicodedata import combining, is_normalized, normalize

from whoosh.lang.porter2 import stem

MAX_TERM: Final = 48
_MEMO_LIMIT: Final = 300_000
_LETTER: Final = r"[^\W_\u3040-\u30ff\u3400-\u9fff]"
# An acronym with dots, one ideogram or kana, or a word with at most one apostrophe inside. Every
# alternative advances past what it reads, so the time is linear in the length of the text.
WORD: Final = re.compile(
    rf"[^\W\d_](?:\.[^\W\d_])+(?!\w)|[\u3040-\u30ff\u3400-\u9fff]|{_LETTER}+(?:['’]{_LETTER}+)?"
)
_INVISIBLE: Final = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff]")
STOP_WORDS: Final = frozenset(
    word
    for line in (
        "a an and are as at be been by for from has have in into is its of on or such",
        "that the their then there these they this to was were which with",
    )
    for word in line.split()
)


class Term(NamedTuple):
    """A word as it is indexed: its folded form and the stem of that form."""

    form: str
    stem: str


def fold(word: str) -> str:
    """Return the word in lower case, without accents, dots, apostrophes or possessive s."""
    plain = word.lower()
    if not plain.isascii():
        plain = "".join(c for c in normalize("NFKD", plain) if not combining(c)).lower()
        plain = plain.replace("’", "'")
    plain = plain.removesuffix("'s")
    return "".join(c for c in plain if c not in ".'")[:MAX_TERM]


class _Memo(dict[str, Term | None]):
    """Every word met so far with its term, so that each is folded and stemmed once."""

    def __missing__(self, word: str) -> Term | None:
        form = fold(word)
        term = None if not form or form in STOP_WORDS else Term(form, _stem(form))
        if len(self) >= _MEMO_LIMIT:
            self.clear()
        self[word] = term
        return term


_memo: Final = _Memo()
term_of: Final = _memo.__getitem__
"""Return how a word that `WORD` matched is indexed, or None for a stop word."""


def _stem(form: str) -> str:
    return (stem(form) or form) if form.isascii() and form.isalpha() else form


def compose(text: str) -> str:
    """Return the text in NFC, without soft hyphens and zero-width characters inside words."""
    if text.isascii():
        return text
    if not is_normalized("NFC", text):
        text = normalize("NFC", text)
    return _INVISIBLE.sub("", text)


def words_of(text: str) -> list[str]:
    """Return the words of a text in order; a word's index in the list is its position."""
    return WORD.findall(compose(text))


def terms_of(text: str) -> list[Term | None]:
    """Return the term of every word, None where a stop word stands."""
    return list(map(term_of, words_of(text)))
