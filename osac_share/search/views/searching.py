"""The page that searches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from flask import Blueprint, current_app, render_template, request, url_for

from osac_share.councils.login import current_actor
from osac_share.kernel.errors import NotFound
from osac_share.reports.queries import get_visible
from osac_share.search import queries
from osac_share.search.forms import KEPT, asked, with_value
from osac_share.search.index import open_reader
from osac_share.taxonomy import queries as taxonomy
from osac_share.web.access import public
from osac_share.web.paging import Page, page_number
from osac_share.web.sessions import current_session, current_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask.typing import ResponseReturnValue
    from sqlalchemy import Engine

    from osac_share.reports.models import Edition, Report
    from osac_share.search.forms import Asked
    from osac_share.search.models import SearchIndex
    from osac_share.search.queries import Narrowing, Result

blueprint = Blueprint("search", __name__)

EVERY_EDITION = "in:history"
SHOWN = 8
"""How many values of a facet are offered."""
TITLES = {
    "country": "Country",
    "topic": "Topic",
    "kind": "Kind",
    "severity": "Severity",
    "year": "Year",
}
LABELS: dict[str, Callable[[str], str]] = {
    "country": lambda code: taxonomy.country(code).name,
    "topic": lambda slug: taxonomy.topic(slug).label,
    "kind": lambda code: taxonomy.kind(code).label,
    "severity": lambda code: taxonomy.severity(code).label,
}
PAGES: dict[str, Callable[[str], str]] = {
    "country": lambda code: url_for("home.country", iso2=code),
    "topic": lambda slug: url_for("home.topic", slug=slug),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet or an order, with the address that chooses it or undoes the choice."""

    label: str
    url: str
    chosen: bool
    count: int = 0


@blueprint.get("/search")
@public
def search() -> ResponseReturnValue:
    """Search what this actor may see."""
    wish = asked(request.args)
    number = page_number(request.args.get("page"))
    like = _like(wish)
    result = _result(wish, like, offset=(number - 1) * queries.SIZE)
    return render_template(
        "search/results.html",
        words=wish.words,
        like=like,
        page=Page(number, queries.SIZE, result.total),
        hits=result.hits,
        near=result.near,
        facets=_facets(result),
        orders=_orders(wish.sort),
        notices=result.notices,
        suggestion=result.suggestion,
        loosened=result.loosened,
        broadened=result.broadened,
        leads=_leads(result),
        history=_history(wish, result),
        earlier=result.earlier,
        behind=result.behind,
        wish=_wish(wish.narrowing),
        query=result.query,
    )


def _like(wish: Asked) -> tuple[Report, Edition] | None:
    if not wish.like:
        return None
    return get_visible(current_session(), wish.like, current_actor().clearance)


def _result(wish: Asked, like: tuple[Report, Edition] | None, *, offset: int) -> Result:
    reach = current_session(), current_index(), current_actor().clearance
    narrowing, sort = wish.narrowing, wish.sort
    if like is not None:
        return queries.search_like(*reach, like, narrowing, sort=sort, offset=offset)
    return queries.search(*reach, wish.words, narrowing, sort=sort, offset=offset)


def _leads(result: Result) -> list[Choice]:
    """Return the pages of the countries and topics that the words are names of."""
    return [
        Choice(_label(tag.field, tag.value), PAGES[tag.field](tag.value), chosen=False)
        for tag in result.query.leads
    ]


def _history(wish: Asked, result: Result) -> Choice | None:
    """Return what leads from current editions to all of them, and back."""
    if not wish.words or wish.like:
        return None
    kept = {name: values for name, values in request.args.lists() if name in KEPT}
    if result.query.history:
        kept["q"] = [" ".join(wish.words.replace(EVERY_EDITION, " ").split())]
        return Choice("Only current editions", _address(kept), chosen=True)
    kept["q"] = [f"{wish.words} {EVERY_EDITION}"]
    return Choice("Earlier editions too", _address(kept), chosen=False)


def _wish(narrowing: Narrowing) -> list[tuple[str, str]]:
    """Return what a subscription to the chosen filters asks for, as the fields of its form."""
    fields = [
        (name, value)
        for name in ("country", "topic", "kind")
        for value in narrowing.values.get(name, ())
    ]
    chosen = narrowing.values.get("severity", ())
    # They are listed from grave to slight.
    grave = [one.code for one in taxonomy.severities() if one.code in chosen]
    return fields + [("min_severity", code) for code in grave[-1:]]


def current_index() -> SearchIndex:
    """Return the application's warm reader of the index, opened at its first use."""
    if "osac_search" not in current_app.extensions:
        current_app.extensions["osac_search"] = open_reader(
            current_settings(), cast("Engine", current_session().get_bind())
        )
    return cast("SearchIndex", current_app.extensions["osac_search"])


def _facets(result: Result) -> Sequence[tuple[str, list[Choice]]]:
    return [(title, _choices(name, result.facets.get(name, ()))) for name, title in TITLES.items()]


def _choices(name: str, counted: Sequence[tuple[str, int]]) -> list[Choice]:
    chosen = set(request.args.getlist(name))
    counts = dict(counted)
    offered = [value for value in counts if value in chosen]
    offered += [value for value in counts if value not in chosen][: SHOWN - len(offered)]
    return [
        Choice(
            _label(name, value),
            _address(with_value(request.args, name, value)),
            chosen=value in chosen,
            count=counts[value],
        )
        for value in offered
    ]


def _label(name: str, value: str) -> str:
    try:
        return LABELS[name](value) if name in LABELS else value
    except NotFound:
        # A copy may be older than a word of the taxonomy; its code still tells something.
        return value


def _orders(sort: str) -> list[Choice]:
    kept = {name: values for name, values in request.args.lists() if name in KEPT}
    return [
        Choice(label, _address({**kept, "sort": [code]}), chosen=code == sort)
        for code, label in (("relevance", "relevance"), ("date", "newest"))
    ]


def _address(arguments: dict[str, Any]) -> str:
    return url_for("search.search", **arguments)
