from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.feeds.newsroom import Newsroom

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session

    from tests.support.pages import Visitor

pytestmark = pytest.mark.one_database


def test_the_page_about_feeds_leads_to_feeds_that_exist(visitor: Visitor, session: Session) -> None:
    Newsroom(session)
    page = visitor.open("/feeds")
    assert (page.status, page.title) == (200, "Feeds")
    addresses = {str(address) for address in page.root.xpath("//main//a/@href")}
    feeds = {address for address in addresses if address.endswith((".atom", ".rss", ".json"))}
    for example in ("reports", "councils/arcadia", "topics/crime", "regions/AF", "countries/KE"):
        for kind in ("atom", "rss", "json"):
            assert f"/feeds/{example}.{kind}" in feeds
    one_of_each_kind = sorted(feeds)[::40]
    for address in one_of_each_kind:
        assert visitor.client.get(address).status_code == 200, address


def test_pages_can_name_their_feeds_for_programs_to_find(app: Flask) -> None:
    page = app.jinja_env.from_string(
        "{% for words, address in feeds_of('countries/MX', 'Mexico') %}{{ words }}: {{ address }}\n"
        "{% endfor %}"
    )
    assert page.render().splitlines() == [
        "Mexico (Atom): /feeds/countries/MX.atom",
        "Mexico (RSS): /feeds/countries/MX.rss",
        "Mexico (JSON Feed): /feeds/countries/MX.json",
    ]
