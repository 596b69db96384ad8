"""Handing a notice to somebody's program: signed JSON by POST (Standard Webhooks)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from osac_share.channels.policy import signed_headers
from osac_share.kernel.fetching import Unfetched, status_words
from osac_share.kernel.mail import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from osac_share.channels.messages.notices import Notice
    from osac_share.channels.policy import Contents
    from osac_share.kernel.fetching import Fetcher


@dataclass(frozen=True, slots=True)
class Webhooks:
    """Posts to the programs that people named."""

    fetcher: Fetcher

    def send(self, contents: Contents, notice: Notice, *, at: datetime) -> Answer:
        """Post a notice once, and return what came of it; a redirect is a refusal."""
        body = json.dumps(notice.body, ensure_ascii=False).encode()
        headers = {
            "Content-Type": "application/json",
            **signed_headers(contents.signing, notice.id, body, at=at),
        }
        return handed_over(self.fetcher, contents.address, body, headers)


def handed_over(
    fetcher: Fetcher,
    address: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    for_good: AbstractSet[int] = frozenset({HTTPStatus.GONE}),
) -> Answer:
    """Post bytes once, and return what the server said; `for_good` are statuses that end it."""
    try:
        status = fetcher.hand_over(address, body, headers)
    except Unfetched as problem:
        return Answer(accepted=False, permanent=False, code=0, text=problem.message)
    accepted = HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES
    words = status_words(status).partition(" ")[2].strip("()")
    return Answer(accepted=accepted, permanent=status in for_good, code=status, text=words)
