"""What of an endpoint is kept sealed, and for how long a code is good. Pure."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import TYPE_CHECKING

from osac_share.kernel.sealing import seal, unseal

if TYPE_CHECKING:
    from osac_share.channels.models import Endpoint

CODE_LASTS = timedelta(minutes=30)
TRIES = 5
"""How often a code may be guessed before another one is needed."""


@dataclass(frozen=True, slots=True)
class Contents:
    """The address of an endpoint and its keys.

    Attributes:
        address: where it is: an address of the web, or a telephone number.
        signing: the secret by which messages to a webhook are signed.
        browser: the public key of a browser, and
        auth: the secret that it shares with us, both as it writes them.
        code: what proves that the owner reads there, until it is entered; sent at
        code_at: this moment, in seconds since 1970; tried
        tries: so many times.
        on_sheets: the owner wants to be telephoned, too, by those who print a call sheet.

    """

    address: str
    signing: str = ""
    browser: str = ""
    auth: str = ""
    code: str = ""
    code_at: int = 0
    tries: int = 0
    on_sheets: bool = False

    def with_code(self, *, at: datetime) -> Contents:
        """Return this with a new code of six digits."""
        code = f"{secrets.randbelow(1_000_000):06}"
        return replace(self, code=code, code_at=int(at.timestamp()), tries=0)

    def is_code_good(self, *, at: datetime) -> bool:
        """Tell whether the code can still be entered."""
        age = int(at.timestamp()) - self.code_at
        return bool(self.code) and self.tries < TRIES and age <= CODE_LASTS.total_seconds()

    def is_proved_by(self, code: str, *, at: datetime) -> bool:
        """Tell whether this is the code that was sent, entered in time."""
        return self.is_code_good(at=at) and compare_digest(code.encode(), self.code.encode())


def sealed(contents: Contents, key: str, public_id: str, *, at: datetime) -> str:
    """Return contents as they are kept; `key` is the installation's."""
    return seal(key, _purpose(public_id), json.dumps(asdict(contents)), at=at)


def unsealed(endpoint: Endpoint, key: str, *, at: datetime) -> Contents | None:
    """Return the contents of an endpoint, or None if they were sealed under another key."""
    text = unseal(key, _purpose(endpoint.public_id), endpoint.sealed, at=at)
    return None if text is None else Contents(**json.loads(text))


def _purpose(public_id: str) -> str:
    return f"endpoint {public_id}"
