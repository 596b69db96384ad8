from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from lxml import etree
from sqlalchemy import select

from osac_share.accounts.policy.attempts import FOUND, LIMITS
from osac_share.kernel.db import transaction
from osac_share.letters.models import Letter
from osac_share.tokens.models import AccessToken
from osac_share.tokens.policy import kind_of, tokens_in
from tests.support.factories import Words, make_report
from tests.support.tokens import HERE, basic, make_api_token, make_feed_token

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Flask
    from sqlalchemy.orm import Session
    from time_machine import Traveller

    from osac_share.settings import Settings
    from tests.support.cast import Cast, SignIn
    from tests.support.pages import Document, Visitor

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.one_database]

TOKENS = "/account/tokens"


def shown_on(page: Document) -> dict[str, str]:
    """Return what a page offers to be copied, by its label."""
    return {
        label: str(page.root.xpath("string(//input[@id=$id]/@value)", id=str(field)))
        for label, field in zip(
            page.texts("//label[@for]"), page.root.xpath("//label/@for"), strict=True
        )
        if page.root.xpath("//input[@id=$id][@readonly]", id=str(field))
    }


def test_member_makes_a_private_feed_from_a_country_page(
    app: Flask, signed_in: SignIn, session: Session, cast: Cast, at: datetime
) -> None:
    with transaction(session):
        make_report(session, cast.kenya, by=cast.actors["amara"], words=Words(), at=at)
    dora = signed_in(cast.dora)
    form = dora.open("/countries/KE").links()["Make this a private feed"]
    assert dora.open(form).form_to(urlsplit(form).path)["about"] == ["countries/KE"]
    made = dora.submit(form, to=urlsplit(form).path, label="Reader on my phone")
    assert (made.status, made.title) == (200, "Copy it now")
    assert made.response.headers["Cache-Control"] == "private, no-store"
    copied = shown_on(made)
    reader = app.test_client()
    for name in ("Atom", "RSS", "JSON Feed"):
        answer = reader.get(urlsplit(copied[name]).path)
        assert (answer.status_code, Words().title in answer.text) == (200, True)
    assert kind_of(copied["Password"]) == "feed"
    plain = urlsplit(copied["Address"]).path
    header = {"Authorization": basic(copied["Password"])}
    assert reader.get(plain, headers=header).status_code == 200
    assert not [link for link in made.links().values() if tokens_in(link)]
    listed = dora.open(TOKENS)
    assert "Reader on my phone: Kenya" in listed.text
    assert f"…{copied['Password'][-4:]}" in listed.text
    assert not tokens_in(listed.response.text)


@pytest.mark.parametrize(
    ("page", "about", "chosen"),
    [
        ("/topics/crime", "topics/crime", {}),
        ("/councils/kenya", "councils/kenya", {}),
        ("/reports", "reports", {}),
        (
            "/reports?country=KE&topic=crime&kind=alert&severity=emergency",
            "countries/KE",
            {"topics": "crime", "kinds": "alert", "severities": "emergency"},
        ),
    ],
)
def test_every_page_with_a_public_feed_leads_to_ones_own(
    signed_in: SignIn, cast: Cast, page: str, about: str, chosen: dict[str, str]
) -> None:
    dora = signed_in(cast.dora)
    form = dora.open(page).links()["Make this a private feed"]
    fields = dora.open(form).form_to(urlsplit(form).path)
    assert fields["about"] == [about]
    for name in ("topics", "kinds", "severities"):
        assert fields[name] == [chosen.get(name, "")]


def test_strangers_are_not_offered_a_private_feed(visitor: Visitor, cast: Cast) -> None:
    for page in ("/countries/KE", "/topics/crime", "/councils/kenya", "/reports"):
        assert "Make this a private feed" not in visitor.open(page).links()


def test_a_narrowed_feed_says_to_what(signed_in: SignIn, session: Session, cast: Cast) -> None:
    dora, form = signed_in(cast.dora), "/account/tokens/feeds/new"
    dora.submit(form, label="Reader", about="councils/kenya", severities="emergency")
    token = session.scalars(select(AccessToken)).one()
    assert token.feed == {
        "path": "councils/kenya",
        "severities": ["emergency"],
        "title": "Kenya, emergency",
    }
    wrong = dora.submit(form, label="Reader", about="countries/QQ")
    assert (wrong.status, wrong.title) == (422, "Make a private feed")


