"""What holds for every page that anybody can reach by links, whoever they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from osac_share.web.access import is_public
from osac_share.web.headers import STRICT
from tests.support.crawl import every_page, view_of

if TYPE_CHECKING:
    from flask import Flask

    from tests.support.pages import Document, Visitor

pytestmark = pytest.mark.slow

POLICY = {
    "default-src": {"'none'"},
    "base-uri": {"'none'"},
    "form-action": {"'self'"},
    "frame-ancestors": {"'none'"},
}
SOURCES = {"'none'", "'self'", "data:"}


def test_every_page_keeps_the_laws_of_pages(residents: dict[str, Visitor], app: Flask) -> None:
    reached = {who: dict(every_page(visitor.client)) for who, visitor in residents.items()}
    assert all(len(pages) > 10 for pages in reached.values())
    problems = [
        f"{path} for {who}: {problem}"
        for who, pages in reached.items()
        for path, page in pages.items()
        if page.is_html or page.status != 200
        for law in (broken_link, weak_headers, careless_caching, refused_markup, unnamed_parts)
        for problem in law(page, app)
    ]
    assert not problems, "\n".join(problems)


def broken_link(page: Document, _app: Flask) -> list[str]:
    return [] if page.status in {200, 303} else [f"answers {page.status}"]


def weak_headers(page: Document, _app: Flask) -> list[str]:
    headers = page.response.headers
    policy = {
        words[0]: set(words[1:])
        for part in headers["Content-Security-Policy"].split(";")
        if (words := part.split())
    }
    weak = [f"{name} is missing" for name in STRICT if name not in headers]
    weak += [f"{name} is {policy.get(name)}" for name in POLICY if policy.get(name) != POLICY[name]]
    return weak + [f"{name} takes {found}" for name, found in policy.items() if found - SOURCES]


def careless_caching(page: Document, app: Flask) -> list[str]:
    view = app.view_functions.get(view_of(app, page.response.request.path))
    stored = page.response.headers.get("Cache-Control", "")
    if (view and is_public(view)) or "no-store" in stored:
        return []
    return [f"may be kept by a cache: {stored}"]


def refused_markup(page: Document, _app: Flask) -> list[str]:
    refused = (
        "//style",
        "//script[not(@src)]",
        "//@style",
        "//@*[starts-with(name(), 'on')]",
        "//@href[starts-with(normalize-space(.), 'javascript:')]",
        "//*[self::script or self::img or self::link][contains((@src | @href), '//')]",
    )
    return [f"holds {xpath}" for xpath in refused if page.root.xpath(xpath)]


def unnamed_parts(page: Document, _app: Flask) -> list[str]:
    """Return what a screen reader could not make sense of; the browser tests look closer."""
    if page.status != 200:
        return []
    ids = [str(one) for one in page.root.xpath("//@id")]
    missing = {
        "no language": not page.root.xpath("/html/@lang"),
        "no title": not page.root.xpath("string(//title)").strip(),
        "not one heading of the first level": len(page.root.xpath("//h1")) != 1,
        "no main part": len(page.root.xpath("//main")) != 1,
        "the same id twice": len(ids) != len(set(ids)),
        "a field without a label": bool(unlabelled(page)),
    }
    return [problem for problem, holds in missing.items() if holds]


def unlabelled(page: Document) -> list[str]:
    labelled = {str(name) for name in page.root.xpath("//label/@for")}
    fields = page.root.xpath(
        "//input[not(@type='hidden' or @type='submit')] | //select | //textarea"
    )
    return [
        str(field.get("name"))
        for field in fields
        if field.get("id") not in labelled
        and not (field.get("aria-label") or field.get("aria-labelledby"))
        and not field.xpath("ancestor::label")
    ]
