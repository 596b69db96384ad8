"""A draft as a program sends it, in the form in which its authors write it on the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from osac_share.api.documents.problems import Error, NotAsDescribed
from osac_share.api.forms.filling import WITHOUT_COOKIE, require_valid
from osac_share.kernel.errors import RuleBroken
from osac_share.reports.forms import form_for, form_of, words_of
from osac_share.reports.forms.asking import MAJOR, MINOR, WINDOWS, place_key, rating_field
from osac_share.reports.forms.fields import spelled_place
from osac_share.reports.models import COUNCIL, LIFTED
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from osac_share.api.documents.shapes.writing import DraftWords
    from osac_share.councils.models import Council
    from osac_share.reports.forms import DraftForm
    from osac_share.reports.models import Edition, Report, Section
    from osac_share.taxonomy.models import Kind

MOMENTS = {
    "told_officials": "told_officials_at",
    "release": "release_at",
    "expires": "expires_at",
    "event_from": "event/begins",
    "event_until": "event/ends",
    "advised_from": "advised/begins",
    "advised_until": "advised/ends",
}
"""The fields of moments, and where a program says them."""

ASKED = {
    "weight": "is_major",
    "alert_kind": "alert_kind",
    "severity": "severity",
    "change_note": "change_note",
}
"""Fields that not every draft has, and where a program says them."""


def first_form(
    kind_code: str, council: Council, words: DraftWords, *, before: str = ""
) -> DraftForm:
    """Return the form of a report that is about to begin, filled in and found right.

    Args:
        kind_code: the kind of report.
        council: for which council.
        words: what the program sent.
        before: where in the body the words are, as a JSON pointer.

    Raises:
        RuleBroken: councils do not write reports of that kind.
        NotAsDescribed: something that was sent does not fit.

    """
    kind = taxonomy.kind(kind_code)
    if COUNCIL not in kind.origins:
        raise RuleBroken(f"{kind.plural} are not written by councils.")
    sent = _filled(kind, council, words)
    form = form_for(kind_code, COUNCIL)([council], formdata=sent, meta=WITHOUT_COOKIE)
    return _found_right(form, words, before)


def changed_form(report: Report, draft: Edition, council: Council, words: DraftWords) -> DraftForm:
    """Return the form of a draft with all that a program would have it say, found right.

    Raises:
        RuleBroken: the draft passes on an issuer's words.
        NotAsDescribed: something that was sent does not fit.

    """
    if report.origin != COUNCIL:
        raise RuleBroken("These are an issuer's words. They are passed on on the pages.")
    kept = words_of(report, draft, ZoneInfo(council.time_zone))
    sent = _filled(taxonomy.kind(report.kind), council, words)
    form = form_of(report)([council], report, draft, formdata=sent, data=kept, meta=WITHOUT_COOKIE)
    return _found_right(form, words, "")


def _filled(kind: Kind, council: Council, words: DraftWords) -> MultiDict[str, str]:
    zone = ZoneInfo(council.time_zone)
    marking = words.marking or taxonomy.marking(kind.marking).label
    fields: MultiDict[str, str] = MultiDict(
        {
            "council": str(council.id),
            "title": words.title,
            "title_proposed": "",
            "subject": "",
            "places": "\n".join(spelled_place(one.country, one.place) for one in words.places),
            "severity": words.severity or "security",
            "alert_kind": words.alert_kind or "security",
            "marking": next(one.code for one in taxonomy.markings() if one.label == marking),
            "recipients": "\n".join(words.recipients),
            "narrowed_because": words.narrowed_because,
            "change_note": words.change_note,
            "weight": MAJOR if words.is_major else MINOR,
        }
    )
    fields.setlist("topics", list(words.topics))
    fields.setlist("circles", list(words.circles))
    fields.setlist("sectors", [f"sector:{one}" for one in words.sectors])
    lifted = [place_key(one.country, one.place) for one in words.places if one.status == LIFTED]
    fields.setlist("lifted", lifted)
    for name, at in _moments(words):
        there = "" if at is None else at.astimezone(zone).replace(tzinfo=None)
        fields[name] = there if isinstance(there, str) else there.isoformat()
    written = {one.heading: one for one in words.sections}
    for section in kind.sections:
        one = written.get(section.heading)
        fields[section.field] = one.markdown if one else ""
        fields[rating_field(section)] = (one.rating or "") if one else ""
    return fields


def _moments(words: DraftWords) -> Iterator[tuple[str, datetime | None]]:
    yield "told_officials", words.told_officials_at
    yield "release", words.release_at
    yield "expires", words.expires_at
    spans = (words.event.begins, words.event.ends, words.advised.begins, words.advised.ends)
    yield from zip(WINDOWS, spans, strict=True)


def _found_right(form: DraftForm, words: DraftWords, before: str) -> DraftForm:
    pointers = {field: f"{before}/{name}" for field, name in (MOMENTS | ASKED).items()}
    names = ("title", "places", "topics", "marking", "circles", "sectors", "recipients")
    pointers |= {name: f"{before}/{name}" for name in (*names, "narrowed_because")}
    places = {one.heading: number for number, one in enumerate(words.sections)}
    for section in form.kind.sections:
        if section.heading in places:
            pointers[section.field] = f"{before}/sections/{places[section.heading]}/markdown"
            pointers[rating_field(section)] = f"{before}/sections/{places[section.heading]}/rating"
    require_valid(form, pointers)
    wrong = [
        Error(pointer=before + where, detail=sentence) for where, sentence in _misfits(form, words)
    ]
    if wrong:
        raise NotAsDescribed(wrong)
    return form


def _misfits(form: DraftForm, words: DraftWords) -> Iterator[tuple[str, str]]:
    """Yield what the form would leave out or take for something else, and why.

    People see what a form made of their words; a program does not look.
    """
    yield from _odd_sections(form, words)
    given = {(one.country, one.place): one.status for one in words.places}
    made = {(one.country, one.name): one.status for one in form.located()}
    for number, place in enumerate(words.places):
        key = (place.country, place.place)
        if made.get(key) != given[key]:
            yield f"/places/{number}", "There is no such place, or its status is not to be changed."
    for field, at in _moments(words):
        if at is not None and field not in form:
            yield f"/{MOMENTS[field]}", "A report of this kind has no such moment."
        elif at is not None and form.moment(field) != at:
            yield f"/{MOMENTS[field]}", "The council's clocks show this hour twice. Take another."
    answers = {
        "alert_kind": words.alert_kind is not None,
        "severity": words.severity is not None,
        "change_note": bool(words.change_note),
        "weight": not words.is_major,
    }
    for field, is_given in answers.items():
        if is_given and field not in form:
            yield f"/{ASKED[field]}", "This is not asked of such a draft."


def _odd_sections(form: DraftForm, words: DraftWords) -> Iterator[tuple[str, str]]:
    rated = {one.heading: one.rated for one in form.kind.sections}
    rated |= {one["heading"]: False for one in _others(form) if one["heading"] not in rated}
    headings = [one.heading for one in words.sections]
    for number, one in enumerate(words.sections):
        if one.heading not in rated or one.heading in headings[:number]:
            yield f"/sections/{number}", "A report of this kind has one section of each heading."
        elif one.rating and not rated[one.heading]:
            yield f"/sections/{number}/rating", "This section has no rating."


def _others(form: DraftForm) -> Sequence[Section]:
    return form.draft.sections if form.draft else ()
