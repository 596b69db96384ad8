"""Where in a text a word stands, and what is said around it. Every look has a bounded reach."""

from __future__ import annotations

import re
from typing import Final

REACH: Final = 160
"""How far around a word its line or sentence is read, in characters."""

_DECORATION: Final = " \t#>|=*-+[](){}:.\"'/"
_DENIED: Final = re.compile(
    r"""(?ix)
    (?: \b(?:no|not|never|without|neither|nor|non|cannot|avoid\w{0,4}|exclud\w{1,4}|remov\w{1,4}
        |prohibit\w{0,5}|free\ of|instead\ of) | n't ) \b [^.!?;:()\n]{0,60} $
    """
)
_NAMED: Final = re.compile(
    r"""(?ix)
    \b(?:such\ as|e\.g\.,?|(?:the\ )?(?:words?|marks|markings?|labels?|captions?|terms?|acronyms?))
    \ [^.!?;:()\n]{0,30} $
    """
)
_IMPOSED: Final = re.compile(
    r"""(?ix)
    \b(?:marked|classified:?|classification:?|designated|labell?ed|handling:?|caveat:?|stamped
        |treat(?:ed)?\ (?:this\ )?as|handle\ as|contains?|containing
        |(?:document|report|cable|e-?mail|paper|memo|telegram|message)s?\ (?:is|are|remains?))
    (?:\ as|\ at)? \s? ["'(]? $
    """
)
_OPENS_PARAGRAPH: Final = re.compile(
    r"""(?ix)
    (?: \A | \n | [.!?]["')]?\s | \b(?:subj|subject):\s? | \bre:\s ) [\s>\#|\u00b6+-]{0,8}
    (?:(?:\d{1,3}|[a-z]{1,2})[.)]\s{0,3})? $
    """
)
DOCUMENT: Final = (
    r"(?:information|material|data|content|document|report|cable|e-?mail|attachment|paper|memo"
    r"|telegram|bulletin|product|annex|source|caveat|marking|channel|portion|reporting|message)"
)
_OF_CLEARANCE: Final = re.compile(r"(?i)[\s-](?:\w{1,12}\s)?(?:clearances?|cleared|eligib)")
_OF_DOCUMENT: Final = re.compile(rf"(?i)\ {DOCUMENT}s?\b")


def before(text: str, start: int) -> str:
    """Return what stands before a place, as far as a look reaches."""
    return text[max(0, start - REACH) : start]


def after(text: str, end: int) -> str:
    """Return what stands after a place, as far as a look reaches."""
    return text[end : end + REACH]


def line_before(text: str, start: int) -> str:
    """Return what stands before a place in its line."""
    return before(text, start).rpartition("\n")[2]


def line_after(text: str, end: int) -> str:
    """Return what stands after a place in its line."""
    return after(text, end).partition("\n")[0]


def is_alone(text: str, start: int, end: int) -> bool:
    """Tell whether nothing but decoration shares the line, as with a banner."""
    return not (line_before(text, start) + line_after(text, end)).strip(_DECORATION)


def is_at_edge(text: str, start: int, end: int) -> bool:
    """Tell whether nothing but decoration comes before it in the whole text, or after it."""
    is_first = start <= REACH and not before(text, start).strip(_DECORATION + "\n")
    is_last = end >= len(text) - REACH and not after(text, end).strip(_DECORATION + "\n")
    return is_first or is_last


def is_in_capitals(text: str, start: int, end: int) -> bool:
    """Tell whether the words around it in its line are all in capitals too."""
    around = line_before(text, start) + " " + line_after(text, end)
    return around.isupper() and sum(word.isalpha() for word in around.split()) > 1


def is_bullet(text: str, start: int) -> bool:
    """Tell whether a list's sign begins the line."""
    return line_before(text, start).lstrip()[:2] in {"- ", "+ "}


def is_spoken_of(text: str, start: int) -> bool:
    """Tell whether the sentence denies a marking or names it as a word, in running prose."""
    said = before(text, start)
    if not any(map(str.islower, said[-60:])):
        return False
    return bool(_DENIED.search(said[-80:]) or _NAMED.search(said[-60:]))


def is_imposed(text: str, start: int) -> bool:
    """Tell whether the words before it say that this is the marking: "classified", "marked"."""
    return bool(_IMPOSED.search(before(text, start)[-40:]))


def opens_paragraph(text: str, start: int) -> bool:
    """Tell whether a paragraph, sentence, list item or subject begins here."""
    said = before(text, start)
    return bool(_OPENS_PARAGRAPH.search(said if len(said) == REACH else "\n" + said))


def is_on_document(text: str, end: int) -> bool:
    """Tell whether the next word is something that carries markings: "report", "cable"."""
    return bool(_OF_DOCUMENT.match(text, end))


def is_of_clearance(text: str, end: int) -> bool:
    """Tell whether the level is that of a person's clearance: "a TOP SECRET clearance"."""
    return bool(_OF_CLEARANCE.match(text, end))
