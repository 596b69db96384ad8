"""What is taken in, and everything that is not: known by content, refused in a sentence."""

from __future__ import annotations

import time
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from osac_share.kernel.errors import RuleBroken
from osac_share.kernel.files import KINDS, recognize
from tests.support.files import (
    GPX,
    KML,
    archive,
    object_stream,
    office,
    open_document,
    pdf,
    picture,
)

if TYPE_CHECKING:
    from pathlib import Path

GOOD = {
    "pdf": pdf(),
    "png": picture("PNG"),
    "jpeg": picture("JPEG"),
    "webp": picture("WEBP"),
    "gif": picture("GIF", mode="L"),
    "docx": office("docx"),
    "xlsx": office("xlsx"),
    "pptx": office("pptx"),
    "odt": open_document(),
    "ods": open_document("spreadsheet"),
    "gpx": GPX,
    "kml": KML,
    "txt": "Süd, \u202fMombasa\r\n\tfin".encode(),
    "csv": b"\xef\xbb\xbfname,place\nx,y\n",
}
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>probe()</script></svg>'
PAGE = b"<!doctype html><script>probe()</script>"
PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00" + b"\x00" * 64
LAUGHS = (
    b'<!DOCTYPE gpx [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
    b'<gpx xmlns="http://www.topografix.com/GPX/1/1">&c;</gpx>'
)
FETCHES = (
    b'<!DOCTYPE gpx [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    b'<gpx xmlns="http://www.topografix.com/GPX/1/1">&a;</gpx>'
)


def sent(tmp_path: Path, content: bytes, name: str) -> str:
    file = tmp_path / "arrived"
    file.write_bytes(content)
    return recognize(file, name).code


def test_every_kind_in_the_table_is_recognized(tmp_path: Path) -> None:
    assert set(GOOD) == {kind.code for kind in KINDS}
    for kind in KINDS:
        for ending in kind.endings:
            assert sent(tmp_path, GOOD[kind.code], f"Plan B.{ending.upper()}") == kind.code


def test_content_and_name_must_agree(tmp_path: Path) -> None:
    words = {"txt", "csv", "gpx", "kml"}
    for code, content in GOOD.items():
        for kind in KINDS:
            if kind.code == code or (code in words and kind.code in {"txt", "csv"}):
                continue  # A track is readable as words, too.
            with pytest.raises(RuleBroken, match="not what the name says"):
                sent(tmp_path, content, f"a.{kind.endings[0]}")


@pytest.mark.parametrize(
    "name",
    [
        *("a.exe", "a.svg", "a.html", "a.docm", "a.zip", "a.js", "a.pdf.exe", "a", "", ".", "a."),
        *("a.heic", "a.doc", "a.kmz", "pdf", "a.pdf\x00.exe", "a.pdf\n.html", "a.\u202efdp"),
    ],
)
def test_other_kinds_are_refused_whatever_they_hold(tmp_path: Path, name: str) -> None:
    with pytest.raises(RuleBroken, match="are not taken"):
        sent(tmp_path, pdf(), name)


@pytest.mark.parametrize("content", [SVG, PAGE, PROGRAM, b"#!/bin/sh\n", b"\x00", b"PK", b"%PDF"])
@pytest.mark.parametrize("ending", ["pdf", "png", "jpg", "gif", "webp", "docx", "odt", "gpx"])
def test_anything_under_a_false_name_is_refused(
    tmp_path: Path, content: bytes, ending: str
) -> None:
    with pytest.raises(RuleBroken):
        sent(tmp_path, content, f"innocent.{ending}")


@pytest.mark.parametrize(
    "content", [PROGRAM, b"a\x00b", b"\xff\xfe<\x00h\x00", "Grüße".encode("latin-1"), b"\xc3"]
)
def test_bytes_that_are_no_words_are_no_text(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(RuleBroken, match="not what the name says"):
        sent(tmp_path, content, "a.txt")


@pytest.mark.parametrize(
    "acting",
    [
        b"<</S/JavaScript/JS(probe\\(\\))>>",
        b"<</S /JavaScript /JS 9 0 R>>",
        b"<</S/Java#53cript/JS(x)>>",
        b"<</S/#4aavaScript/JS(x)>>",
        b"<</Type/Action/S/Launch/F(cmd.exe)>>",
        b"<</Type/EmbeddedFile/Length 0>>",
        b"<</Names[(a)<</EF<</F 9 0 R>>>>]/EmbeddedFiles 8 0 R>>",
        b"<</S/SubmitForm/F(https://probe.example.org)>>",
        b"<</Subtype/RichMedia>>",
        b"<</XFA 9 0 R>>",
    ],
)
def test_pdf_that_could_act_is_refused_open_or_packed(tmp_path: Path, acting: bytes) -> None:
    for content in (pdf(acting), pdf(object_stream(acting))):
        with pytest.raises(RuleBroken, match="holds scripts"):
            sent(tmp_path, content, "a.pdf")


def test_pdf_with_packed_objects_that_do_nothing_is_taken(tmp_path: Path) -> None:
    assert sent(tmp_path, pdf(object_stream(b"<</Type/Font>>")), "a.pdf") == "pdf"


@pytest.mark.parametrize(
    "hiding",
    [
        b"/Filter[/ASCIIHexDecode/FlateDecode]",
        b"/Filter 7 0 R",
        b"/Filter/LZWDecode",
        b"/Filter/FlateDecode/DecodeParms<</Predictor 12>>",
        b"/Filter/FlateDecode % 1 0 obj<<",
        b"/Filter/FlateDecode/X(1 0 obj<<)",
        b"/F(other.bin)",
    ],
)
def test_pdf_that_cannot_be_looked_into_is_refused(tmp_path: Path, hiding: bytes) -> None:
    with pytest.raises(RuleBroken, match="cannot be looked into"):
        sent(tmp_path, pdf(object_stream(b"<</Type/Font>>", extra=hiding)), "a.pdf")


def test_locked_pdf_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleBroken, match="locked"):
        sent(tmp_path, pdf(b"<</Encrypt 9 0 R>>"), "a.pdf")


