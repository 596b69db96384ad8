"""What comes in is decoded once, and what is encoded a second time stays as it came."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from osac_share.kernel.db import transaction
from osac_share.kernel.text import render_markdown
from tests.support.factories import make_report

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.support.cast import Cast, SignIn
    from tests.support.pages import Visitor

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.one_database]

HOSTILE = ("<script>probe()</script>", "../../secret.key", "javascript:probe()", "a\r\nX-Probe: b")


@pytest.mark.parametrize("text", HOSTILE)
def test_parameter_that_was_encoded_twice_is_decoded_once(visitor: Visitor, text: str) -> None:
    once = quote(text, safe="")
    for encoded, meant in ((once, text), (quote(once, safe=""), once)):
        page = visitor.open(f"/search?q={encoded}")
        typed = {" ".join(one.split()) for one in page.root.xpath("//input[@name='q']/@value")}
        assert " ".join(meant.split()) in typed
        assert "X-Probe" not in page.response.headers


def test_path_that_was_encoded_twice_names_nothing(
    visitor: Visitor, signed_in: SignIn, cast: Cast, session: Session
) -> None:
    with transaction(session):
        report, _ = make_report(session, cast.kenya, by=cast.actors["amara"])
    member = signed_in(cast.dora)
    first = report.public_id[0]
    once = f"/reports/%{ord(first):02x}{report.public_id[1:]}"
    assert member.open(once).status == 200
    assert member.open(once.replace("%", "%25")).status == 404
    assert visitor.open("/static/%252e%252e/pyproject.toml").status == 404


def test_entities_of_a_text_are_decoded_once() -> None:
    html = render_markdown("&lt;b&gt; and &amp;lt;script&amp;gt;")
    assert html.strip() == "<p>&lt;b&gt; and &amp;lt;script&amp;gt;</p>"


def test_address_to_go_back_to_is_decoded_once(visitor: Visitor) -> None:
    page = visitor.open("/login?next=%252Fdrafts")
    assert page.form_to("/login")["next"] == ["%2Fdrafts"]
