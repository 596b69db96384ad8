"""What is special about messages of other publishers: signatures, and what came too late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from osac_share.kernel.signatures import fingerprint, make_key, sign
from osac_share.relays.documents import read
from osac_share.relays.models import ASIDE, WAITING
from tests.relays.conftest import bring, source
from tests.relays.samples import cap
from tests.support.factories import MOMENT

if TYPE_CHECKING:
    from tests.relays.conftest import Bring

__all__ = ["bring", "source"]

KEY = make_key("met.example.org", at=MOMENT)


def signature_of(document: str) -> str:
    (entry,) = read(document.encode(), None, "https://met.example.org/cap").entries
    return entry.signature


def test_signature_is_told_in_words_and_so_is_one_that_does_not_fit() -> None:
    signed = etree.tostring(sign(etree.fromstring(cap()), KEY), encoding="unicode")
    assert signature_of(cap()) == ""
    whole = signature_of(signed)
    assert whole.startswith("Signed, and unchanged since, by the key of CN=met.example.org")
    assert fingerprint(KEY.certificate) in whole
    assert signature_of(signed.replace("river", "lake")).startswith("Its signature does not fit")
    nameless = signed[: signed.index("<ds:KeyInfo")] + signed[signed.index("</ds:Signature>") :]
    assert "does not say by whose key" in signature_of(nameless)
    feed = "<feed xmlns='http://www.w3.org/2005/Atom'><entry><content>{}</content></entry></feed>"
    within = feed.format(signed)
    assert signature_of(within) == whole


def test_message_whose_time_had_run_out_is_set_aside_and_a_drill_is_not_mistaken(
    bring: Bring,
) -> None:
    late, due, drill = [
        bring(document)[-1]
        for document in (
            cap("KE-1", expires="2026-03-02T12:29:59+03:00"),
            cap("KE-2", expires="2026-03-02T12:30:01+03:00"),
            cap("KE-3", status="Exercise"),
        )
    ]
    assert (late.state, late.why) == (ASIDE, "Its time had run out before it came.")
    assert (due.state, due.is_exercise) == (WAITING, False)
    assert (drill.state, drill.is_exercise) == (WAITING, True)
