"""The words in files are found page by page; what cannot be read harms nobody."""

from __future__ import annotations

import io
import tempfile
from zipfile import BadZipFile

import pytest
import typst
from lxml.etree import LxmlError
from pypdf.errors import PdfReadError

from osac_share.kernel.files import KINDS, Unreadable, read_pages, reading
from osac_share.kernel.files.extraction import pages_of
from osac_share.kernel.files.kinds import BY_CODE
from tests.support.files import archive, picture

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SLIDE = "http://schemas.openxmlformats.org/drawingml/2006/main"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"

DOCX = archive(
    {
        "word/document.xml": (
            f'<w:document xmlns:w="{WORD}"><w:body>'
            "<w:p><w:r><w:t>Assembly</w:t></w:r><w:r><w:t> points</w:t></w:r></w:p>"
            "<w:p><w:r><w:lastRenderedPageBreak/><w:t>North gate</w:t></w:r></w:p>"
            "</w:body></w:document>"
        ).encode(),
        "word/footnotes.xml": (
            f'<w:footnotes xmlns:w="{WORD}"><w:p><w:r><w:t>Closed on Sundays</w:t></w:r></w:p>'
            "</w:footnotes>"
        ).encode(),
    }
)
PPTX = archive(
    {
        f"ppt/slides/slide{number}.xml": (
            f'<p xmlns:a="{SLIDE}"><a:p><a:r><a:t>Slide {word}</a:t></a:r></a:p></p>'
        ).encode()
        for number, word in ((10, "ten"), (2, "two"))
    }
)
XLSX = archive(
    {
        "xl/sharedStrings.xml": (
            f'<sst xmlns="{SHEET}"><si><t>Route</t></si><si><r><t>A1</t></r></si></sst>'
        ).encode(),
        "xl/worksheets/sheet1.xml": (
            f'<worksheet xmlns="{SHEET}"><c t="s"><v>0</v></c><c t="s"><v>1</v></c>'
            '<c><v>42</v></c><c t="inlineStr"><is><t>closed</t></is></c><c t="s"><v>9</v></c>'
            "</worksheet>"
        ).encode(),
    }
)
ODT = archive(
    {
        "content.xml": (
            f'<d xmlns:text="{TEXT}"><text:h>Shelters</text:h>'
            "<text:p>One <text:span>bold</text:span><text:soft-page-break/> next page</text:p></d>"
        ).encode()
    }
)
ODS = archive(
    {
        "content.xml": (
            f'<d xmlns:text="{TEXT}" xmlns:table="{TABLE}">'
            "<table:table><text:p>Embassy</text:p><text:p>Annex</text:p></table:table></d>"
        ).encode()
    }
)
GPX = b'<gpx xmlns="http://www.topografix.com/GPX/1/1"><wpt><name>Ford</name></wpt></gpx>'
KML = b'<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><name>Ridge</name></Placemark></kml>'

SAID = {
    "docx": (DOCX, ["Assembly points", "North gate", "Closed on Sundays"]),
    "pptx": (PPTX, ["Slide two", "Slide ten"]),
    "xlsx": (XLSX, ["Route A1 42 closed"]),
    "odt": (ODT, ["Shelters One bold", "next page"]),
    "ods": (ODS, ["Embassy Annex"]),
    "gpx": (GPX, ["Ford"]),
    "kml": (KML, ["Ridge"]),
    "txt": ("Curfew in São Tomé\n\nat 20:00".encode(), ["Curfew in São Tomé at 20:00"]),
    "csv": (b'place,"what, when"\nNairobi,march', ["place what, when Nairobi march"]),
    "png": (picture("PNG"), []),
}


def read(content: bytes, code: str) -> list[str]:
    """Read as the worker does, in a program of its own."""
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        return read_pages(file, BY_CODE[code])


@pytest.mark.parametrize("code", SAID)
def test_the_words_of_a_file_are_read_page_by_page(code: str) -> None:
    content, pages = SAID[code]
    assert pages_of(io.BytesIO(content), code) == pages


def test_a_pdf_tells_what_stands_on_which_page() -> None:
    said = b"#set page(height: 5cm)\nEvacuation plan\n#pagebreak()\nBridge *closed*"
    assert read(typst.compile(said), "pdf") == ["Evacuation plan", "Bridge closed"]


def test_every_kind_that_has_words_is_read() -> None:
    pictures = {kind.code for kind in KINDS if kind.is_picture}
    assert {kind.code for kind in KINDS} == SAID.keys() | {"pdf"} | pictures


DAMAGED = {
    "a PDF that is none": ("pdf", b"%PDF-1.7\nnothing"),
    "an archive that is none": ("docx", b"PK nothing"),
    "an archive of something else": ("docx", archive({"word/other.xml": b"<x/>"})),
    "XML that ends too soon": ("odt", archive({"content.xml": b"<x><unclosed></x>"})),
    "XML without bottom": ("docx", archive({"word/document.xml": b"<x>" * 100_000})),
    "a sheet that swells": (
        "xlsx",
        archive({"xl/worksheets/sheet1.xml": b" " * ((64 << 20) + 1)}),
    ),
}


@pytest.mark.parametrize("what", DAMAGED)
def test_what_is_damaged_or_would_swell_is_not_read(what: str) -> None:
    code, content = DAMAGED[what]
    with pytest.raises((KeyError, ValueError, BadZipFile, LxmlError, PdfReadError)):
        pages_of(io.BytesIO(content), code)


def test_a_failing_reader_is_told_from_a_file_without_words() -> None:
    assert read(b"", "txt") == []
    with pytest.raises(Unreadable):
        read(b"%PDF-1.7\nnothing", "pdf")


def test_a_reader_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PATIENCE_S", 0.01)
    with pytest.raises(Unreadable):
        read(b"words", "txt")


def test_entities_are_not_resolved() -> None:
    declared = '<!DOCTYPE d [<!ENTITY e "lol"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    text = f'{declared}<d xmlns:text="{TEXT}"><text:p>plain &e;&f;</text:p></d>'
    content = archive({"content.xml": text.encode()})
    assert pages_of(io.BytesIO(content), "odt") == ["plain &e;&f;"]
