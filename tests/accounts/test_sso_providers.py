"""Providers: described once, bounded in time and size, and believed about themselves alone."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest

from osac_share.accounts.actions.providers import SignOn
from osac_share.accounts.policy.sso import (
    Errand,
    NotBelieved,
    Proved,
    Provider,
    challenge_of,
    read_provider,
)
from osac_share.kernel.errors import Refusal
from osac_share.kernel.fetching import Limits, Unfetched
from osac_share.settings import load_settings
from tests.support.provider import DISCOVERY, EC, IdentityProvider, providing, settings_for
from tests.support.publisher import Published, publishing

pytestmark = pytest.mark.one_database

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ERRAND = Errand("state", "nonce", "verifier", int(AT.timestamp()), "/", None)
QUICK = Limits(size=10_000, seconds=0.5, redirects=0)
BACK = "http://share.example.org/login/sso/back"


def sign_on(issuer: str, **more: str) -> SignOn:
    named = {"OSAC_SSO_ISSUER": issuer, "OSAC_SSO_CLIENT_ID": "us"} | more
    return SignOn(load_settings(named).sso, agent="Tests", limits=QUICK)


def refusal(one: SignOn, at: datetime = AT) -> str:
    with pytest.raises(Refusal) as refused:
        one.provider(at)
    return refused.value.message


def test_description_is_fetched_once_in_twelve_hours(provider: IdentityProvider) -> None:
    one = sign_on(provider.issuer)
    for hours in (0, 11, 12):
        assert one.provider(AT + timedelta(hours=hours)).token_endpoint.endswith("/token")
    assert provider.asked == [DISCOVERY, DISCOVERY]


def test_issuer_may_end_in_a_slash(provider: IdentityProvider) -> None:
    provider.described = {"issuer": f"{provider.issuer}/"}
    assert sign_on(f"{provider.issuer}/").provider(AT).issuer == f"{provider.issuer}/"
    assert "another issuer" in refusal(sign_on(provider.issuer))


@pytest.mark.parametrize(
    "otherwise",
    [
        {"issuer": "https://login.example.org"},
        {"issuer": None},
        {"token_endpoint": None},
        {"token_endpoint": ["https://login.example.org/token"]},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": "https:///jwks"},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
    ids=repr,
)
def test_description_that_is_not_its_own_or_not_safe_is_refused(
    provider: IdentityProvider, otherwise: dict[str, object]
) -> None:
    provider.described = otherwise
    with pytest.raises(NotBelieved):
        sign_on(provider.issuer).provider(AT)


def test_endpoint_in_the_clear_is_refused_of_a_provider_that_is_not() -> None:
    issuer = "https://login.example.org"
    said = {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "jwks_uri": f"{issuer}/jwks",
    }
    assert isinstance(read_provider(json.dumps(said).encode(), issuer), Provider)
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        spoiled = said | {name: "http://login.example.org/x"}
        with pytest.raises(NotBelieved):
            read_provider(json.dumps(spoiled).encode(), issuer)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"[" * 9_000], ids=range(5))
def test_description_that_is_no_object_is_refused(provider: IdentityProvider, body: bytes) -> None:
    provider.broken = {DISCOVERY: (200, {}, body)}
    assert "no JSON object" in refusal(sign_on(provider.issuer))


def test_provider_that_is_away_is_left_alone_for_a_moment(provider: IdentityProvider) -> None:
    provider.broken = {DISCOVERY: (503, {}, b"")}
    one = sign_on(provider.issuer)
    assert "503" in refusal(one)
    assert "a moment ago" in refusal(one, AT + timedelta(seconds=14))
    assert provider.asked == [DISCOVERY]
    provider.broken = {}
    assert one.provider(AT + timedelta(seconds=15)).issuer == provider.issuer


def test_provider_without_a_server_is_away() -> None:
    with providing() as gone:
        issuer = gone.issuer
    assert "takes no connections" in refusal(sign_on(issuer))


def test_slow_provider_is_not_waited_for() -> None:
    with publishing() as publisher:
        publisher.pages[DISCOVERY] = Published(b"{" * 200, pause=0.05)
        begun = monotonic()
        assert "took longer than 0.5 seconds" in refusal(sign_on(publisher.at("")))
        assert monotonic() - begun < 5


@pytest.mark.parametrize("path", [DISCOVERY, "/jwks", "/token"])
def test_oversized_answer_is_not_read_to_its_end(provider: IdentityProvider, path: str) -> None:
    provider.broken = {path: (200, {}, b" " * 20_000)}
    with pytest.raises(Unfetched, match="larger than"):
        _redeem(provider)


@pytest.mark.parametrize("path", [DISCOVERY, "/jwks", "/token"])
def test_answer_that_leads_elsewhere_is_not_followed(provider: IdentityProvider, path: str) -> None:
    with publishing() as elsewhere:
        provider.broken = {path: (307, {"Location": elsewhere.publish("/x", "{}")}, b"")}
        with pytest.raises(Unfetched, match="leads on"):
            _redeem(provider)
        assert not elsewhere.asked


def test_machine_inside_is_asked_only_when_it_is_the_issuer_s_own(
    provider: IdentityProvider,
) -> None:
    provider.described = {"token_endpoint": "http://127.0.0.2:9/token"}
    with pytest.raises(Unfetched, match="not on the public Internet"):
        _redeem(provider)


def test_code_is_redeemed_with_the_verifier_and_the_secret(provider: IdentityProvider) -> None:
    assert _redeem(provider).subject == provider.subject


@pytest.mark.parametrize("answer", [{}, {"id_token": None}, {"id_token": {"sub": "1"}}], ids=repr)
def test_answer_without_a_token_proves_nothing(
    provider: IdentityProvider, answer: dict[str, object]
) -> None:
    provider.broken = {"/token": (200, {}, json.dumps(answer).encode())}
    with pytest.raises(NotBelieved):
        _redeem(provider)


def test_new_key_is_looked_for_once_in_a_minute(provider: IdentityProvider) -> None:
    provider.published = []
    one = _ready(provider)
    with pytest.raises(NotBelieved):
        _redeem(provider, one)
    provider.published, provider.key = [EC], EC
    with pytest.raises(NotBelieved):
        _redeem(provider, one, AT + timedelta(seconds=30))
    assert _redeem(provider, one, AT + timedelta(seconds=61)).subject == provider.subject
    assert provider.asked.count("/jwks") == 2


def test_answer_of_another_issuer_is_refused(provider: IdentityProvider) -> None:
    one = sign_on(provider.issuer)
    one.require_own(None, AT)
    one.require_own(provider.issuer, AT)
    with pytest.raises(NotBelieved):
        one.require_own("https://login.example.org", AT)


def test_issuer_that_always_names_itself_may_not_be_silent(provider: IdentityProvider) -> None:
    provider.described = {"authorization_response_iss_parameter_supported": True}
    with pytest.raises(NotBelieved):
        sign_on(provider.issuer).require_own(None, AT)


def _ready(provider: IdentityProvider) -> SignOn:
    return SignOn(load_settings(settings_for(provider)).sso, agent="Tests", limits=QUICK)


def _redeem(provider: IdentityProvider, one: SignOn | None = None, at: datetime = AT) -> Proved:
    code = "code"
    now = int(at.timestamp())
    provider.claims = {"iat": now, "exp": now + 300}
    provider.codes[code] = {
        "back": BACK,
        "nonce": ERRAND.nonce,
        "sub": provider.subject,
        "code_challenge": challenge_of(ERRAND.verifier),
    }
    return (one or _ready(provider)).prove(code, ERRAND, redirect_uri=BACK, at=at)
