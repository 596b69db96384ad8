"""What a council is called is a setting, and holds on every page, in mail and in feeds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from osac_share.councils.models import Council
from osac_share.delivery.messages import Letters
from osac_share.demo.documents import archive
from osac_share.feeds.documents import Publisher
from osac_share.feeds.documents.news import _sight
from osac_share.taxonomy.queries import in_label
from tests.support.crawl import every_page
from tests.support.factories import Words, make_report

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.settings import Settings
    from tests.support.cast import Cast
    from tests.support.pages import Document, Visitor

WALKERS = ("chair@example.org", "admin@example.org", "contact@example.org", "stranger")
OURS = (
    "//header | //nav | //footer//p[not(@class='when-printed')] | //title | //h1 | //h2 | //h3"
    "| //label | //legend | //*[contains(@class, 'usa-hint')] | //th | //dt | //caption"
    "| //button | //p[@class='lead'] | //*[@role='alert'] | //aside//p"
)
"""Where a page speaks in our own words, beside what people wrote."""


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    return environment | {"OSAC_SITE_COUNCIL_LABEL": "Chapter"}


@pytest.mark.slow
def test_no_page_says_council_where_the_label_is_chapter(
    session: Session, residents: dict[str, Visitor]
) -> None:
    written = [words for one in session.query(Council) for words in (one.name, one.about)]
    written += [report.title for report in archive().reports]
    said: set[str] = set()
    for who in WALKERS:
        for path, page in every_page(residents[who].client):
            # What programs say is the same everywhere.
            if path.startswith("/api"):
                continue
            said |= {f"{path} for {who}: {words}" for words in ours(page, written)}
    assert not said, "\n".join(sorted(said))


def ours(page: Document, written: list[str]) -> list[str]:
    found = page.texts(OURS) + [str(words) for words in page.root.xpath("//@aria-label")]
    for one in sorted(written, key=len, reverse=True):
        found = [words.replace(one, "") for words in found]
    return [words for words in found if "council" in words.lower()]


def test_label_is_found_in_the_head_of_pages(residents: dict[str, Visitor]) -> None:
    front = residents["stranger"].open("/")
    assert front.links()["Chapters"] == "/councils"
    assert residents["stranger"].open("/councils").title == "Chapters"


@pytest.mark.one_database
def test_mail_and_feeds_say_chapter_and_leave_names_alone(
    session: Session, cast: Cast, settings: Settings, at: datetime
) -> None:
    by = cast.actors["amara"]
    report, edition = make_report(session, cast.kenya, by=by, words=Words(marking="AMBER"), at=at)
    envelope = Letters(settings).address(
        edition,
        "dora@example.org",
        delivery_id=1,
        subscription="abcdefghjkmnpqrstuvw",
        subscription_words="Kenya Country Council",
    )
    mail = envelope.content.decode()
    assert "the Kenya chapter" in " ".join(mail.split())
    assert "the Kenya council" not in " ".join(mail.split())
    publisher = Publisher("OSAC Share", "https://share.example.org", "Chapter")
    assert "the Kenya chapter" in _sight(report, edition, {}, publisher)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            "Members of the Kenya council may see this.",
            "Members of the Kenya chapter may see this.",
        ),
        ("Council contact", "Chapter contact"),
        ("The chair of Kenya Country Council", "The chair of Kenya Country Council"),
    ],
)
def test_words_of_ours_take_the_label_and_names_keep_theirs(words: str, said: str) -> None:
    assert in_label(words, "Chapter") == said
    assert in_label(words, "Council") == words
