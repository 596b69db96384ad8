"""The digest as mail, read back from its bytes, and the link that stops it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from lxml import html
from sqlalchemy import select

from osac_share.delivery.models import Delivery
from osac_share.delivery.policy.digests import (
    MOST_WRITTEN_OUT,
)
from osac_share.kernel.db import transaction
from osac_share.subscriptions.models import WEEKLY, Subscription
from tests.support.alerting import TITLE, Alert, Newsroom
from tests.support.digesting import Desk, ledger, reader

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.kernel.mail import SavedMail
    from osac_share.reports.models import Edition
    from osac_share.settings import Settings

pytestmark = pytest.mark.one_database

ONE = "one@example.org"
SEVEN = datetime(2026, 3, 3, 4, 0, tzinfo=UTC)


@pytest.fixture
def newsroom(session: Session, at: datetime) -> Newsroom:
    with transaction(session):
        return Newsroom(session, at)


@pytest.fixture
def desk(engine: Engine, settings: Settings) -> Desk:
    return Desk(engine, settings)


@pytest.fixture
def wish(newsroom: Newsroom) -> Subscription:
    with transaction(newsroom.session):
        return reader(newsroom, ONE, places=[])


def publish(newsroom: Newsroom, desk: Desk, **words: object) -> Edition:
    with transaction(newsroom.session):
        edition = newsroom.publish(Alert(**words))  # type: ignore[arg-type]
    desk.match(edition, newsroom.at)
    return edition


def update(newsroom: Newsroom, desk: Desk, edition: Edition, **how: str) -> Edition:
    with transaction(newsroom.session):
        later = newsroom.update(edition.report, **how)
    desk.match(later, newsroom.at)
    return later


def digest(desk: Desk) -> SavedMail:
    desk.round(SEVEN)
    [mail] = desk.mails(ONE)
    return mail


def shown(mail: SavedMail) -> str:
    assert mail.html is not None
    return " ".join(html.document_fromstring(mail.html).text_content().split())


def test_reports_stand_by_region_and_country_and_each_only_once(
    newsroom: Newsroom, desk: Desk, wish: Subscription
) -> None:
    publish(newsroom, desk, title="Floods", places=[("UG", "Gulu"), ("KE", ""), ("BR", "")])
    publish(newsroom, desk, title="Strike", places=[("BR", "Recife")], severity="routine")
    publish(newsroom, desk, title="Fire", places=[("UG", "")], severity="routine")
    publish(newsroom, desk, title="March", places=[("KE", "Nairobi")])
    mail = digest(desk)
    text = mail.text.replace("\r\n", "\n")
    headings = ["WESTERN HEMISPHERE\n\nBrazil\n", "AFRICA\n\nKenya\n", "\nUganda\n"]
    order = [*headings[:1], "Strike", headings[1], "March", headings[2], "Floods", "Fire"]
    assert sorted(order, key=text.index) == order
    assert "Security. TLP:GREEN. Gulu; also in Kenya and Brazil." in text
    assert (
        mail.subject == "[TLP:GREEN] Daily digest, 3 Mar 2026: 4 reports, Brazil, Kenya and Uganda"
    )
    for title in ("Floods", "Strike", "Fire", "March"):
        assert text.count(f"Alert: {title}") == shown(mail).count(f"Alert: {title}") == 1
    assert html.document_fromstring(mail.html or "").xpath("//h2/text()") == [
        "Western Hemisphere",
        "Africa",
    ]


def test_edition_that_was_superseded_in_the_same_digest_appears_once_as_its_newest(
    newsroom: Newsroom, desk: Desk, wish: Subscription
) -> None:
    edition = publish(newsroom, desk)
    update(newsroom, desk, edition)
    update(newsroom, desk, edition, outcome="all_clear")
    mail = digest(desk)
    assert mail.text.count(f"/reports/{edition.report.public_id}") == 1
    assert f"ALL CLEAR: Demonstration Alert: {TITLE}" in mail.text
    assert "All clear. What this warned of is over. TLP:GREEN. Nairobi (lifted)" in mail.text
    assert "2 updates." in mail.text
    assert {row[0] for row in ledger(newsroom.session, ONE)} == {"accepted"}


def test_highest_marking_is_that_of_the_whole_and_each_report_has_its_own(
    newsroom: Newsroom, desk: Desk, wish: Subscription
) -> None:
    with transaction(newsroom.session):
        named = [f"person:{wish.person_id}"]
    publish(newsroom, desk, title="Open", marking="CLEAR")
    publish(newsroom, desk, title="Closed", marking="AMBER", addressees=named)
    mail = digest(desk)
    assert mail.subject.startswith("[TLP:AMBER] ")
    assert dict(mail.headers)["X-OSAC-Marking"] == "TLP:AMBER"
    assert mail.text.split()[0] == mail.text.split()[-1] == "TLP:AMBER"
    for line in ("Security. TLP:CLEAR.", "Security. TLP:AMBER.", "TLP:AMBER: May be shared"):
        assert line in mail.text


@pytest.mark.parametrize("marking", ["AMBER_STRICT", "RED"])
def test_what_must_not_travel_is_only_said_to_be_waiting(
    newsroom: Newsroom, desk: Desk, wish: Subscription, marking: str
) -> None:
    secret = publish(
        newsroom,
        desk,
        title="Zebra depot",
        marking=marking,
        places=[("KE", "Kisumu")],
        addressees=[f"person:{wish.person_id}"],
    )
    mail = digest(desk)
    everything = mail.subject + mail.text + (mail.html or "") + str(mail.headers)
    for hidden in ("Zebra", "Kenya", "Kisumu", "Africa", "Security", "Nairobi", "Avoid"):
        assert hidden not in everything
    assert mail.subject.endswith("Daily digest, 3 Mar 2026: 1 report")
    assert "A new report is waiting for you" in mail.text
    assert f"/reports/{secret.report.public_id}" in mail.text


def test_edition_that_was_superseded_neither_marks_the_digest_nor_tells_of_a_withheld_one(
    newsroom: Newsroom, desk: Desk, wish: Subscription
) -> None:
    opened = publish(newsroom, desk, marking="CLEAR", places=[("KE", "Kisumu")])
    with transaction(newsroom.session) as session:
        named = newsroom.next_edition(opened.report, marking="RED")
        named.addressees = [f"person:{wish.person_id}"]
        session.flush()
        newsroom.release(named)
    desk.match(named, newsroom.at)
    mail = digest(desk)
    assert mail.subject == "[TLP:RED] Daily digest, 3 Mar 2026: 1 report"
    assert "TLP:CLEAR" not in mail.text
    assert "You get this because you asked for a daily digest." in mail.text


def test_drill_is_marked_where_it_stands(
    newsroom: Newsroom, desk: Desk, wish: Subscription
) -> None:
    with transaction(newsroom.session):
        draft = newsroom.draft()
        draft.report.is_exercise = True
        newsroom.release(draft)
    desk.match(draft, newsroom.at)
    mail = digest(desk)
    assert mail.subject.startswith("[TLP:GREEN] EXERCISE: Daily digest")
    assert f"- EXERCISE: Demonstration Alert: {TITLE}" in mail.text
    assert mail.text.count("This is a drill.") == shown(mail).count("This is a drill.") == 1


def test_hostile_words_stay_words(newsroom: Newsroom, desk: Desk, wish: Subscription) -> None:
    hostile = '=?utf-8?q?A=0D=0ABcc:_evil@x?= <script>alert(1)</script>"&\u202e'
    publish(newsroom, desk, title=hostile)
    mail = digest(desk)
    assert "Bcc" not in dict(mail.headers)
    page = html.document_fromstring(mail.html or "")
    assert not page.xpath("//script | //img")
    assert "<script>alert(1)</script>" in page.text_content()


def test_digest_writes_out_a_bounded_number_and_counts_the_rest(
    newsroom: Newsroom, desk: Desk, wish: Subscription
) -> None:
    publish(newsroom, desk)
    with transaction(newsroom.session) as session:
        # The rest is matched by copies of the row: what counts here is their number.
        first = session.scalars(select(Delivery)).one()
        for number in range(MOST_WRITTEN_OUT + 1):
            edition = newsroom.publish(Alert(title=f"Alert number {number}"))
            session.add(
                Delivery(
                    edition_id=edition.id,
                    person_id=first.person_id,
                    channel=first.channel,
                    purpose=first.purpose,
                    subscription_id=first.subscription_id,
                    state=first.state,
                    held_for=first.held_for,
                    urgency=first.urgency,
                    matched_at=first.matched_at,
                    available_at=first.available_at,
                )
            )
    mail = digest(desk)
    assert ": 102 reports, Kenya" in mail.subject
    assert mail.text.count("http://share.example.org/reports/") == MOST_WRITTEN_OUT
    assert "And 2 more on OSAC Share:" in mail.text
    assert {row[0] for row in ledger(newsroom.session, ONE)} == {"accepted"}


def test_reason_names_the_wishes(newsroom: Newsroom, desk: Desk, wish: Subscription) -> None:
    publish(newsroom, desk)
    assert "You get this daily digest because you subscribed to any country" in digest(desk).text


def test_digest_of_a_week_says_so(newsroom: Newsroom, desk: Desk) -> None:
    with transaction(newsroom.session):
        reader(newsroom, ONE, frequency=WEEKLY)
    publish(newsroom, desk)
    desk.round(SEVEN + timedelta(days=6))
    [mail] = desk.mails(ONE)
    assert "You get this weekly digest because" in mail.text
