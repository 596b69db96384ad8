"""Classification: levels, dissemination controls, classification authority.

The forms are those of the U.S. marking rules (32 CFR 2001 and the ISOO marking booklet), of
State's cables and of NATO. A level counts where it stands as a marking does: before slashes,
alone on a line, in capitals in a sentence. "Keep your plans secret" is none of these.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from osac_share.guard.policy import context
from osac_share.guard.policy.findings import found
from osac_share.guard.policy.spelling import (
    CONTROL,
    COUNTRY,
    EDGE,
    END,
    SLASH,
    TWO_SLASHES,
    broken,
    disguised,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from osac_share.guard.policy.findings import Finding
    from osac_share.guard.policy.folding import Folded

    Judge = Callable[[re.Match[str]], str | None]

_LEVEL: Final = rf"(?:(?:TOP[\s-]{{0,3}})?{broken('SECRET')}|{broken('CONFIDENTIAL')})"

_BANNER: Final = re.compile(
    rf"{_LEVEL}(?:{SLASH}{CONTROL}){{1,9}}|{_LEVEL}\s{{0,2}}/\s?/"
    rf"|(?i:{_LEVEL}(?:{TWO_SLASHES}{CONTROL}){{1,9}})|(?:Top\sSecret|Secret|Confidential)\s?//"
)
_SPACED_LEVEL: Final = re.compile(
    rf"(?i){EDGE}(?:{disguised('TOP')}[ .-]{{1,4}})?(?:{disguised('SECRET')}"
    rf"|{disguised('CONFIDENTIAL')})(?![ .-]{{1,2}}(?:A[ .-]{{1,2}}R|I[ .-]{{1,2}}T|S{END})){END}"
)
_ALLIED: Final = re.compile(
    rf"{EDGE}(?:(?:NATO|UK|EU|COSMIC)[\s-](?:TOP[\s-])?(?:SECRET|CONFIDENTIAL)|NATO[\s-]RESTRICTED"
    rf"|RESTREINT[\s-]UE|OFFICIAL[\s-]{{1,3}}SENSITIVE){END}"
)
_WORD: Final = re.compile(rf"(?i){EDGE}{_LEVEL}{END}")
_CAVEAT: Final = re.compile(
    rf"{EDGE}(?:(?i:SIPDIS|N[O0]F[O0]RN|{disguised('NOFORN')}"
    rf"|{disguised('SIPDIS')}|{disguised('NODIS')}|{disguised('EXDIS')}|{disguised('ORCON')}"
    r"|not\sreleasable\sto\sforeign\snationals|rel\sto\s(?:usa|fvey|acgu))"
    rf"|NO[ -]FORN|{broken('NOFORN')}"
    r"|ORCON|NODIS|EXDIS|LIMDIS|STADIS|PROPIN|IMCON|RELIDO|WNINTEL"
    rf"|REL\s{{1,2}}TO\s{{1,2}}{COUNTRY}|RELEASABLE\sTO\s(?:USA|FVEY|NATO|ACGU)"
    r"|(?:USA?|U\.S\.|UK|GBR|CAN|AUS|NZL|FVEY)\sEYES\sONLY"
    rf"|(?i:distribution\sstatement)\s[B-F](?=[.:\s])){END}|/\s?/\s?NF{END}"
)
_AUTHORITY: Final = re.compile(
    r"""(?xim)
    (?<![A-Za-z0-9])
    (?: declass(?:ify|ification)(?:\s{1,3}(?:on|date))? (?:\s?: | (?=\s{1,3}(?:\d|OADR|25X)))
        | (?-i:DECL(?:AS)?(?:\ ON)?) \s?: (?=\s?(?:\d|OADR|25X|X[1-8]))
        | (?-i:Derived\ From|DERIVED\ FROM|Classified\ By|CLASSIFIED\ BY) \s?:
        | e\.?o\.?\ ?(?:12958|13526)\s?:(?!\s?(?:n/?a|unclas))(?=\s?\S)
        | reasons?(?:\ for\ classification)?\s?:?\ {0,2}
            (?:e\.?o\.?\ \d{5},?\ )?(?:sec(?:tion|\.)?\ )?1\.[45]\ ?\(?[a-h]\) )
    | ^[\ >\#|+-]{0,8} (?P<line>(?:derived\s{1,3}from | classified\s{1,3}by) \s?:)
        (?!\s{1,3}(?:type|kind|severity|month|year|region|category|district|size|risk)\b)
    """
)

_HARMLESS: Final = re.compile(
    r"(?i)['\"]?[ -]{1,2}(?:service|santa|ballot|agents?|police|garden|admirer|recipe|ingredient"
    r"|societ(?:y|ies)|hotline|helpline|counsel\w{0,6}|support|advice|tip)"
)
_CABLE: Final = re.compile(r"(?:\s[A-Z]{2,20}){1,3}\s\d{2,7}")
_DISCREET: Final = re.compile(
    r"(?i)calls?|hotline|helpline|\blines?\b|counsel|service|tips?\b|free|anonymous|strictly|"
    r"support|help|private|clinic|consultation|survey|testing"
)


def findings(folded: Folded) -> Iterator[Finding]:
    """Yield every marking of classification, and words that may be one."""
    for pattern, judge in _JUDGES:
        for match in pattern.finditer(folded.text):
            rule = judge(match)
            if rule is not None:
                yield found(rule, folded.original, *folded.span(*match.span(match.lastgroup or 0)))


def _always(rule: str) -> Judge:
    return lambda _match: rule


def _unless_spoken_of(rule: str) -> Judge:
    return lambda match: "mention" if context.is_spoken_of(match.string, match.start()) else rule


def _judge_word(match: re.Match[str]) -> str | None:
    text, start, end = match.string, match.start(), match.end()
    if _HARMLESS.match(text, end):
        return None
    in_capitals = match[0].isupper()
    if context.is_of_clearance(text, end):
        return "mention" if in_capitals else None
    if in_capitals:
        return _judge_capitals(match)
    if match[0][0].isupper():
        is_banner = context.is_alone(text, start, end) and context.is_at_edge(text, start, end)
        return "classification" if is_banner or context.is_imposed(text, start) else None
    return "mention" if context.is_imposed(text, start) else None


def _judge_capitals(match: re.Match[str]) -> str | None:
    text, start, end = match.string, match.start(), match.end()
    is_secret = not match[0].startswith("CONF")
    if context.is_spoken_of(text, start):
        return "mention"
    if context.is_alone(text, start, end):
        return "classification" if is_secret or not context.is_bullet(text, start) else None
    is_cable = context.opens_paragraph(text, start) and _CABLE.match(text, end)
    if is_cable or context.is_imposed(text, start) or match[0].startswith("TOP"):
        return "classification"
    if context.is_in_capitals(text, start, end):
        return "mention"
    if is_secret or context.is_on_document(text, end):
        return "classification"
    around = context.before(text, start)[-60:] + context.after(text, end)[:60]
    return None if _DISCREET.search(around) else "mention"


_JUDGES: Final[tuple[tuple[re.Pattern[str], Judge], ...]] = (
    (_BANNER, _always("classification")),
    (_SPACED_LEVEL, _always("classification")),
    (_ALLIED, _unless_spoken_of("classification")),
    (_WORD, _judge_word),
    (_CAVEAT, _unless_spoken_of("caveat")),
    (_AUTHORITY, _always("authority")),
)
