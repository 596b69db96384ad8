"""Handing a notice to somebody's browser, by the push service of its maker (RFC 8030)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from osac_share.channels.messages.webhooks import handed_over
from osac_share.kernel import webpush

if TYPE_CHECKING:
    from datetime import datetime

    from osac_share.channels.messages.notices import Notice
    from osac_share.channels.policy import Contents
    from osac_share.kernel.fetching import Fetcher
    from osac_share.kernel.mail import Answer

KEPT_S = 24 * 3600
"""For how long a push service keeps what a browser that is off has not fetched."""

LENGTH = 1500
"""What every message is padded to: the push service does not learn from its length."""

FOR_GOOD = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.GONE,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    }
)
"""Answers after which the same message is not worth another try."""


@dataclass(frozen=True, slots=True)
class Browsers:
    """Posts to push services, which learn no word of it."""

    fetcher: Fetcher
    key: webpush.ServerKey
    contact: str

    def send(self, contents: Contents, notice: Notice, *, at: datetime) -> Answer:
        """Post a notice once, and return what the push service said."""
        shown = {
            "title": notice.headline[:200],
            "body": notice.text[:400],
            "tag": notice.thread,
            "url": notice.url,
            "acknowledge": notice.acknowledge_url,
        }
        keys = (webpush.read(one) for one in (contents.browser, contents.auth))
        body = webpush.encrypt(json.dumps(shown).encode(), *keys, length=LENGTH)
        parts = urlsplit(contents.address)
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Encoding": "aes128gcm",
            "TTL": str(KEPT_S),
            "Urgency": "high" if notice.is_urgent else "normal",
            "Authorization": webpush.authorization(
                self.key, f"{parts.scheme}://{parts.netloc}", self.contact, at=at
            ),
        }
        return handed_over(self.fetcher, contents.address, body, headers, for_good=FOR_GOOD)
