"""What holds for passphrases, ways out and proofs wherever they are asked for."""

from __future__ import annotations

import ast
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from flask_wtf import FlaskForm
from sqlalchemy import update
from wtforms import PasswordField

from osac_share.accounts.models import Person
from osac_share.accounts.views.passkeys import new_challenge
from osac_share.kernel.db import Base, transaction
from tests.support.crawl import every_page
from tests.support.factories import PASSPHRASE
from tests.support.imports import inside
from tests.support.letters import path_in_letter
from tests.support.sources import parsed, python_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from flask import Flask
    from sqlalchemy.orm import Session
    from time_machine import Traveller

    from osac_share.settings import Settings
    from tests.support.cast import Cast, SignIn
    from tests.support.pages import Visitor

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.one_database]

KNOWN_TO_MANAGERS = {"current-password", "new-password"}
HINTS = ("hint", "question", "reminder_word", "maiden")

PROVED = {
    "accounts/views/addresses.py": {"address"},
    "accounts/views/enrolling.py": {"add_factor", "add_passkey"},
    "accounts/views/factors.py": {"remove_factor", "rename_factor", "renew_codes"},
    "accounts/views/passphrases.py": {"passphrase"},
    "accounts/views/sessions.py": {"end_other_sessions", "end_session"},
    "accounts/views/sso.py": {"link_sso", "unlink_sso"},
    "admin/views/held.py": {"held_download"},
    "admin/views/proposals.py": {"second"},
    "admin/views/record.py": {"download"},
    "channels/views/adding.py": {"add", "add_browser"},
    "channels/views/keeping.py": {"renew_secret"},
    "councils/views/lists.py": {"export", "seat"},
    "councils/views/running.py": {"appoint", "end_term"},
    "feeds/views/making.py": {"make_private"},
    "membership/views/accounts.py": {"change_account"},
    "membership/views/console.py": {"change_person", "hand_over", "invite_many"},
    "membership/views/organizations.py": {"change_organization"},
    "membership/views/verification.py": {"verify"},
    "membership/views/vetting.py": {"accept"},
    "tokens/views.py": {"create", "rotate"},
}
"""The views that ask again who it is, by their files: what could harm others, or lock one out."""

OWN = ("/account/address", "/account/passphrase", "/account/factors/add", "/account/tokens/new")


def asking_again() -> Iterator[tuple[str, str]]:
    """Yield the file and the name of each view that asks for fresh proof."""
    for file in python_files("osac_share"):
        for node in ast.walk(parsed(file)):
            if isinstance(node, ast.FunctionDef) and node.name != "require_fresh":
                called = {
                    ast.unparse(one.func) for one in ast.walk(node) if isinstance(one, ast.Call)
                }
                if called & {"require_fresh", "login.require_fresh"}:
                    yield inside(file), node.name


def test_every_grave_act_asks_again_who_it_is() -> None:
    found: dict[str, set[str]] = {}
    for file, name in asking_again():
        found.setdefault(file, set()).add(name)
    assert found == PROVED


def test_change_of_ones_own_ways_in_asks_again_after_five_minutes(
    signed_in: SignIn, cast: Cast, clock: Traveller
) -> None:
    dora = signed_in(cast.dora)
    assert {dora.open(path).status for path in OWN} == {200}
    tokens = {path: dora.open(path).form_to(path)["csrf_token"] for path in OWN}
    clock.shift(timedelta(minutes=6))
    for path in OWN:
        shown = dora.open(path)
        sent = dora.client.post(path, data={"csrf_token": tokens[path]})
        for location in (shown.response.location, sent.location):
            assert (path, location.partition("?")[0]) == (path, "/confirm")


def test_every_passphrase_is_masked_and_known_to_managers(
    visitor: Visitor,
    signed_in: SignIn,
    cast: Cast,
    session: Session,
    settings: Settings,
    clock: Traveller,
) -> None:
    visitor.submit("/reset", email=cast.dora.email)
    pages = [visitor.open("/login")]
    pages += [visitor.open(path_in_letter(session, settings, cast.dora.email, "reset"))]
    dora = signed_in(cast.dora)
    pages += [dora.open("/account/passphrase")]
    clock.shift(timedelta(minutes=6))
    pages += [dora.open("/confirm")]
    for page in pages:
        fields = page.root.xpath(
            "//input[@autocomplete='current-password' or @autocomplete='new-password' "
            "or contains(@name, 'pass') or @type='password']"
        )
        assert fields, page.response.request.path
        for field in fields:
            assert field.get("type") == "password"
            assert field.get("autocomplete") in KNOWN_TO_MANAGERS
            assert not {"readonly", "disabled"} & set(field.keys())
            assert not field.get("value")


@pytest.mark.usefixtures("app")
def test_every_field_for_a_passphrase_says_which_one_it_is() -> None:
    fields = dict(password_fields())
    assert len(fields) > 3
    assert {name for name, said in fields.items() if said not in KNOWN_TO_MANAGERS} == set()


def password_fields() -> Iterator[tuple[str, str]]:
    """Yield the name of each field for a passphrase, and what it tells managers."""
    forms = [FlaskForm]
    while forms:
        form = forms.pop()
        forms += form.__subclasses__()
        for name, field in vars(form).items():
            if getattr(field, "field_class", None) is PasswordField:
                said = field.kwargs.get("render_kw", {}).get("autocomplete", "")
                yield f"{form.__name__}.{name}", str(said)


@pytest.mark.usefixtures("app")
def test_nothing_hints_at_a_passphrase() -> None:
    columns = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
    }
    assert len(columns) > 200
    assert not [one for one in columns if any(hint in one.split(".")[1] for hint in HINTS)]


def test_passphrase_is_good_until_somebody_changes_it(
    visitor: Visitor, cast: Cast, session: Session, at: datetime, clock: Traveller
) -> None:
    with transaction(session):
        long_ago = at - timedelta(days=3650)
        session.execute(update(Person).values(created_at=long_ago))
    clock.shift(timedelta(days=3650))
    answer = visitor.sign_in(cast.dora.email, PASSPHRASE)
    assert (answer.status, answer.response.location) == (303, "/")


@pytest.mark.slow
def test_every_page_of_whoever_is_signed_in_has_the_way_out(signed_in: SignIn, cast: Cast) -> None:
    pages = {path: page for path, page in every_page(signed_in(cast.amara).client) if page.is_html}
    assert len(pages) > 30
    assert not [
        path
        for path, page in pages.items()
        if page.status == 200 and not page.root.xpath("//form[@action='/logout']//button")
    ]


def test_challenges_of_passkeys_differ_and_hold_256_bits(app: Flask) -> None:
    with app.test_request_context():
        made = {new_challenge("sign-in") for _ in range(100)}
    assert len(made) == 100
    assert {len(one) for one in made} == {32}
