"""Taking lists along: what a page lists, in the form that somebody needs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from flask import Blueprint, Response, request, url_for

from osac_share.councils.login import current_actor
from osac_share.councils.queries import get_council
from osac_share.exchange.queries import EYES_ONLY
from osac_share.exports import actions, documents, queries
from osac_share.exports.documents import Export
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.kernel.typesetting import CannotTypeset
from osac_share.reports.views.reading import asked_filters
from osac_share.search.forms import asked
from osac_share.search.queries import search as find
from osac_share.search.views import current_index
from osac_share.taxonomy import queries as taxonomy
from osac_share.web.access import guarded_by
from osac_share.web.errors import page
from osac_share.web.files import SANDBOX, disposition
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flask.typing import ResponseReturnValue

    from osac_share.reports.models import Edition, Report
    from osac_share.reports.queries import Filters

blueprint = Blueprint("exports", __name__)

Form = Literal["csv", "json", "pdf"]

MOST: dict[Form, int] = {"csv": 1000, "json": 1000, "pdf": 100}
"""How many reports a list has at most, the newest."""

MOST_FOUND = 100
"""How many of them, when they were searched for."""

TYPES: dict[Form, str] = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "pdf": "application/pdf",
}

READERS = "whoever is signed in; what is listed is what their clearance meets"


_NAMES: dict[Form, str] = {"csv": "table (CSV)", "json": "JSON", "pdf": "brief (PDF)"}

_KEPT = ("q", "sort", "year", "country", "topic", "kind", "severity", "state", "region")
"""What is kept of the address of a page that lists reports."""


@blueprint.app_template_global()
def forms_of_list(what: Literal["reports", "search"], **chosen: str) -> list[tuple[str, str]]:
    """Return the forms in which a list can be taken along, as `(words, address)`.

    Args:
        what: which kind of list it is.
        chosen: to what it is narrowed; as the address of the page says, if left out.

    """
    kept = {name: request.args.getlist(name) for name in _KEPT if name in request.args}
    narrowed = chosen or kept
    return [
        (words, url_for(f"exports.{what}", form=form, **narrowed)) for form, words in _NAMES.items()
    ]


@blueprint.get("/exports/reports.<any(csv, json, pdf):form>")
@guarded_by(READERS)
def reports(form: Form) -> ResponseReturnValue:
    """Hand over the list of reports, narrowed as on its page, or to a council."""
    session, clearance = current_session(), current_actor().clearance
    filters, slug = asked_filters(), request.args.get("council", "")
    council = get_council(session, slug) if slug else None
    if council is not None:
        filters = replace(filters, council_id=council.id)
    rows, total, left_out = queries.listed(session, clearance, filters, limit=MOST[form])
    words = [*([council.name] if council else []), *_words(filters)]
    what = f"Reports: {'; '.join(words)}" if words else "All reports"
    return _handed_over(what, rows, total, left_out, form)


@blueprint.get("/exports/search.<any(csv, json, pdf):form>")
@guarded_by(READERS)
def search(form: Form) -> ResponseReturnValue:
    """Hand over what a search finds, in the order of its page."""
    wish = asked(request.args)
    clearance = current_actor().clearance
    found = find(
        *(current_session(), current_index(), clearance, wish.words, wish.narrowing),
        sort=wish.sort,
        limit=MOST_FOUND,
    )
    rows = [(one.report, one.edition) for one in found.hits]
    shown = [row for row in rows if row[1].marking not in EYES_ONLY]
    left_out = len(rows) - len(shown)
    return _handed_over(f"Search: {wish.words}", shown, found.total - left_out, left_out, form)


def _words(filters: Filters) -> Iterator[str]:
    """Yield what a list is narrowed to; codes that nobody knows stand for themselves."""
    known = (
        (filters.countries, {one.iso2: one.name for one in taxonomy.all_countries()}),
        (filters.topics, {one.slug: one.label for one in taxonomy.topics()}),
        (filters.kinds, {one.code: one.plural for one in taxonomy.kinds()}),
        (filters.severities, {one.code: one.label for one in taxonomy.severities()}),
        (filters.states, {one.code: one.label for one in taxonomy.states()}),
    )
    for codes, labels in known:
        if codes:
            yield ", ".join(labels.get(code, code[:40]) for code in codes)


def _handed_over(
    what: str, rows: Sequence[tuple[Report, Edition]], total: int, left_out: int, form: Form
) -> ResponseReturnValue:
    settings, actor = current_settings(), current_actor()
    export = Export(
        what=what,
        rows=rows,
        total=total,
        left_out=left_out,
        site=settings.site.name,
        url=settings.public.url,
        reader=actor.name,
        zone=actor.time_zone or "UTC",
        at=clock.now(),
    )
    try:
        body = _WRITERS[form](export)
    except CannotTypeset as refusal:
        return page(503, refusal.message)
    name = f"{export.name}.{form}"
    with transaction(current_session()) as session:
        actions.note_export(session, export, form, by=actor)
    answer = Response(body, content_type=TYPES[form])
    answer.headers["Content-Disposition"] = disposition("attachment", name)
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer


_WRITERS = {
    "csv": documents.csv_of,
    "json": documents.json_of,
    "pdf": documents.brief_of,
}