@pytest.mark.parametrize("tail", [office("docx"), PAGE, office("docx") + b"%%EOF", PROGRAM])
def test_pdf_with_another_file_behind_it_is_refused(tmp_path: Path, tail: bytes) -> None:
    with pytest.raises(RuleBroken, match="damaged"):
        sent(tmp_path, pdf(tail=tail), "a.pdf")


def test_pdf_that_swells_is_refused_soon(tmp_path: Path) -> None:
    bomb = zlib.compress(bytes(1 << 26))
    swelling = b"<</Type/ObjStm/Filter/FlateDecode>>\nstream\n" + bomb + b"\nendstream"
    begun = time.perf_counter()
    with pytest.raises(RuleBroken, match="looked into"):
        sent(tmp_path, pdf(swelling), "a.pdf")
    assert time.perf_counter() - begun < 2


@pytest.mark.parametrize("piece", [b"/ObjStm", b"1 0 obj<</ObjStm>>stream\n", b"/a#", b"/", b"#"])
def test_hostile_pdf_costs_little_time(tmp_path: Path, piece: bytes) -> None:
    content = b"%PDF-1.7\n" + piece * (4_000_000 // len(piece)) + b"\n%%EOF"
    begun = time.perf_counter()
    with suppress(RuleBroken):
        sent(tmp_path, content, "a.pdf")
    assert time.perf_counter() - begun < 5


@pytest.mark.parametrize(
    "extra",
    [
        {"word/vbaProject.bin": b"x"},
        {"word/VBAPROJECT.BIN": b"x"},
        {"word/activeX/activeX1.bin": b"x"},
        {"word/embeddings/oleObject1.bin": b"x"},
    ],
)
def test_document_with_programs_is_refused(tmp_path: Path, extra: dict[str, bytes]) -> None:
    with pytest.raises(RuleBroken, match="macros"):
        sent(tmp_path, office("docx", **extra), "a.docx")


def test_document_that_says_it_has_macros_is_refused(tmp_path: Path) -> None:
    types = (
        b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override '
        b'ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'
    )
    with pytest.raises(RuleBroken, match="macros"):
        sent(tmp_path, archive({"[Content_Types].xml": types}), "a.docx")


def test_document_that_swells_is_refused_unread(tmp_path: Path) -> None:
    bomb = office("docx", **{"word/media/a.xml": bytes(50_000_000)})
    with pytest.raises(RuleBroken, match="far too large"):
        sent(tmp_path, bomb, "a.docx")


@pytest.mark.parametrize(
    "content",
    [
        b"MZ" + office("docx"),
        office("docx") + b"behind",
        office("docx")[:-30],
        b"PK\x03\x04" + b"\x00" * 200,
        archive({f"{number}/{'x' * 200}": b"" for number in range(1500)}),
        archive({"[Content_Types].xml": LAUGHS}),
        archive({"[Content_Types].xml": b"no xml"}),
    ],
)
def test_broken_or_disguised_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(RuleBroken):
        sent(tmp_path, content, "a.docx")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (LAUGHS, "a.gpx"),
        (FETCHES, "a.gpx"),
        (LAUGHS.decode().encode("utf-16"), "a.gpx"),
        (b'<?xml-stylesheet href="https://probe.example.org/x.xsl"?>' + KML, "a.kml"),
        (KML.replace(b"<Document/>", b"<NetworkLink><Link/></NetworkLink>"), "a.kml"),
        (KML.replace(b"<Document/>", SVG), "a.kml"),
        (GPX + b" " * 6_000_000, "a.gpx"),
        (b"<a>" * 5000 + b"</a>" * 5000, "a.gpx"),
        (b'<gpx xmlns="http://elsewhere.example"/>', "a.gpx"),
    ],
)
def test_track_that_declares_fetches_or_runs_something_is_refused(
    tmp_path: Path, content: bytes, name: str
) -> None:
    with pytest.raises(RuleBroken):
        sent(tmp_path, content, name)
