"""Second factors: which codes fit, and how codes are read. Pure."""

from __future__ import annotations

from datetime import timedelta
from hmac import compare_digest
from typing import TYPE_CHECKING

from pyotp import TOTP

if TYPE_CHECKING:
    from datetime import datetime

STEP_S = 30
"""How long an app shows the same code, in seconds (RFC 6238)."""

FRESH_FOR = timedelta(minutes=5)
"""For how long somebody who proved that it is they may do what is dangerous."""

ENROLL_WITHIN = timedelta(minutes=15)
"""How long a half session waits for its second factor, and a proposed secret for its app."""

RECOVERY_CODES = 10
FEW_CODES = 3
"""With so many left, people are told to make new ones."""
CODE_LENGTH = 24
"""Of a recovery code: 118 bits of 31 signs, so that a plain digest keeps it (ASVS 6.5.2)."""

_GROUP = 4


def fitting_step(secret: str, code: str, at: datetime) -> int | None:
    """Return the half minute whose code this is, the one before and after `at` allowed.

    Args:
        secret: the app's secret in Base32.
        code: six digits.
        at: now.

    """
    now, app = int(at.timestamp()) // STEP_S, TOTP(secret)
    # All three are compared, each in constant time.
    around = (now - 1, now, now + 1)
    return max((one for one in around if compare_digest(app.generate_otp(one), code)), default=None)


def app_address(secret: str, *, account: str, issuer: str) -> str:
    """Return the `otpauth:` address that an app reads from a QR code."""
    return TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def plain_code(text: str) -> str:
    """Return a code as it is compared: without what people put between its parts."""
    return "".join(sign for sign in text.lower() if sign.isascii() and sign.isalnum())


def is_app_code(code: str) -> bool:
    """Tell whether a plain code is one of an app rather than a recovery code."""
    return len(code) == 6 and code.isdigit()  # noqa: PLR2004 -- RFC 6238: six digits.


def grouped(code: str) -> str:
    """Return a code or secret as people read and type it: `abcd-efgh-…`."""
    return "-".join(code[place : place + _GROUP] for place in range(0, len(code), _GROUP))
