"""The page that tells whether something is genuine, and nothing else."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import KeySet
from lxml import etree
from pypdf import PdfReader

from osac_share.cap.actions import disown, renew
from osac_share.cap.models import SigningCertificate
from osac_share.delivery.messages import Letters
from osac_share.kernel.checking import ALPHABET, check_code, is_code_of, number_in
from osac_share.kernel.db import transaction
from osac_share.kernel.mail import opened
from osac_share.kernel.signatures import make_key, sign
from osac_share.reports.models import ALL_CLEAR
from osac_share.worker import Worker
from tests.support.machines.desk import WORDS

if TYPE_CHECKING:
    from datetime import datetime

    from flask.testing import FlaskClient
    from sqlalchemy import Engine
    from time_machine import Traveller

    from osac_share.reports.models import Report
    from osac_share.settings import Settings
    from tests.support.cast import Cast, SignIn
    from tests.support.machines.desk import Desk
    from tests.support.pages import Visitor

SECRET = "a key that only the tests know and nobody else"
GREEN = replace(WORDS, marking="GREEN", title="zqtitlezq", summary="zqsummaryzq")
GENUINE, REPLACED, OVER = "Genuine, and it holds", "Genuine, but replaced", "Genuine, but over"
ALERT = "<alert xmlns='urn:oasis:names:tc:emergency:cap:1.2'>"
NOT_GENUINE = "Not genuine, as far as we can tell"


def code_of(report: Report, number: int = 1) -> str:
    edition = report.editions[number - 1]
    return check_code(SECRET, edition.id, edition.text_digest)


def asked(visitor: Visitor, code: str) -> str:
    return heading(visitor.open(f"/verify?code={code}").root)


def pasted(visitor: Visitor, said: str) -> str:
    return heading(visitor.submit("/verify", to="/verify", said=said).root)


def heading(root: object) -> str:
    return " ".join(root.xpath("string(//h1)").split())  # type: ignore[attr-defined]


def test_code_is_genuine_until_it_is_replaced_and_over(desk: Desk, visitor: Visitor) -> None:
    report = desk.publish()
    first = code_of(report)
    assert asked(visitor, first) == GENUINE
    assert asked(visitor, first.lower().replace("-", " ").replace("0", "o")) == GENUINE
    desk.update(report)
    assert (asked(visitor, first), asked(visitor, code_of(report, 2))) == (REPLACED, GENUINE)
    desk.end(report, ALL_CLEAR)
    assert asked(visitor, code_of(report, 2)) == REPLACED
    assert asked(visitor, code_of(report, 3)) == GENUINE
    assert "our last word" in visitor.open(f"/verify?code={code_of(report, 3)}").text


def test_code_of_what_ran_out_is_over_before_any_clock_has_rung(
    desk: Desk, visitor: Visitor, clock: Traveller, at: datetime
) -> None:
    report = desk.publish()
    clock.move_to(at + timedelta(days=8))
    assert asked(visitor, code_of(report)) == OVER


def test_holder_of_a_hidden_text_learns_that_it_is_genuine_and_not_a_word_more(
    desk: Desk, visitor: Visitor, signed_in: SignIn, cast: Cast
) -> None:
    report = desk.publish(GREEN)
    other = desk.publish(replace(GREEN, title="zqothertitlezq"))
    desk.update(other, GREEN)
    for one, expected in ((report, GENUINE), (other, REPLACED)):
        page = visitor.open(f"/verify?code={code_of(one)}")
        assert heading(page.root) == expected
        assert "zq" not in page.text
        assert one.public_id not in page.response.get_data(as_text=True)
        assert not page.root.xpath("//dl")
    member = signed_in(cast.dora)
    assert "zqtitlezq" in member.open(f"/verify?code={code_of(report)}").text


def test_address_of_what_is_hidden_is_like_one_of_nothing(desk: Desk, visitor: Visitor) -> None:
    hidden, public = desk.publish(GREEN), desk.publish()
    site = "http://share.example.org"
    answers = []
    for public_id in (hidden.public_id, "a" * 20):
        page = visitor.submit("/verify", to="/verify", said=f"{site}/reports/{public_id}")
        answers.append(page.text.replace(public_id, ""))
    assert answers[0] == answers[1]
    assert NOT_GENUINE in answers[0]
    for path in (f"/reports/{public.public_id}", f"/cap/{public.public_id}/1.xml"):
        assert pasted(visitor, site + path) == "The address is ours, and it holds"
    assert pasted(visitor, f"{site}/verify?code={code_of(hidden)}") == GENUINE


@pytest.mark.one_database
@pytest.mark.parametrize(
    "said",
    [
        "http://share.example.org.evil.example/reports/{}",
        "http://share.example.org@evil.example/reports/{}",
        "http://evil.example/reports/{}",
        "javascript://share.example.org/reports/{}",
        "http://[::1/reports/{}",
        "http://share.example.org:81/reports/{}",
    ],
)
def test_address_elsewhere_is_never_ours(desk: Desk, visitor: Visitor, said: str) -> None:
    assert pasted(visitor, said.format(desk.publish().public_id)) == NOT_GENUINE


def test_message_is_genuine_while_nothing_in_it_was_changed(
    desk: Desk, visitor: Visitor, client: FlaskClient
) -> None:
    report = desk.publish()
    document = client.get(f"/cap/{report.public_id}/1.xml").text
    assert pasted(visitor, document) == GENUINE
    assert pasted(visitor, document.replace("\n", "\r\n")) == GENUINE
    assert pasted(visitor, document.replace("Roads", "Doors")) == NOT_GENUINE
    bare = re.sub("(?s)<ds:Signature.*</ds:Signature>", "", document)
    assert pasted(visitor, bare) == NOT_GENUINE
    desk.update(report)
    assert pasted(visitor, document) == REPLACED


def test_words_wrapped_around_a_genuine_message_are_not_believed(
    desk: Desk, visitor: Visitor, client: FlaskClient
) -> None:
    document = client.get(f"/cap/{desk.publish().public_id}/1.xml").text.partition("?>")[2].strip()
    signature = document[document.index("<ds:Signature") : document.index("</alert>")]
    wrapped = f"{ALERT}<note>{document}</note>{signature}</alert>"
    assert pasted(visitor, wrapped) == NOT_GENUINE


def test_message_signed_by_somebody_else_is_not_ours(
    desk: Desk, visitor: Visitor, client: FlaskClient, at: datetime
) -> None:
    document = client.get(f"/cap/{desk.publish().public_id}/1.xml").data
    root = etree.fromstring(document)
    root.remove(root[-1])
    forged = etree.tostring(sign(root, make_key("share.example.org", at=at))).decode()
    assert pasted(visitor, forged) == NOT_GENUINE


def test_renewed_key_leaves_what_was_signed_genuine_and_a_disowned_one_does_not(
    desk: Desk, visitor: Visitor, client: FlaskClient, settings: Settings, at: datetime
) -> None:
    report = desk.publish()
    document = client.get(f"/cap/{report.public_id}/1.xml").text
    with transaction(desk.session) as session:
        renew(session, settings.signing_file, settings.public.url, at=at + timedelta(1))
    assert pasted(visitor, document) == GENUINE
    keys = KeySet.import_key_set(json.loads(client.get("/verify/keys.json").data))
    assert len(keys.keys) == client.get("/verify/certificates.pem").data.count(b"BEGIN") == 2
    signed_by = desk.messages(report)[0].signed_by
    with transaction(desk.session) as session:
        disown(session, signed_by[:12], at=at)
    assert pasted(visitor, document) == NOT_GENUINE
    assert client.get("/verify/certificates.pem").data.count(b"BEGIN") == 1
    kept = desk.session.get_one(SigningCertificate, signed_by)
    assert kept.disowned_at == at


def test_private_key_stays_with_its_owner_and_out_of_every_answer(
    desk: Desk, client: FlaskClient, settings: Settings
) -> None:
    desk.publish()
    assert settings.signing_file.stat().st_mode & 0o077 == 0
    secret = settings.signing_file.read_text().splitlines()[1]
    for path in ("/verify", "/verify/keys.json", "/verify/certificates.pem", "/feeds/cap.atom"):
        assert secret not in client.get(path).text
    assert b'"d"' not in client.get("/verify/keys.json").data


def test_guessing_ends_after_some_tries_and_right_codes_count_for_nothing(
    desk: Desk, visitor: Visitor
) -> None:
    right = code_of(desk.publish())
    for _ in range(40):
        assert asked(visitor, right) == GENUINE
    wrong = right.translate(str.maketrans(ALPHABET, ALPHABET[1:] + ALPHABET[0]))
    answers = [visitor.open(f"/verify?code={wrong}").status for _ in range(31)]
    assert answers[-1] == 429
    assert set(answers[:-1]) == {200}


def test_mail_feed_and_paper_bring_their_code_along(
    desk: Desk, client: FlaskClient, settings: Settings
) -> None:
    report = desk.publish()
    link = f"http://share.example.org/verify?code={code_of(report)}"
    for kind in ("atom", "rss", "json"):
        assert client.get(f"/feeds/reports.{kind}").text.count(code_of(report)) == 2
    (item,) = json.loads(client.get("/feeds/reports.json").data)["items"]
    assert item["_osac"]["check"] == link
    pages = PdfReader(io.BytesIO(client.get(f"/reports/{report.public_id}.pdf").data)).pages
    assert code_of(report) in "".join(page.extract_text() for page in pages)
    letters, edition = Letters(settings), report.editions[0]
    envelope = letters.address(
        edition, "a@example.org", delivery_id=1, subscription="x", subscription_words="Kenya"
    )
    letter = opened(envelope)
    assert link in letter.text
    assert link in (letter.html or "")


@pytest.mark.one_database
@pytest.mark.parametrize(
    "said",
    [
        "<alert" * 3000,
        f"<!DOCTYPE a [<!ENTITY a 'b'>]>{ALERT}&a;</alert>",
        ALERT + "<a>" * 2000,
        f"{ALERT}<Signature xmlns='http://www.w3.org/2000/09/xmldsig#'/></alert>",
        "\x00\ud800\u202e",
        "٣" * 20,
        "http://" + "a" * 5000,
        "",
        " ",
    ],
)
def test_whatever_is_brought_is_answered(desk: Desk, visitor: Visitor, said: str) -> None:
    page = visitor.submit("/verify", to="/verify", said=said.encode("utf-8", "replace").decode())
    assert page.status == 200
    assert "Genuine, " not in page.text


@given(number=st.integers(0, 2**32 - 1), digest=st.text("0123456789abcdef", max_size=64))
def test_code_is_that_of_its_text_alone(number: int, digest: str) -> None:
    code = check_code(SECRET, number, digest)
    assert re.fullmatch("([0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}", code)
    assert number_in(SECRET, code) == number
    assert is_code_of(SECRET, code, number, digest)
    assert not is_code_of(SECRET, code, number, digest + "0")
    assert not is_code_of(SECRET[::-1], code, number, digest)
    assert number_in(SECRET, "Z" * 20) is None


def test_worker_issues_what_is_new_and_catches_up_with_what_lacks_it(
    desk: Desk, settings: Settings, engine: Engine, clock: Traveller
) -> None:
    report = desk.publish()
    with transaction(desk.session) as session:
        for message in desk.messages(report):
            session.delete(message)
    with Worker(settings, engine) as worker:
        worker.drain()
    desk.session.expire_all()
    assert len(desk.messages(report)) == 1
