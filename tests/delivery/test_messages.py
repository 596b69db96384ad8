"""The mail itself, read back from its bytes by the standard library."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest
from lxml import html

from osac_share.delivery.messages import Letters
from osac_share.delivery.policy import subscription_named_by
from osac_share.kernel.db import transaction
from osac_share.reports import actions
from osac_share.settings import load_settings
from osac_share.subscriptions.documents import describe
from tests.support.alerting import SECTIONS, TITLE, Alert, Newsroom

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.reports.models import Edition
    from osac_share.settings import Settings

pytestmark = pytest.mark.one_database

PERSONAL = {"delivery_id": 7, "subscription": "abcdefghjkmnpqrstuvw"}


@pytest.fixture
def newsroom(session: Session, at: datetime) -> Iterator[Newsroom]:
    with transaction(session):
        yield Newsroom(session, at)


@pytest.fixture
def letters(settings: Settings) -> Letters:
    return Letters(settings)


def read(letters: Letters, edition: Edition, words: str = "Kenya, any topic") -> EmailMessage:
    envelope = letters.address(
        edition,
        "reader@example.org",
        delivery_id=7,
        subscription="abcdefghjkmnpqrstuvw",
        subscription_words=words,
    )
    return message_from_bytes(envelope.content, _class=EmailMessage, policy=policy.default)


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    content = body.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n")


def test_subject_has_marking_kind_and_title(letters: Letters, newsroom: Newsroom) -> None:
    message = read(letters, newsroom.publish())
    assert message["Subject"] == f"[TLP:GREEN] Demonstration Alert: {TITLE}"


def test_both_parts_say_all_that_a_reader_needs(letters: Letters, newsroom: Newsroom) -> None:
    edition = newsroom.publish(Alert(lasts=timedelta(hours=30)))
    message = read(letters, edition)
    assert message.get_content_type() == "multipart/alternative"
    shown = html.document_fromstring(part(message, "html"))
    for words in (part(message, "plain"), " ".join(shown.text_content().split())):
        for said in (
            "TLP:GREEN",
            TITLE,
            "Nairobi, Kenya; Uganda",
            "3 Mar 2026, 18:30 Nairobi time (15:30 UTC)",
            "Avoid the area.",
            "Demonstration Alert",
            "Every member may see this, and so may program staff.",
            "Community: OSAC members.",
            "You get this because you subscribed to Kenya, any topic.",
        ):
            assert said in words


def test_what_to_do_comes_before_what_happened(letters: Letters, newsroom: Newsroom) -> None:
    message = read(letters, newsroom.publish())
    for kind in ("plain", "html"):
        body = part(message, kind)
        assert body.index("Avoid the area") < body.index("A march is expected")


def test_plain_part_is_composed_and_not_scraped(letters: Letters, newsroom: Newsroom) -> None:
    body = part(read(letters, newsroom.publish()), "plain")
    assert body.startswith(f"TLP:GREEN\n\nSECURITY\nDemonstration Alert: {TITLE}\n\nWhere: ")
    assert "ACTIONS TO TAKE\n\n- Avoid the area.\n- Monitor local media.\n" in body
    assert "**" not in body
    assert "<" not in body
    assert "\n\n\n" not in body


def test_html_part_carries_its_styles_and_loads_nothing(
    letters: Letters, newsroom: Newsroom
) -> None:
    page = html.document_fromstring(part(read(letters, newsroom.publish()), "html"))
    assert page.xpath("//h1/@style")
    assert "prefers-color-scheme: dark" in page.xpath("string(//style)")
    assert not page.xpath("//img | //script | //link | //iframe")
    assert {address.split(":")[0] for address in page.xpath("//a/@href")} <= {"http", "https"}


def test_one_click_unsubscribe_is_announced_as_rfc_8058_wants(
    letters: Letters, newsroom: Newsroom, settings: Settings
) -> None:
    message = read(letters, newsroom.publish())
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = str(message["List-Unsubscribe"]).strip("<>")
    assert address in part(message, "plain")
    token = address.removeprefix("http://share.example.org/unsubscribe/")
    named = subscription_named_by(settings.require_secret(), token)
    assert named == PERSONAL["subscription"]


def test_repeat_of_a_delivery_has_the_same_bytes(settings: Settings, newsroom: Newsroom) -> None:
    edition = newsroom.publish()
    first, again = (read(Letters(settings), edition) for _ in range(2))
    assert first["Message-ID"] == again["Message-ID"]
    assert part(first, "html") == part(again, "html")


def test_message_ids_of_another_installation_cannot_be_guessed(
    environment: dict[str, str], letters: Letters, newsroom: Newsroom
) -> None:
    edition = newsroom.publish()
    foreign = load_settings(environment | {"OSAC_SECRET_KEY": "another secret key, just as long"})
    assert read(Letters(foreign), edition)["Message-ID"] != read(letters, edition)["Message-ID"]


def test_mails_about_one_report_form_a_thread(letters: Letters, newsroom: Newsroom) -> None:
    edition, other = newsroom.publish(), newsroom.publish()
    assert read(letters, edition)["References"] != read(letters, other)["References"]
    assert edition.report.public_id in read(letters, edition)["References"]


@pytest.mark.parametrize("marking", ["AMBER_STRICT", "RED"])
def test_strictly_marked_report_sends_nothing_of_its_words(
    marking: str, letters: Letters, newsroom: Newsroom
) -> None:
    named = newsroom.member("named@example.org")
    edition = newsroom.publish(Alert(marking=marking, addressees=[f"person:{named.id}"]))
    message = read(letters, edition, words="Kenya, civil unrest")
    assert message["Subject"].endswith("A new report is waiting for you")
    everything = message.as_string() + part(message, "plain") + part(message, "html")
    for hidden in (TITLE, "Kenya", "Nairobi", "civil", "Security", "Avoid", "march"):
        assert hidden not in everything
    assert f"/reports/{edition.report.public_id}" in part(message, "plain")


def test_hostile_words_stay_words(letters: Letters, newsroom: Newsroom) -> None:
    hostile = '=?utf-8?q?A=0D=0ABcc:_evil@x?= <script>alert(1)</script>"&'
    edition = newsroom.publish(
        Alert(title=hostile, sections=SECTIONS | {"Event": "<img src=x onerror=y>"})
    )
    message = read(letters, edition, words="<b>Kenya</b>")
    assert message["Bcc"] is None
    page = html.document_fromstring(part(message, "html"))
    assert not page.xpath("//script | //img | //*[@onerror]")
    assert "<b>Kenya</b>" in page.text_content()


def test_update_says_what_changed(letters: Letters, newsroom: Newsroom) -> None:
    report = newsroom.publish().report
    message = read(letters, newsroom.update(report, lift="UG", event="The march is over."))
    assert message["Subject"] == f"[TLP:GREEN] Demonstration Alert Update 1: {TITLE}"
    for kind in ("plain", "html"):
        words = " ".join(part(message, kind).split())
        for said in ("Uganda is quiet again.", "1 section changed: Event. Uganda: lifted."):
            assert said in words
    assert "Where: Nairobi, Kenya; Uganda (lifted)" in part(message, "plain")


def test_update_for_people_who_never_saw_the_earlier_edition_tells_nothing_of_it(
    letters: Letters, newsroom: Newsroom
) -> None:
    report = newsroom.publish(Alert(marking="AMBER")).report
    body = part(read(letters, newsroom.update(report, marking="GREEN", lift="UG")), "plain")
    assert "What changed: Uganda is quiet again." in body
    assert "section" not in body
    assert "Uganda: lifted" not in body


def test_update_of_what_all_saw_may_go_to_fewer(letters: Letters, newsroom: Newsroom) -> None:
    report = newsroom.publish(Alert(marking="CLEAR")).report
    body = part(read(letters, newsroom.update(report, marking="GREEN", lift="UG")), "plain")
    assert "Changes: Uganda: lifted. Marking: TLP:GREEN, was TLP:CLEAR." in body


@pytest.mark.parametrize(
    ("outcome", "word", "sentence"),
    [
        ("all_clear", "All clear", "What this warned of is over."),
        ("cancelled", "Canceled", "What this said does not hold."),
    ],
)
def test_end_of_a_report_is_the_first_thing_its_mail_says(
    letters: Letters, newsroom: Newsroom, outcome: str, word: str, sentence: str
) -> None:
    report = newsroom.publish().report
    message = read(letters, newsroom.update(report, outcome=outcome))
    assert message["Subject"] == f"[TLP:GREEN] {word.upper()}: Demonstration Alert: {TITLE}"
    assert part(message, "plain").startswith(f"TLP:GREEN\n\n{word.upper()}. {sentence}\n")
    lifted = "Nairobi, Kenya (lifted); Uganda (lifted)" in part(message, "plain")
    assert lifted == (outcome == "all_clear")


def test_withdrawal_tells_why_and_repeats_nothing(letters: Letters, newsroom: Newsroom) -> None:
    report = newsroom.publish().report
    tombstone = actions.withdraw(
        newsroom.session, report, by=newsroom.chair, at=newsroom.at, because="It was not so."
    )
    message = read(letters, tombstone)
    assert message["Subject"].startswith("[TLP:GREEN] WITHDRAWN: ")
    body = part(message, "plain")
    assert body.startswith("TLP:GREEN\n\nWITHDRAWN. Do not rely on what you were sent.\n")
    assert "Why: It was not so." in body
    for gone in ("Avoid the area", "A march is expected", "Changes:"):
        assert gone not in message.as_string() + body


@pytest.mark.parametrize("marking", ["GREEN", "RED"])
def test_drill_says_so_at_the_top_and_at_the_bottom(
    letters: Letters, newsroom: Newsroom, marking: str
) -> None:
    named = newsroom.member("named@example.org")
    people = [f"person:{named.id}"] if marking == "RED" else []
    edition = newsroom.publish(Alert(marking=marking, addressees=people))
    edition.report.is_exercise = True
    message = read(letters, edition)
    assert message["Subject"].startswith(f"[TLP:{marking}] EXERCISE: ")
    for kind in ("plain", "html"):
        body = part(message, kind)
        assert body.count("This is a drill.") == 2
        assert body.index("EXERCISE") < body.index("waiting" if marking == "RED" else TITLE)
        assert body.rindex("This is a drill.") > body.index("unsubscribe")


def test_relayed_mail_says_whose_words_these_are(letters: Letters, newsroom: Newsroom) -> None:
    edition = newsroom.publish(Alert(title="Security Alert Update 7: Oslo (Norway), curfew"))
    edition.report.origin, edition.report.issuer = "embassy_relay", "U.S. Embassy in Oslo"
    message = read(letters, edition)
    assert message["Subject"] == "[TLP:GREEN] Security Alert Update 7: Oslo (Norway), curfew"
    assert "From: U.S. Embassy in Oslo" in part(message, "plain")
    assert "OSAC does not issue alerts" in part(message, "plain")


def test_subscription_is_described_in_words(newsroom: Newsroom) -> None:
    some = newsroom.subscriber("some@example.org", countries=["UG", "KE"], min_severity="security")
    assert describe(some) == "Kenya and Uganda, any topic, security and above"
    grave = newsroom.subscriber("grave@example.org", countries=[], min_severity="emergency")
    assert describe(grave) == "any country, any topic, emergency only"
    many = newsroom.subscriber(
        "many@example.org", countries=["KE", "UG", "TZ", "RW", "BI", "ET", "SO", "SD"]
    )
    assert describe(many).endswith("and 3 more places, any topic, any severity")
