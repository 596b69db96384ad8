"""Where a private person can be reached or found: birth dates, telephones, mail, hotel rooms."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from osac_share.guard.policy.findings import found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from osac_share.guard.policy.findings import Finding
    from osac_share.guard.policy.folding import Folded

_MONTH: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
    r"|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"
    r"|janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre)"
)
_YEAR: Final = r"(?:19\d\d|20\d\d)"
_ORDINAL: Final = r"\d{1,2}(?:st|[nr]d|th)?"
_DATES: Final = (
    rf"{_YEAR}[-/.]\d{{1,2}}[-/.]\d{{1,2}}",
    rf"\d{{1,2}}[ ]?[-/.][ ]?\d{{1,2}}[ ]?[-/.][ ]?(?:{_YEAR}|\d\d)",
    rf"\d{{1,2}}[-/. ]{{1,2}}[IVX]{{1,4}}[-/. ]{{1,2}}{_YEAR}",
    rf"{_ORDINAL}(?:[ -]|\sof\s|\sde\s)?{_MONTH}\.?,?(?:[ -]|\sde\s)?(?:{_YEAR}|\d\d)",
    rf"{_MONTH}\.?\s{_ORDINAL},?\s{_YEAR}",
    r"\d(?:[ ]\d){7}",
    r"\d[ ]?\d[ ]?[-/.][ ]?\d[ ]?\d[ ]?[-/.](?:[ ]?\d){4}",
)
_DATE: Final = rf"(?:{'|'.join(_DATES)})(?!\d)"
_BIRTH_LABEL: Final = re.compile(
    r"(?i)(?<![A-Za-z])(?:d\.?\s?o\.?\s?b\.?|dates?\s{1,2}of\s{1,2}birth|birth[\s-]?date|birthday"
    r"|fecha\sde\snacimiento|date\sde\snaissance|data\sde\snascimento|geburtsdatum|dato\sdi\snascita)"
    rf"(?![A-Za-z])[\s:=(#|-]{{0,6}}(?:is\s|was\s|on\s)?(?P<date>{_DATE}|\d{{8}}(?!\d))"
)
_BORN: Final = re.compile(
    rf"(?i)(?<![A-Za-z])(?:born|b\.(?=\s\d)|nee?\sle|nacid[oa]\sel|geboren\sam)"
    rf"(?:\sin\s\w{{2,20}})?(?:,?\son)?[\s:,]{{1,2}}(?:the\s)?(?P<date>{_DATE})(?!\s(?:or|and)\s(?:later|earlier|after|before))"
)
_PUBLIC_BIRTH: Final = re.compile(
    r"""(?ix)
    \b(?: kings? | queen | emperor | president | prophet | founder | poet | hero | holiday
      | republic | nation | independence | movements? | party | group | protests? | union
      | alliance | coalition | law | currency | school | club | city | company | agency
      | anyone | someone | those | persons | people | children | travelers | citizens | men | women
      | applicants | adults )\b
    """
)
"""Births that are history, and births of a whole class of people."""

_PRIVATE: Final = re.compile(
    r"""(?x)
    \b(?i: victim(?:'s)?\b | next\ of\ kin | (?:cell|mobile|number|phone)\ of\ (?!the\ |an?\ )
      | (?:his|her|whose)\ (?:own\ |private\ |personal\ |home\ )?
        (?:cell|mobile|number|phone|tel|whatsapp|home|contact)
      | (?:father|mother|wife|husband|brother|sister|son|daughter|spouse|partner|widow|parents?
      |relatives?|roommate|fiancee?)\b | survivor | hostage | deceased | missing\ person)
    | \b(?:Mr|Mrs|Ms|Miss|Mme|Dr|Sr|Sra)\b\.?\ [A-Z]
    """
)
_OFFICE: Final = re.compile(
    r"(?i)embass|consul|police|hotline|helpline|\boffices?\b|officer|\brso\b|duty|\bdesk|ministry"
    r"|minister|director|manager|spokes|hospital|clinic|assistance|services?\b|ambulance|unit\b"
    r"|\bcall 9|department|attorney|lawyer|agency|shelter"
)
_PHONE: Final = re.compile(r"(?<![\w.+-])(?:\+|\(|\b)\d[\d ().-]{6,20}\d(?!\w)")
_PHONE_DIGITS: Final = range(7, 16)
_AMOUNT: Final = re.compile(r"[1-9]\d{0,2}(?: \d{3})+$")
_DAY: Final = re.compile(
    rf"{_YEAR}-\d\d-\d\d|\d{{1,2}}[./-]\d{{1,2}}[./-]{_YEAR}|{_YEAR}[- ]{{1,3}}{_YEAR}"
)

_PROVIDER: Final = re.compile(
    r"""(?ix)
    (?: @ | [ ]?[(\[][ ]?at[ ]?[)\]][ ]? | (?<=\w)[ ]at[ ](?=[a-z0-9]{2,12}[ ]dot[ ]) )
    (?: gmail | googlemail | yahoo | ymail | hotmail | outlook | live | msn | icloud | me | aol
      | proton(?:mail)? | pm | gmx | web | mail | yandex | qq | 163 | 126 | sina | naver | daum
      | rediffmail | libero | tutanota | zoho | fastmail | inbox | laposte | orange | bk | ukr )
    (?: [ ]?[(\[][ ]?dot[ ]?[)\]][ ]? | [ ]dot[ ] | \. )
    (?: com?(?:\.[a-z]{2})? | fr | de | it | es | ru | ua | net | org | me | mx | br | uk | in | ca
      | cn | ch | at )
    (?![A-Za-z0-9-]|\.[A-Za-z])
    """
)
_MAILBOX: Final = re.compile(r"[A-Za-z0-9._%+'-]{1,64}$")

_ROOM: Final = re.compile(
    r"(?i)\b(?:room|suite|rm\.?|zimmer|habitacion)\s(?:no\.?\s?|number\s|nr\.?\s?|#\s?)?"
    r"\d{2,4}[A-Za-z]?\b"
)
_LODGED: Final = re.compile(
    r"""(?x)
    \b(?: (?:Mr|Mrs|Ms|Miss|Mme|Dr|Sr|Sra)\b\.?\ [A-Z] | (?i:the\ victim|victim's|guest\ name)
    | [A-Z][a-z]{1,20}\ [A-Z][a-z]{1,20}(?:,?\ (?:who\ )?(?:is|was|has|had))?
      (?:\ (?:been|still|also|now))?\ (?:stay|lodg|booked|check|occup|sleep|found|register) )
    """
)


def findings(folded: Folded) -> Iterator[Finding]:
    """Yield what tells when a private person was born, and where they can be reached."""
    for rule, look in _LOOKS.items():
        for start, end in look(folded.text):
            yield found(rule, folded.original, *folded.span(start, end))


def _births(text: str) -> Iterator[tuple[int, int]]:
    for match in _BIRTH_LABEL.finditer(text):
        yield match.span("date")
    for match in _BORN.finditer(text):
        if not _PUBLIC_BIRTH.search(_around(text, match.start(), match.end())):
            yield match.span("date")


def _phones(text: str) -> Iterator[tuple[int, int]]:
    for match in _PHONE.finditer(text):
        said = text[max(0, match.start() - 60) : match.start()].rpartition("\n")[2]
        if not _PRIVATE.search(said) or _OFFICE.search(said) or _DAY.match(match[0]):
            continue
        if sum(map(str.isdigit, match[0])) in _PHONE_DIGITS and not _AMOUNT.match(match[0]):
            yield match.span()


def _mailboxes(text: str) -> Iterator[tuple[int, int]]:
    for match in _PROVIDER.finditer(text):
        name = _MAILBOX.search(text[max(0, match.start() - 64) : match.start()])
        if name is not None:
            yield match.start() - len(name[0]), match.end()


def _rooms(text: str) -> Iterator[tuple[int, int]]:
    for match in _ROOM.finditer(text):
        if _LODGED.search(_around(text, match.start(), match.end())):
            yield match.span()


def _around(text: str, start: int, end: int) -> str:
    before = text[max(0, start - 100) : start].rpartition("\n")[2]
    return before + "|" + text[end : end + 100].partition("\n")[0]


_LOOKS: Final = {
    "birth-date": _births,
    "private-phone": _phones,
    "private-mail": _mailboxes,
    "hotel-room": _rooms,
}
