"""Whatever stands in the database, a page shows it as text."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import JSON, String, delete, select, update

import osac_share.migrations.tables  # noqa: F401 -- declares every table on `Base`.
from osac_share.kernel.db import Base
from osac_share.reports.models import RenderedEdition
from tests.support.crawl import every_page
from tests.support.tampering import lift_guard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Column, Engine, Table

    from tests.support.pages import Document, Visitor

pytestmark = pytest.mark.slow

CORPUS = (
    "<script>probe()</script>",
    '"><img src=x onerror=probe()>',
    "' onmouseover='probe()",
    "</title></textarea><svg/onload=probe()>",
    "{{ 7 * 191 }}",
    "[press](javascript:probe())",
    "[press](//probe.example.org)",
    "<a href='javascript:probe()'>press</a>",
    "![seen](data:text/html,probe())",
    '<https://e.example.org/"onclick="probe()>',
    "&lt;script&gt;probe()&lt;/script&gt;",
    "<style>*{display:none}</style>",
)
COMPUTED = str(7 * 191)
CODED = frozenset(
    {"action", "addressees", "alert_kind", "channel", "chapter", "country", "departure_status"}
    | {"checks", "countries", "us_basis"}
    | {"joining"}
    | {"frequency", "held_for", "period", "sealed", "via"}
    | {"feed", "networks", "revoked_because", "scopes"}
    | {"digest", "ended_reason", "html", "kind", "marking", "media_type", "object_id"}
    | {"object_kind", "origin", "outcome", "password_hash", "payload", "public_id", "purpose"}
    | {"sector", "severity", "slug", "source_key", "staff_roles", "stage", "state", "status"}
    | {"text_digest", "time_zone", "token", "token_digest", "topic", "type"}
)
"""Columns that hold codes of ours, never anybody's words. A new column is not among them."""

SHOWN = frozenset(
    {"edition.title", "edition.summary", "edition.sections", "edition.change_note"}
    | {"edition.narrowed_because", "edition_place.place", "council.name", "post.name"}
    | {"security_office.name", "proposal.words", "join_request.words"}
)
"""Columns that some page shows for certain; without them the walk would prove nothing."""

SCHEMES = {"", "http", "https", "mailto", "tel", "webcal"}


def test_no_column_can_become_markup(residents: dict[str, Visitor], engine: Engine) -> None:
    marks = poison(engine)
    problems: list[str] = []
    seen: set[str] = set()
    for who, visitor in residents.items():
        for path, page in every_page(visitor.client):
            problems += [f"{path} for {who}: {problem}" for problem in came_alive(page)]
            text = page.response.get_data().decode(errors="replace")  # It may be a file.
            seen |= {name for name, mark in marks.items() if mark in text}
    assert not problems, "\n".join(problems)
    assert seen >= SHOWN


def came_alive(page: Document) -> Iterator[str]:
    if page.status >= 500:
        yield f"answers {page.status}"
    for xpath in ("//script[not(@src)]", "//style", "//svg", "//@*[starts-with(name(), 'on')]"):
        if page.root.xpath(xpath):
            yield f"holds {xpath}"
    for address in page.root.xpath("//@href | //@src | //@action | //@formaction"):
        parts = urlsplit(str(address).strip())
        if parts.scheme not in SCHEMES or "probe" in parts.netloc or address == "x":
            yield f"leads to {address}"
    if COMPUTED in page.text:
        yield "computed what a text asked for"


def poison(engine: Engine) -> dict[str, str]:
    """Put hostile text into every free column of every row; return the mark of each column."""
    texts = cycle(CORPUS)
    marks: dict[str, str] = {}
    with engine.begin() as connection:
        connection.execute(delete(RenderedEdition))
        lift_guard(connection)
        for table in Base.metadata.sorted_tables:
            for column in free_columns(table):
                mark = marks[f"{table.name}.{column.name}"] = f"m{len(marks)}k"
                for number, row in enumerate(connection.execute(select(table)).mappings().all()):
                    value = hostile(row[column.name], column, next(texts), f"{mark}{number}")
                    where = [key == row[key.name] for key in table.primary_key]
                    connection.execute(update(table).where(*where).values({column.name: value}))
    return marks


def free_columns(table: Table) -> list[Column[Any]]:
    return [
        column
        for column in table.columns
        if isinstance(column.type, String | JSON) and column.name not in CODED
    ]


def hostile(value: object, column: Column[Any], text: str, mark: str) -> object:
    """Return `value` with its texts replaced by `text` and `mark`, as far as the column is long."""
    if isinstance(value, dict):
        return {key: hostile(inner, column, text, mark) for key, inner in value.items()}
    if isinstance(value, list):
        return [hostile(inner, column, text, mark) for inner in value]
    if isinstance(value, str):
        length = getattr(column.type, "length", None) or 1000
        return f"{mark} {text}"[:length]
    return value