def test_somebody_who_belongs_nowhere_makes_no_feed(
    app: Flask, signed_in: SignIn, session: Session, cast: Cast, at: datetime
) -> None:
    gus = signed_in(cast.gus)
    with transaction(session):
        cast.gus.staff_roles = []
        for held in cast.gus.memberships:
            held.ended_at = at
    assert gus.open("/account/tokens/feeds/new").status == 403


def test_a_token_for_a_program_is_shown_once(
    app: Flask, signed_in: SignIn, session: Session, cast: Cast, at: datetime
) -> None:
    dora = signed_in(cast.dora)
    made = dora.submit("/account/tokens/new", label="Dashboard", days="90")
    shown = shown_on(made)["Token"]
    assert kind_of(shown) == "api"
    header = {"Authorization": f"Bearer {shown}"}
    assert app.test_client().get("/api/v1/me", headers=header).status_code == 200
    token = session.scalars(select(AccessToken)).one()
    assert token.expires_at == at + timedelta(days=90)
    assert dora.submit("/account/tokens/new", label=" ").status == 422
    assert dora.submit("/account/tokens/new", label="Dashboard", days="3650").status == 422


def test_making_and_rotating_ask_who_it_is_again_after_five_minutes(
    signed_in: SignIn,
    session: Session,
    cast: Cast,
    settings: Settings,
    at: datetime,
    clock: Traveller,
) -> None:
    token, _shown = make_feed_token(session, cast.dora, settings, at=at)
    dora = signed_in(cast.dora)
    csrf = dora.open(TOKENS).form_to(f"{TOKENS}/{token.public_id}/rotate")
    clock.shift(timedelta(minutes=6))
    for path in ("/account/tokens/new", "/account/tokens/feeds/new?about=countries/KE"):
        assert dora.open(path).response.location.startswith("/confirm?next=")
    answer = dora.client.post(f"{TOKENS}/{token.public_id}/rotate", data=csrf)
    assert answer.location.startswith("/confirm?next=")
    assert token.revoked_at is None
    revoked = dora.submit(TOKENS, to=f"{TOKENS}/{token.public_id}/revoke")
    assert revoked.status == 303


def test_owner_rotates_and_revokes(
    app: Flask, signed_in: SignIn, session: Session, cast: Cast, settings: Settings, at: datetime
) -> None:
    token, first = make_feed_token(session, cast.dora, settings, at=at)
    dora, reader = signed_in(cast.dora), app.test_client()
    made = dora.submit(TOKENS, to=f"{TOKENS}/{token.public_id}/rotate")
    second = shown_on(made)["Password"]
    assert reader.get(f"/feeds/private/{first}.atom").status_code == 410
    assert reader.get(f"/feeds/private/{second}.atom").status_code == 200
    new = session.scalars(select(AccessToken).where(AccessToken.last_four == second[-4:])).one()
    page = dora.submit(TOKENS, to=f"{TOKENS}/{new.public_id}/revoke", follow=True)
    assert "Revoked: Reader. It opens nothing any more." in page.text
    assert "replaced by a new one" in page.text
    assert "revoked by you" in page.text
    assert reader.get(f"/feeds/private/{second}.atom").status_code == 410


def test_nobody_touches_the_tokens_of_others(
    signed_in: SignIn, session: Session, cast: Cast, settings: Settings, at: datetime
) -> None:
    token, _shown = make_api_token(session, cast.dora, settings, at=at)
    for person in (cast.amara, cast.gus):
        visitor = signed_in(person)
        assert "Dashboard" not in visitor.open(TOKENS).text
        csrf = visitor.open("/account/tokens/new").form_to("/account/tokens/new")["csrf_token"]
        for act in ("rotate", "revoke"):
            path = f"{TOKENS}/{token.public_id}/{act}"
            assert visitor.client.post(path, data={"csrf_token": csrf}).status_code == 404
    session.expire_all()
    assert token.revoked_at is None


