"""Asking a provider of single sign-on: what it is, which keys it has, whom a code stands for.

Nothing here touches the database. Every answer is bounded in size and time, and led on nowhere.
"""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta
from typing import TYPE_CHECKING, Generic, TypeVar
from urllib.parse import quote_plus, urlsplit

from osac_share.accounts.policy.sso import (
    WELL_KNOWN,
    Key,
    NotBelieved,
    Proved,
    Provider,
    UnknownKey,
    read_id_token,
    read_keys,
    read_object,
    read_provider,
)
from osac_share.kernel.errors import Refusal
from osac_share.kernel.fetching import Fetcher, Limits, Unfetched

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from osac_share.accounts.policy.sso import Errand
    from osac_share.settings import Sso

Value = TypeVar("Value")

DESCRIBED_FOR = timedelta(hours=12)
KEYS_FOR = timedelta(hours=1)
NEW_KEYS_AFTER = timedelta(minutes=1)
"""How soon keys are asked for again when a token is signed with one that we do not know."""

PAUSE = timedelta(seconds=15)
"""How long a provider that did not answer is left alone: nobody waits for it meanwhile."""

LIMITS = Limits(size=256 * 1024, seconds=8, redirects=0)


class Kept(Generic[Value]):
    """What was fetched, kept for a while, and not asked for again at once after a failure."""

    def __init__(self, fetch: Callable[[datetime], Value]) -> None:
        """Fetch it when it is first asked for."""
        self._fetch = fetch
        self._held: tuple[Value, datetime] | None = None
        self._failed_at: datetime | None = None

    def get(self, at: datetime, *, lasts: timedelta) -> Value:
        """Return it, no older than that.

        Raises:
            Unfetched: there is no answer, or there was none a moment ago.
            NotBelieved: the answer is not to be used.

        """
        held = self._held
        if held is not None and timedelta() <= at - held[1] < lasts:
            return held[0]
        failed_at = self._failed_at
        if failed_at is not None and timedelta() <= at - failed_at < PAUSE:
            raise Unfetched("The provider did not answer a moment ago.")
        try:
            value = self._fetch(at)
        except Refusal:
            self._failed_at = at
            raise
        self._held, self._failed_at = (value, at), None
        return value


class SignOn:
    """The provider of this installation, with what one process remembers of it."""

    def __init__(self, settings: Sso, *, agent: str, limits: Limits = LIMITS) -> None:
        """Ask nothing yet. The issuer's own host may be a private one: the operator chose it."""
        self.settings = settings
        self._fetcher = Fetcher(
            agent,
            allowed_private=frozenset({urlsplit(settings.issuer).hostname or ""}),
            limits=limits,
            accept="application/json",
        )
        self._described: Kept[Provider] = Kept(self._describe)
        self._keys: Kept[dict[str, Key]] = Kept(self._publish)

    def provider(self, at: datetime) -> Provider:
        """Return what the provider says of itself.

        Raises:
            Unfetched: it does not answer.
            NotBelieved: what it answers is not to be used.

        """
        return self._described.get(at, lasts=DESCRIBED_FOR)

    def require_own(self, named: str | None, at: datetime) -> None:
        """Make sure that an answer says it is this provider's, or says nothing (RFC 9207).

        Raises:
            NotBelieved: it is another one's, or does not say so although this one always does.

        """
        if named is None and not self.provider(at).names_itself:
            return
        if named != self.settings.issuer:
            raise NotBelieved("the answer is of another issuer")

    def prove(self, code: str, errand: Errand, *, redirect_uri: str, at: datetime) -> Proved:
        """Return for whom a code stands that the provider gave to a browser.

        Raises:
            Unfetched: the provider does not answer, or knows no such code.
            NotBelieved: what it answers proves nothing.

        """
        token = self._redeem(code, errand, redirect_uri, at)
        try:
            return self._read(token, errand, at, lasts=KEYS_FOR)
        except UnknownKey:
            return self._read(token, errand, at, lasts=NEW_KEYS_AFTER)

    def _read(self, token: str, errand: Errand, at: datetime, *, lasts: timedelta) -> Proved:
        return read_id_token(
            token,
            self._keys.get(at, lasts=lasts),
            issuer=self.settings.issuer,
            client_id=self.settings.client_id,
            nonce=errand.nonce,
            at=at,
        )

    def _redeem(self, code: str, errand: Errand, redirect_uri: str, at: datetime) -> str:
        provider, ours = self.provider(at), self.settings
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": errand.verifier,
        }
        headers = {}
        if ours.client_secret and provider.takes_basic:
            headers["Authorization"] = _basic(ours.client_id, ours.client_secret)
        else:
            form["client_id"] = ours.client_id
            if ours.client_secret:
                form["client_secret"] = ours.client_secret
        answer = self._fetcher.post(provider.token_endpoint, form, headers)
        token = read_object(answer.body).get("id_token")
        if not isinstance(token, str):
            raise NotBelieved("the provider gave no ID token")
        return token

    def _describe(self, _at: datetime) -> Provider:
        issuer = self.settings.issuer
        return read_provider(self._get(issuer.rstrip("/") + WELL_KNOWN), issuer)

    def _publish(self, at: datetime) -> dict[str, Key]:
        return read_keys(self._get(self.provider(at).jwks_uri))

    def _get(self, address: str) -> bytes:
        found = self._fetcher.fetch(address)
        if found is None:
            raise Unfetched("It answers that nothing has changed.")
        return found.body


def _basic(name: str, secret: str) -> str:
    # RFC 6749, 2.3.1: both are written as in a form before they are put together.
    pair = f"{quote_plus(name)}:{quote_plus(secret)}"
    return "Basic " + b64encode(pair.encode()).decode()
