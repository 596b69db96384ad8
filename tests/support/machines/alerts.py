"""What CAP 1.2 demands, checked strictly: `check_message` raises at the first breach."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import xmlsec
from lxml import etree

GRAMMAR = etree.RelaxNG(etree.parse(Path(__file__).parent / "cap.rng"))
CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"
MOMENTS = ("sent", "effective", "onset", "expires")
NAME = re.compile(r"[^\s,<&]+")


def check_message(document: bytes) -> etree._Element:
    """Check a message against the grammar and what the standard's prose adds; return its root."""
    parser = etree.XMLParser(recover=False, resolve_entities=False)
    root = etree.fromstring(document, parser)
    GRAMMAR.assertValid(root)
    for element in root.iter(*(CAP + name for name in MOMENTS)):
        said = element.text or ""
        assert len(said) == 25, said
        assert not said.endswith(("Z", "+00:00")), said
        datetime.fromisoformat(said)
    _check_references(root)
    for info in root.iter(f"{CAP}info"):
        headline = info.findtext(f"{CAP}headline") or ""
        assert 0 < len(headline) <= 160, headline
        assert (info.findtext(f"{CAP}web") or "").startswith(("http://", "https://"))
    assert (words(root, "scope") == "Restricted") == bool(words(root, "restriction"))
    return root


def _check_references(root: etree._Element) -> None:
    triples = [one.split(",") for one in words(root, "references").split()]
    assert all(len(one) == 3 and all(map(NAME.fullmatch, one)) for one in triples)
    assert bool(triples) == (words(root, "msgType") in {"Update", "Cancel", "Ack", "Error"})
    for _sender, _identifier, sent in triples:
        assert datetime.fromisoformat(sent) <= datetime.fromisoformat(words(root, "sent"))


def words(root: etree._Element, *path: str) -> str:
    """Return the text of the first element at a path of names; empty when there is none."""
    return root.findtext("/".join(CAP + name for name in path)) or ""


def all_words(root: etree._Element, *path: str) -> list[str]:
    """Return the texts of all elements at a path of names."""
    return [one.text or "" for one in root.iterfind("/".join(CAP + name for name in path))]


def is_signed_by(document: bytes, certificate: bytes) -> bool:
    """Tell whether an independent verifier finds that a message is as its signer left it."""
    root = etree.fromstring(document)
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(certificate, xmlsec.constants.KeyDataFormatCertPem)
    try:
        context.verify(root[-1])
    except xmlsec.VerificationError:
        return False
    return True
