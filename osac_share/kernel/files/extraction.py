"""The words in a file, page by page: run as a program of its own, which may fail or be ended.

What reads a file from outside must be taken to be at its mercy. So this runs as
`python extraction.py <kind>` with the file as its input, under bounds on time and memory that it
sets itself before it reads, and prints a JSON list with the text of each page: a page of a
document, a slide, a sheet of a workbook. Pages without words are empty texts. It imports nothing
else of the platform, so that it begins at once.
"""

from __future__ import annotations

import csv
import json
import logging
import resource
import sys
import zipfile
from itertools import islice
from typing import IO, TYPE_CHECKING, Final

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CPU_S: Final = 60
MEMORY: Final = 1 << 30
MOST_PAGES: Final = 2_000
LONGEST: Final = 2_000_000
"""How many characters of a file are kept; a book has half as many."""

LARGEST_ENTRY: Final = 64 << 20
_WORD: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SLIDE: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_SHEET: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_TEXT: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_BREAK: Final = "\f"


def pages_of(file: IO[bytes], code: str) -> list[str]:
    """Return the text of each page of a file of this kind, cut after `LONGEST` characters.

    Args:
        file: the file, from its beginning; its reader moves about in it.
        code: a code of `KINDS`; pictures have no words, and give no pages.

    Raises:
        Exception: whatever its reader raises when the file is not what it should be.

    """
    read = READERS.get(code)
    if read is None:
        return []
    pages: list[str] = []
    room = LONGEST
    for page in islice(read(file), MOST_PAGES):
        pages.append(" ".join(page.split())[:room])
        room -= len(pages[-1])
        if room <= 0:
            break
    while pages and not pages[-1]:
        pages.pop()
    return pages


def _pdf(file: IO[bytes]) -> Iterator[str]:
    import pypdf  # noqa: PLC0415 -- slow to load, and only of use here.

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    for page in pypdf.PdfReader(file).pages:
        yield page.extract_text()


def _docx(file: IO[bytes]) -> Iterator[str]:
    # Word notes where its pages broke when it last showed them (ISO/IEC 29500-1, 17.3.1.20).
    breaks = {f"{_WORD}lastRenderedPageBreak"}
    with zipfile.ZipFile(file) as archive:
        words = _words(_entry(archive, "word/document.xml"), f"{_WORD}p", f"{_WORD}t", breaks)
        yield from words.split(_BREAK)
        for name in ("word/footnotes.xml", "word/endnotes.xml"):
            if name in archive.namelist():
                yield _words(_entry(archive, name), f"{_WORD}p", f"{_WORD}t")


def _pptx(file: IO[bytes]) -> Iterator[str]:
    with zipfile.ZipFile(file) as archive:
        for name in _numbered(archive, "ppt/slides/slide"):
            yield _words(_entry(archive, name), f"{_SLIDE}p", f"{_SLIDE}t")


def _xlsx(file: IO[bytes]) -> Iterator[str]:
    with zipfile.ZipFile(file) as archive:
        shared: list[str] = []
        if "xl/sharedStrings.xml" in archive.namelist():
            for _, item in _parsed(_entry(archive, "xl/sharedStrings.xml"), f"{_SHEET}si"):
                shared.append("".join(part.text or "" for part in item.iter(f"{_SHEET}t")))
                item.clear()
        for name in _numbered(archive, "xl/worksheets/sheet"):
            yield " ".join(_cells(_entry(archive, name), shared))


def _cells(entry: IO[bytes], shared: list[str]) -> Iterator[str]:
    for _, cell in _parsed(entry, f"{_SHEET}c"):
        value = cell.findtext(f"{_SHEET}v") or ""
        if cell.get("t") == "s":
            yield shared[int(value)] if value.isdigit() and int(value) < len(shared) else ""
        else:
            yield "".join(part.text or "" for part in cell.iter(f"{_SHEET}t")) or value
        cell.clear()


def _odt(file: IO[bytes]) -> Iterator[str]:
    with zipfile.ZipFile(file) as archive:
        paragraphs = (f"{_TEXT}p", f"{_TEXT}h")
        breaks = {f"{_TEXT}soft-page-break"}
        yield from _all_text(_entry(archive, "content.xml"), paragraphs, breaks).split(_BREAK)


def _ods(file: IO[bytes]) -> Iterator[str]:
    with zipfile.ZipFile(file) as archive:
        for _, table in _parsed(_entry(archive, "content.xml"), f"{_TABLE}table"):
            yield " ".join("".join(cell.itertext()) for cell in table.iter(f"{_TEXT}p"))
            table.clear()


def _marks(file: IO[bytes]) -> Iterator[str]:
    """Read the names and descriptions of a map's or a track's points."""
    told = ("{*}name", "{*}desc", "{*}description", "{*}cmt")
    yield " ".join(element.text or "" for _, element in _parsed(file, *told))


def _plain(file: IO[bytes]) -> Iterator[str]:
    yield file.read(4 * LONGEST).decode("utf-8", "replace")


def _csv(file: IO[bytes]) -> Iterator[str]:
    lines = file.read(4 * LONGEST).decode("utf-8", "replace").splitlines()
    yield " ".join(" ".join(row) for row in csv.reader(lines))


def _numbered(archive: zipfile.ZipFile, beginning: str) -> list[str]:
    numbers = {
        int(number): name
        for name in archive.namelist()
        if name.startswith(beginning)
        and (number := name.removeprefix(beginning).removesuffix(".xml")).isdigit()
    }
    return [numbers[number] for number in sorted(numbers)]


def _entry(archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    if archive.getinfo(name).file_size > LARGEST_ENTRY:
        raise ValueError("a part of the document is too large to be read")
    return archive.open(name)


def _parsed(entry: IO[bytes], *tags: str) -> Iterator[tuple[str, etree._Element]]:
    # No entity is resolved, nothing is fetched, and depth and size are bounded by the library.
    yield from etree.iterparse(
        entry, tag=tags, resolve_entities=False, load_dtd=False, no_network=True
    )


def _words(
    entry: IO[bytes], paragraph: str, run: str, breaks: set[str] | frozenset[str] = frozenset()
) -> str:
    parts: list[str] = []
    for _, element in _parsed(entry, paragraph, run, *breaks):
        if element.tag in breaks:
            parts.append(_BREAK)
        elif element.tag == run:
            parts.append(element.text or "")
        else:
            parts.append("\n")
            element.clear()
    return "".join(parts)


def _all_text(entry: IO[bytes], paragraphs: tuple[str, ...], breaks: set[str]) -> str:
    parts: list[str] = []
    for _, element in _parsed(entry, *paragraphs):
        for inner in element.iter():
            if inner.tag in breaks:
                parts.append(_BREAK)
            elif inner.text:
                parts.append(inner.text)
            if inner is not element and inner.tail:
                parts.append(inner.tail)
        parts.append("\n")
        element.clear()
    return "".join(parts)


READERS: Final[dict[str, Callable[[IO[bytes]], Iterator[str]]]] = {
    "pdf": _pdf,
    "docx": _docx,
    "pptx": _pptx,
    "xlsx": _xlsx,
    "odt": _odt,
    "ods": _ods,
    "gpx": _marks,
    "kml": _marks,
    "txt": _plain,
    "csv": _csv,
}


def main(code: str) -> None:
    """Print the pages of the file that is given as input, as JSON."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    json.dump(pages_of(sys.stdin.buffer, code), sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
