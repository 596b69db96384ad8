"""Passkeys in a real browser, whose device is the one that Chromium keeps for tests."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select, update

from osac_share.accounts.models import Passkey, RecoveryCode
from osac_share.kernel.db import transaction
from tests.support.application import serving
from tests.support.factories import PASSPHRASE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import CDPSession, Page
    from sqlalchemy.orm import Session

    from tests.support.cast import Cast

DEVICE = {
    "protocol": "ctap2",
    "ctap2Version": "ctap2_1",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def live_server(demanding: None, environment: dict[str, str], tmp_path: Path) -> Iterator[str]:
    """Yield a server under a name: for bare numbers browsers make no passkeys."""
    with serving(environment, log=tmp_path / "server.log", host="localhost") as address:
        yield address


@dataclass(frozen=True)
class Device:
    """A device that makes passkeys, plugged into a page's browser."""

    session: CDPSession
    id: str

    def verify_people(self, *, works: bool) -> None:
        """Let the device recognize its person from now on, or not."""
        self._send("setUserVerified", isUserVerified=works)

    def credentials(self) -> list[dict[str, Any]]:
        """Return what it holds."""
        found: list[dict[str, Any]] = self._send("getCredentials")["credentials"]
        return found

    def set_count(self, count: int) -> None:
        """Take its count of signatures back, as a copy of it would have it."""
        (one,) = self.credentials()
        self._send("removeCredential", credentialId=one["credentialId"])
        self._send("addCredential", credential=one | {"signCount": count})

    def _send(self, command: str, **words: object) -> dict[str, Any]:
        answer: dict[str, Any] = self.session.send(
            f"WebAuthn.{command}", {"authenticatorId": self.id} | words
        )
        return answer


@pytest.fixture
def device(page: Page) -> Device:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    added = session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return Device(session, added["authenticatorId"])


def type_passphrase(page: Page, email: str) -> None:
    page.goto("/login")
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile("/login/(second-factor|enroll)"))


def arrive(page: Page, path: str) -> None:
    page.wait_for_url(lambda url: urlsplit(url).path == path)


def enroll(page: Page, email: str) -> None:
    type_passphrase(page, email)
    page.get_by_label("Name of this passkey").fill("Key ring")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("link", name="I have kept them").click()
    arrive(page, "/")


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("link", name="Sign in", exact=True).wait_for()


def is_in(page: Page) -> bool:
    page.goto("/subscriptions")
    return urlsplit(page.url).path == "/subscriptions"


@pytest.mark.both_databases
def test_passkey_is_made_shown_and_enough_by_itself(
    page: Page, device: Device, cast: Cast, session: Session
) -> None:
    enroll(page, cast.amara.email)
    assert is_in(page)
    passkey = session.scalars(select(Passkey)).one()
    assert (passkey.name, passkey.person_id) == ("Key ring", cast.amara.id)
    assert len(session.scalars(select(RecoveryCode)).all()) == 10
    sign_out(page)
    assert not is_in(page)

    type_passphrase(page, cast.amara.email)
    page.get_by_role("button", name="Use a passkey").click()
    arrive(page, "/")
    assert is_in(page)
    sign_out(page)

    page.goto("/login?next=/councils")
    page.get_by_role("link", name="Sign in with a passkey").click()
    page.get_by_role("button", name="Use a passkey").click()
    arrive(page, "/councils")
    assert is_in(page)
    session.rollback()
    session.expire_all()
    assert passkey.sign_count == device.credentials()[0]["signCount"] > 0


def test_device_that_does_not_know_its_person_is_only_a_second_factor(
    page: Page, device: Device, cast: Cast
) -> None:
    enroll(page, cast.amara.email)
    sign_out(page)
    device.verify_people(works=False)
    page.goto("/login/passkey")
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_text("Your device gave no passkey").wait_for()
    assert not is_in(page)


def test_copied_passkey_whose_count_does_not_rise_is_refused(
    page: Page, device: Device, cast: Cast
) -> None:
    enroll(page, cast.amara.email)
    sign_out(page)
    type_passphrase(page, cast.amara.email)
    page.get_by_role("button", name="Use a passkey").click()
    arrive(page, "/")
    sign_out(page)
    device.set_count(0)
    type_passphrase(page, cast.amara.email)
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("alert").get_by_text("not taken").wait_for()
    assert not is_in(page)


def test_passkey_proves_that_it_is_still_the_same_person(
    page: Page, device: Device, cast: Cast
) -> None:
    enroll(page, cast.amara.email)
    page.goto("/confirm?next=/account/factors")
    page.get_by_role("button", name="Use a passkey").click()
    arrive(page, "/account/factors")
    assert page.get_by_text("Key ring", exact=True).is_visible()


def test_same_device_is_not_added_twice(page: Page, device: Device, cast: Cast) -> None:
    enroll(page, cast.amara.email)
    page.goto("/account/factors/add")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_text("has a passkey for you already").wait_for()


def test_passkey_of_somebody_else_is_no_second_factor(
    page: Page, device: Device, cast: Cast, session: Session
) -> None:
    enroll(page, cast.amara.email)
    sign_out(page)
    with transaction(session):
        session.execute(update(Passkey).values(person_id=cast.ben.id))
    # The device still says whose it is; on the page that asks nobody by name, that decides.
    page.goto("/login/passkey")
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("alert").get_by_text("not taken").wait_for()
    assert not is_in(page)


def test_kept_answer_opens_nothing_a_second_time(page: Page, device: Device, cast: Cast) -> None:
    enroll(page, cast.amara.email)
    sign_out(page)
    page.goto("/login/passkey")
    cookies = "; ".join(f"{one['name']}={one['value']}" for one in page.context.cookies())
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    page.get_by_role("button", name="Use a passkey").click()
    arrive(page, "/")
    kept = next(body for body in sent if "credential=" in body)
    thief = page.context.browser
    assert thief is not None
    elsewhere = thief.new_context(base_url=page.url)
    answer = elsewhere.request.post(
        "/login/passkey",
        data=kept,
        headers={"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookies},
    )
    assert answer.status == 422
    assert "not taken" in answer.text()
    elsewhere.close()
