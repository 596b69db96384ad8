"""The page that searches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from flask import Blueprint, current_app, render_template, request, url_for

from osac_share.councils.login import current_actor
from osac_share.kernel.errors import NotFound
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

    from osac_share.search.models import SearchIndex
    from osac_share.search.queries import Narrowing, Result

blueprint = Blueprint("search", __name__)

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
    result = queries.search(
        current_session(),
        current_index(),
        current_actor().clearance,
        wish.words,
        wish.narrowing,
        sort=wish.sort,
        offset=(number - 1) * queries.SIZE,
    )
    return render_template(
        "search/results.html",
        words=wish.words,
        page=Page(number, queries.SIZE, result.total),
        hits=result.hits,
        facets=_facets(result),
        orders=_orders(wish.sort),
        notices=result.notices,
        suggestion=result.suggestion,
        loosened=result.loosened,
        behind=result.behind,
        wish=_wish(wish.narrowing),
    )


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
        current_app.extensions["osac_search"] = open_reader(current_settings())
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
