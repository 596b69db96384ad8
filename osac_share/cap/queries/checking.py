"""Whether something is genuine, and what holds of it now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from osac_share.cap.documents.reading import (
    Address,
    identifier_of,
    read_address,
    read_message,
)
from osac_share.cap.models import SigningCertificate
from osac_share.cap.queries.messages import find_by_identifier
from osac_share.cap.queries.standing import Standing, find_edition, standing_of
from osac_share.kernel.checking import is_code_of, number_in
from osac_share.kernel.errors import NotFound
from osac_share.kernel.signatures import (
    certificate_in,
    find_signed,
    fingerprint,
    from_pem,
    is_signed,
)
from osac_share.reports.queries import get_visible, get_visible_edition

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from lxml import etree
    from sqlalchemy.orm import Session

NO_CODE = "There is no such code. Look whether a letter is missing or mistyped."
ELSEWHERE = "This is not an address of ours."
NOTHING_THERE = "There is nothing at this address that we could show you."
NO_MESSAGE = "This is neither a code, nor an address, nor a CAP message that can be read."
NOT_SIGNED = "This message is not signed. Every message of ours is."
NOT_OURS = "This message is signed, but with a key that is none of ours."
CHANGED = "This message was changed after it was signed, or the signature is not ours."
DISOWNED = "This message is signed with a key that we disowned: somebody else may have made it."
UNKNOWN = "This message has our signature, but is not among those that we issued."


class Finding(NamedTuple):
    """What came of a check: what became of what was brought, or why it is not genuine.

    `by_address` says that only an address was checked, which tells nothing of words elsewhere.
    """

    standing: Standing | None = None
    why: str = ""
    by_address: bool = False

    @property
    def is_genuine(self) -> bool:
        """Tell whether it is ours."""
        return self.standing is not None


@dataclass(frozen=True, slots=True)
class Checker:
    """Somebody who wants to know, with what they may see, at a moment; `url` is the site's."""

    session: Session
    secret: str
    url: str
    clearance: AbstractSet[str]
    at: datetime

    def check(self, said: str) -> Finding:
        """Return what comes of checking a code, an address or a whole message."""
        brought = said.strip()
        if brought.startswith("<"):
            return self._message(brought)
        if "://" in brought:
            address = read_address(brought, self.url)
            return Finding(why=ELSEWHERE) if address is None else self._address(address)
        return self.check_code(brought)

    def check_code(self, code: str) -> Finding:
        """Return what comes of checking a code.

        The same is done whatever the code is, so that the time tells nothing of what there is.
        """
        number = number_in(self.secret, code)
        if number is None:
            return Finding(why=NO_CODE)
        found = find_edition(self.session, number)
        digest = "" if found is None else found[1].text_digest
        if not is_code_of(self.secret, code, number, digest) or found is None:
            return Finding(why=NO_CODE)
        return Finding(self._standing(found[1].id))

    def _address(self, address: Address) -> Finding:
        if address.code:
            return self.check_code(address.code)
        try:
            if address.number is None:
                _report, edition = get_visible(self.session, address.report, self.clearance)
            else:
                named = (address.report, address.number, self.clearance)
                _report, edition = get_visible_edition(self.session, *named)
        except NotFound:
            return Finding(why=NOTHING_THERE)
        return Finding(self._standing(edition.id), by_address=True)

    def _message(self, text: str) -> Finding:
        root = read_message(text)
        if root is None:
            return Finding(why=NO_MESSAGE)
        if not is_signed(root):
            return Finding(why=NOT_SIGNED)
        claimed = certificate_in(root)
        known = None
        if claimed is not None:
            known = self.session.get(SigningCertificate, fingerprint(claimed))
        if known is None:
            return Finding(why=NOT_OURS)
        if known.disowned_at is not None:
            return Finding(why=DISOWNED)
        signed = find_signed(root, from_pem(known.pem))
        return Finding(why=CHANGED) if signed is None else self._signed(signed)

    def _signed(self, signed: etree._Element) -> Finding:
        message = find_by_identifier(self.session, identifier_of(signed))
        if message is None:
            return Finding(why=UNKNOWN)
        return Finding(self._standing(message.edition_id))

    def _standing(self, edition_id: int) -> Standing | None:
        found = find_edition(self.session, edition_id)
        if found is None:
            return None
        return standing_of(self.session, *found, self.clearance, at=self.at)
