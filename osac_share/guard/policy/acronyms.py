"""CUI, SBU, LES, FOUO and TLP: short words that mean a marking here and something else there.

Each is judged by where it stands and what is around it. A marking stands before or after
slashes, alone on a line, in brackets where a paragraph begins, after "marked", before "report".
Otherwise SBU in a text that speaks of Ukraine is its Security Service, LES beside staff are
people, LES before a word in French capitals is an article, and CUI before a given name is a
family. What stays in doubt is a warning; what has no such excuse is held back.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from osac_share.guard.policy import context
from osac_share.guard.policy.findings import found
from osac_share.guard.policy.spelling import EDGE, END, broken, disguised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from osac_share.guard.policy.findings import Finding
    from osac_share.guard.policy.folding import Folded

    Judge = Callable[[re.Match[str], frozenset[str]], str | None]

_CUI: Final = re.compile(
    rf"{EDGE}(?:CUI(?:\s{{0,2}}//?\s{{0,2}}(?:SP-)?[A-Z]{{2,8}}(?:-[A-Z]{{1,8}})?){{0,6}}"
    rf"|C U I|(?i:cui\s{{0,2}}//\s{{0,2}}sp-[a-z]{{2,8}})){END}|CUI\s{{0,2}}//"
)
_CUI_PHRASE: Final = re.compile(
    rf"{EDGE}(?:(?i:controlled[\s-]{{1,2}}unclassified[\s-]{{1,2}}information)"
    r"|CONTROLLED//?(?:SP-[A-Z]{2,8}|NF|NOFORN|FEDCON|NOCON|DL ONLY)"
    rf"|PROTECTED CRITICAL INFRASTRUCTURE INFORMATION){END}"
)
_SBU: Final = re.compile(rf"{EDGE}SBU(?:-NF)?{END}")
_LES: Final = re.compile(rf"{EDGE}LES(?:-NF)?{END}")
_SENSITIVE_PHRASE: Final = re.compile(
    rf"{EDGE}(?:(?i:sensitive[\s,-]{{1,2}}but[\s-]{{1,2}}unclassified|(?:U\s?//?\s?)?(?:F[O0]U[O0]|{broken('FOUO')})"
    rf"|{disguised('FOUO')})|UNCLAS[\s/]{{1,3}}SENSITIVE|UNCLASSIFIED\s{{0,2}}//?\s{{0,2}}SENSITIVE"
    rf"|(?:FOR[\s-]{{1,2}})?OFFICIAL[\s-]{{1,2}}USE[\s-]{{1,2}}ONLY|For Official Use Only"
    rf"|S E N S I T I V E|SENSITIVE SECURITY INFORMATION|L(?:AW|aw)\s{{1,2}}E(?:NFORCEMENT|"
    rf"nforcement)[\s-]{{1,2}}S(?:ENSITIVE|ensitive)){END}"
)
_QUIET_PHRASE: Final = re.compile(
    rf"{EDGE}(?:for official use only|law enforcement[\s-]sensitive){END}"
)
_TLP: Final = re.compile(
    rf"{EDGE}TLP(?:\s?[:-]\s?(?:RED|AMBER(?:\s?\+\s?STRICT)?|GREEN|CLEAR|WHITE)"
    r"|\s(?:RED|AMBER(?:\s?\+\s?STRICT)?|GREEN|CLEAR|WHITE)"
    rf"){END}|(?i:{EDGE}tlp:(?:red|amber(?:\+strict)?|green|clear|white)){END}"
)

_IN_BRACKETS: Final = re.compile(r"[)\]](?=\s{1,3}[\"']?[A-Za-z])")
_AFTER_SLASH: Final = re.compile(r"/\s?$")
_SLASH: Final = re.compile(r"\s?/\s?/|/[A-Z]{2}")
_HEADS: Final = re.compile(r"\s?(?::|--?)\s")
_AGENCY: Final = re.compile(
    r"(?i)(?:'s)?\s(?:officers?|agents?|chief|general|spokes\w{1,6}|checkpoints?|raids?|counterint"
    r"|headquarters|operati\w{1,5}|said|says|detain\w{1,3}|arrest\w{0,3}|announc\w{1,3}|warn\w{0,3}"
    r"|report(?:ed|s)\b|search\w{0,3}|claim\w{0,3}|seiz\w{1,3}|stop(?:s|ped)|has\b|had\b|and the\b)"
)
_AFTER_STAFF: Final = re.compile(r"(?i)\b(?:staff|employees?|guards?|personnel)\s\($")
_STAFF: Final = re.compile(
    r"(?i)\s(?:staff|employees?|guards?|positions?|payroll|personnel|colleagues|salar|statements?)"
)
_OTHER_PHRASES: Final = {
    "CUI": r"(?!controlled)c\w{2,20}[ -]u\w{2,20}[ -]i\w{2,20}",
    "SBU": r"(?!sensitive)s\w{2,20}[ -]b\w{2,20}[ -]u\w{2,20}",
    "LES": r"(?!law\b)l\w{2,20}[ -]e\w{2,20}[ -]s\w{2,20}",
}
"""What else the letters may stand for, where a text says so: "large eddy simulation (LES)"."""

_TOPICS: Final = {
    **{
        letters: re.compile(rf"(?i)\b{phrase},?\s(?:\(|or\s){letters}\b")
        for letters, phrase in _OTHER_PHRASES.items()
    },
    "security service": re.compile(
        r"(?i)ukrain|kyiv|kiev|security service|sluzhba|\blviv|odesa|odessa|kharki?v|donetsk"
        r"|dnipro|zelensk|zaporizh|business unit"
    ),
    "local staff": re.compile(
        r"(?i)local(?:ly)?[\s-](?:employed|engaged|hired)|leave and earnings"
    ),
}
"""What a text can speak of that gives these letters another meaning in it."""

_FRENCH: Final = re.compile(r"[ ]['\"]?[A-Z\u00c0-\u00dc0-9][^\W\d_]*")
_SAID_TO_BE: Final = re.compile(r"(?i)\b(?:is|are|was|as|remains?)\s$")
_GIVEN_NAME: Final = re.compile(
    r",?[ ](?!(?:Basic|Specified|Category|Categories|Registry|Controlled"
    r"|Designation|Banner|The|This|All|In|Do)[a-z]{0,6}\b)[A-Z][a-z]{1,12}\b|[ ](?:bono|prodest)\b"
)
_TITLE: Final = re.compile(r"(?:Mr|Ms|Mrs|Dr|Miss|General|Minister|Professor|Ambassador)\.?\s$")
_UNCLASSIFIED: Final = re.compile(r"(?i)unclass\w{0,6}\s?[/,-]{0,3}\s?$")


def findings(folded: Folded) -> Iterator[Finding]:
    """Yield every marking of controlled but unclassified text, and labels of the TLP."""
    topics = _topics(folded.text)
    for pattern, judge in _JUDGES:
        for match in pattern.finditer(folded.text):
            if (rule := judge(match, topics)) is not None:
                yield found(rule, folded.original, *folded.span(*match.span()))


def _topics(text: str) -> frozenset[str]:
    if not any(letters in text for letters in _OTHER_PHRASES):
        return frozenset()
    return frozenset(name for name, about in _TOPICS.items() if about.search(text))


def _stands_as_marking(text: str, start: int, end: int) -> bool:
    said = context.line_before(text, start)
    bracketed = said.endswith(("(", "[")) and _IN_BRACKETS.match(text, end)
    return bool(
        (bracketed and context.opens_paragraph(text, start - 1))
        or _AFTER_SLASH.search(said)
        or _SLASH.match(text, end)
        or (context.is_alone(text, start, end) and not context.is_bullet(text, start))
        or (context.opens_paragraph(text, start) and _HEADS.match(text, end))
        or _UNCLASSIFIED.search(said)
    )


def _judge_cui(match: re.Match[str], topics: frozenset[str]) -> str | None:
    text, start, end = match.string, match.start(), match.end()
    if "/" in match[0] or _stands_as_marking(text, start, end):
        return "cui"
    if "CUI" in topics:
        return None
    if context.is_spoken_of(text, start):
        return "mention"
    said = context.before(text, start)
    is_name = _TITLE.search(said[-16:]) or _GIVEN_NAME.match(text, end)
    return None if is_name and not context.is_imposed(text, start) else "cui"


def _judge_phrase(rule: str) -> Judge:
    def judge(match: re.Match[str], _topics: frozenset[str]) -> str:
        return "mention" if context.is_spoken_of(match.string, match.start()) else rule

    return judge


def _judge_quiet_phrase(match: re.Match[str], _topics: frozenset[str]) -> str | None:
    text, start, end = match.string, match.start(), match.end()
    if context.is_spoken_of(text, start):
        return None
    is_marking = (
        _stands_as_marking(text, start, end)
        or context.is_on_document(text, end)
        or context.is_imposed(text, start)
    )
    return "sensitive" if is_marking else None


def _judge_sbu(match: re.Match[str], topics: frozenset[str]) -> str | None:
    text, start, end = match.string, match.start(), match.end()
    if _stands_as_marking(text, start, end):
        return "sensitive"
    if context.is_spoken_of(text, start):
        return "mention"
    in_doubt = context.is_imposed(text, start) or context.is_on_document(text, end)
    if "SBU" in topics or (_AGENCY.match(text, end) and not in_doubt):
        return None
    if "security service" in topics:
        return "mention" if in_doubt else None
    return "sensitive"


def _judge_les(match: re.Match[str], topics: frozenset[str]) -> str | None:
    text, start, end = match.string, match.start(), match.end()
    if _stands_as_marking(text, start, end):
        return "sensitive"
    is_of_people = _STAFF.match(text, end) or _AFTER_STAFF.search(context.before(text, start))
    is_on_document = context.is_on_document(text, end)
    if is_of_people or (_FRENCH.match(text, end) and not is_on_document):
        return None
    if context.is_spoken_of(text, start):
        return "mention"
    bracketed = text[start - 1 : start] == "(" and text[end : end + 1] == ")"
    said_to_be = bool(_SAID_TO_BE.search(text[max(0, start - 12) : start]))
    if not (is_on_document or bracketed or said_to_be or context.is_imposed(text, start)):
        return None
    return None if topics & {"LES", "local staff"} else "sensitive"


def _judge_tlp(_match: re.Match[str], _topics: frozenset[str]) -> str:
    return "tlp"


_JUDGES: Final[tuple[tuple[re.Pattern[str], Judge], ...]] = (
    (_CUI, _judge_cui),
    (_CUI_PHRASE, _judge_phrase("cui")),
    (_SBU, _judge_sbu),
    (_LES, _judge_les),
    (_SENSITIVE_PHRASE, _judge_phrase("sensitive")),
    (_QUIET_PHRASE, _judge_quiet_phrase),
    (_TLP, _judge_tlp),
)
