"""Cleaning of characters: what is invisible, reorders text or breaks XML does not come in."""

from __future__ import annotations

import re
import unicodedata

_INVISIBLES = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # Controls, other than tabs and line ends.
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"  # Fillers and marks without ink.
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"  # Zero width, and overrides of direction.
    "\u3164\uffa0\ufdd0-\ufdef\ufff0-\ufffb\ufffe\uffff"  # Fillers, annotations, noncharacters.
    "\ud800-\udfff"  # Halves of surrogate pairs: no encoding of a text holds them.
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"  # Musical controls, tags, variation supplements.
)
_LINE_ENDS = "\x0b\x0c\x85\u2028\u2029"
_SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_INVISIBLE = re.compile(f"[{_INVISIBLES}]+")
_LINE_END = re.compile(f"\r\n?|[{_LINE_ENDS}]")
_SPACE = re.compile(f"[{_SPACES}]")
_DIRT = re.compile(f"[\r{_LINE_ENDS}{_SPACES}{_INVISIBLES}]")
_BLANK_LINES = re.compile(r"\n{3,}")
_HARD_BREAK = "  "
_APOSTROPHES = re.compile("['\u02bc\u2018\u2019]")
_NOT_IN_SLUGS = re.compile(r"[^a-z0-9]+")


def clean_line(value: str) -> str:
    """Return `value` as one line of visible text: a title, a name, a subject.

    The result is in NFC and holds no control, zero-width, bidirectional, tag or noncharacter
    (UTS #39, XML 1.0 section 2.2); every run of white space is one space. Cleaning a clean
    line changes nothing.
    """
    if value.isascii() and value.isprintable() and "  " not in value:
        return value.strip()
    return " ".join(_clean_characters(value).split())


def clean_block(value: str) -> str:
    r"""Return `value` as clean text of several lines, Markdown or plain.

    As `clean_line`, but lines stay: each ends in a single `\n`, at most one blank line
    separates two paragraphs, and of trailing blanks only Markdown's hard line break (two
    spaces) is kept. Cleaning a clean block changes nothing.
    """
    if value.isascii() and value.isprintable():
        return value.rstrip()
    text = _clean_characters(value)
    if " \n" in text or "\t\n" in text:
        lines = text.split("\n")
        text = "\n".join(_trim(line) if line.endswith((" ", "\t")) else line for line in lines)
    return _BLANK_LINES.sub("\n\n", text).strip("\n").rstrip()


def slugify(value: str) -> str:
    """Return the lower-case ASCII words of `value` joined by hyphens, for use in addresses.

    Accents are dropped ("Côte d'Ivoire" gives "cote-divoire"). Empty when nothing remains,
    as with a name in a script other than Latin.
    """
    decomposed = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", clean_line(value)))
    ascii_only = decomposed.encode("ascii", "ignore").decode("ascii").lower()
    return _NOT_IN_SLUGS.sub("-", ascii_only).strip("-")


def _clean_characters(value: str) -> str:
    if _DIRT.search(value):
        value = _SPACE.sub(" ", _INVISIBLE.sub("", _LINE_END.sub("\n", value)))
    return unicodedata.normalize("NFC", value)


def _trim(line: str) -> str:
    trimmed = line.rstrip(" \t")
    return trimmed + _HARD_BREAK if trimmed and line.endswith(_HARD_BREAK) else trimmed
