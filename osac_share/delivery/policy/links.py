"""Whose link is whose in a mail, and by what name a mail is known. Pure.

A link names one thing and opens one act: the purpose is part of what is signed.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache

from itsdangerous import BadSignature, Signer, URLSafeSerializer
from itsdangerous.encoding import base64_encode

from osac_share.kernel.mail.returns import DELIVERED, mail_id
from osac_share.kernel.sealing import code_for, name_of

UNSUBSCRIBE = "unsubscribe"
ACKNOWLEDGE = "acknowledge"


def signed(secret: str, purpose: str, name: str) -> str:
    """Return a token that names something for one purpose, in letters fit for an address."""
    _, signer = _signing(secret, purpose)
    # As the serializer does it, which would first try to make so short a name shorter still.
    return signer.sign(base64_encode(json.dumps(name))).decode()


def named_by(secret: str, purpose: str, token: str) -> str | None:
    """Return what a token names, or None when we did not sign it for this purpose."""
    try:
        named = _signing(secret, purpose)[0].loads(token)
    except BadSignature:
        return None
    return named if isinstance(named, str) else None


def unsubscribe_token(secret: str, subscription: str) -> str:
    """Return the signed name of a subscription: whoever holds it may end that one, nothing else."""
    return signed(secret, UNSUBSCRIBE, subscription)


def subscription_named_by(secret: str, token: str) -> str | None:
    """Return the public id that a token names, or None when we did not sign it for this."""
    return named_by(secret, UNSUBSCRIBE, token)


def message_id(secret: str, host: str, delivery_id: int) -> str:
    """Return the Message-ID of a delivery, made from it alone: a repeat is known for one."""
    return mail_id(secret, host, DELIVERED, delivery_id)


def acknowledgement_token(secret: str, delivery_id: int) -> str:
    """Return the code of a delivery by which whoever got it says so, and does nothing else."""
    return code_for(secret, ACKNOWLEDGE, str(delivery_id))


def acknowledged_by(secret: str, token: str) -> int | None:
    """Return the id of the delivery that a token acknowledges, or None when it is not ours."""
    name = name_of(secret, ACKNOWLEDGE, token)
    return None if name is None else int(name)


@lru_cache(maxsize=32)
def _signing(secret: str, purpose: str) -> tuple[URLSafeSerializer, Signer]:
    # A mail has several links, and purposes are few.
    digest = {"digest_method": hashlib.sha256}
    serializer = URLSafeSerializer(secret, salt=purpose, signer_kwargs=digest)
    return serializer, serializer.make_signer()