def test_last_use_is_noted_once_a_minute_and_shown(
    app: Flask,
    signed_in: SignIn,
    session: Session,
    cast: Cast,
    settings: Settings,
    at: datetime,
    clock: Traveller,
) -> None:
    token, shown = make_feed_token(session, cast.dora, settings, at=at)
    dora, reader = signed_in(cast.dora), app.test_client()
    assert "Never used yet." in dora.open(TOKENS).text
    noted = []
    for _poll in range(4):
        reader.get(f"/feeds/private/{shown}.atom")
        session.rollback()
        session.refresh(token)
        noted.append(token.last_used_at)
        clock.shift(timedelta(seconds=40))
    seconds = [(moment - at).total_seconds() for moment in noted if moment is not None]
    assert seconds == [0, 0, 80, 80]
    assert f"from {HERE}" in dora.open(TOKENS).text


def test_a_poll_from_a_new_network_writes_a_letter_to_the_owner(
    app: Flask, session: Session, cast: Cast, settings: Settings, at: datetime
) -> None:
    _token, shown = make_feed_token(session, cast.dora, settings, at=at)
    for address in (HERE, "203.0.113.5", "203.0.113.6"):
        app.test_client().get(
            f"/feeds/private/{shown}.atom", environ_overrides={"REMOTE_ADDR": address}
        )
    (letter,) = session.scalars(select(Letter)).all()
    assert (letter.purpose, letter.words["network"]) == ("token_new_network", "203.0.113.0/24")


def test_the_list_of_ones_feeds_holds_addresses_and_no_secret(
    app: Flask, signed_in: SignIn, session: Session, cast: Cast, settings: Settings, at: datetime
) -> None:
    token, shown = make_feed_token(session, cast.dora, settings, at=at)
    make_feed_token(session, cast.ben, settings, at=at)
    make_api_token(session, cast.dora, settings, at=at)
    answer = signed_in(cast.dora).client.get("/account/tokens/feeds.opml")
    assert answer.headers["Cache-Control"] == "private, no-store"
    root = etree.fromstring(answer.data, etree.XMLParser(recover=False, resolve_entities=False))
    (address,) = root.xpath("//outline[@type='rss']/@xmlUrl")
    assert address == f"http://share.example.org/feeds/private/{token.public_id}.atom"
    assert not tokens_in(answer.text)
    header = {"Authorization": basic(shown)}
    polled = app.test_client().get(urlsplit(str(address)).path, headers=header)
    assert polled.status_code == 200


def test_whoever_finds_a_token_ends_it_and_learns_nothing(
    app: Flask, visitor: Visitor, session: Session, cast: Cast, settings: Settings, at: datetime
) -> None:
    token, shown = make_feed_token(session, cast.dora, settings, at=at)
    answers = {
        visitor.submit("/revoke", text=text).text
        for text in ("nothing", f"see {shown}.atom", shown, "osacf_" + "0" * 36)
    }
    assert len(answers) == 1
    session.expire_all()
    assert (
        token.revoked_because,
        app.test_client().get(f"/feeds/private/{shown}.atom").status,
    ) == (
        "found",
        "410 GONE",
    )
    (letter,) = session.scalars(select(Letter)).all()
    assert (letter.purpose, letter.address) == ("token_found", cast.dora.email)
    assert visitor.submit("/revoke", text="").status == 422


def test_found_tokens_are_taken_only_so_often(visitor: Visitor, at: datetime) -> None:
    form = visitor.open("/revoke").form_to("/revoke") | {"text": ["nothing"]}
    most = LIMITS[FOUND].network.number
    answers = [visitor.client.post("/revoke", data=form).status_code for _ in range(most + 1)]
    assert answers == [200] * most + [429]


def test_a_token_never_signs_anybody_in(
    app: Flask, visitor: Visitor, session: Session, cast: Cast, settings: Settings, at: datetime
) -> None:
    _feed, feed = make_feed_token(session, cast.dora, settings, at=at)
    _program, program = make_api_token(session, cast.dora, settings, at=at)
    for shown in (feed, program):
        for headers in ({"Authorization": basic(shown)}, {"Authorization": f"Bearer {shown}"}):
            for path in ("/subscriptions", TOKENS, "/account/tokens/feeds.opml"):
                answer = app.test_client().get(path, headers=headers)
                assert (answer.status_code, answer.location[:6]) == (303, "/login")
        client = app.test_client()
        client.set_cookie("osac", shown)
        assert client.get("/subscriptions").status_code == 303
        assert visitor.sign_in(cast.dora.email, shown).status == 422
