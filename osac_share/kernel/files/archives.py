"""Office documents: zip archives of which only the table of contents is read.

Nothing is unpacked but two short entries, each bounded: the list of content types, and the
media type that OpenDocument puts first.
"""

from __future__ import annotations

import zipfile
import zlib
from typing import TYPE_CHECKING

from lxml import etree

from osac_share.kernel.errors import RuleBroken

if TYPE_CHECKING:
    from pathlib import Path

LONGEST_CONTENTS = 256 * 1024
"""How many bytes of table of contents are read; a long document has 20 kB."""

LONGEST_ENTRY = 512 * 1024
LARGEST_UNPACKED = 400_000_000
MOST_PACKED = 150
"""How many times larger than the archive its contents may claim to be."""

_END = b"PK\x05\x06"
_END_SIZE = 22
_LONGEST_COMMENT = 65_535
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_MAIN = "application/vnd.openxmlformats-officedocument."
OPEN_XML = {
    f"{_MAIN}wordprocessingml.document.main+xml": "docx",
    f"{_MAIN}spreadsheetml.sheet.main+xml": "xlsx",
    f"{_MAIN}presentationml.presentation.main+xml": "pptx",
}
OPEN_DOCUMENT = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
}
PROGRAMS = ("vbaproject.bin", "vbadata.xml", "/activex", "oleobject", "basic/", "scripts/")
"""What the name of an entry holds that can run: macros, controls, packages within."""

PROGRAM_TYPES = ("macroenabled", "vbaproject", "activex", "oleobject")
BROKEN = "This document is damaged, or it is not a document. Open it, save it again and send that."
RUNS = "This document holds macros or other programs. Save it without them and send that."


def code_of_archive(file: Path) -> str | None:
    """Return `docx`, `xlsx`, `pptx`, `odt` or `ods`, or None for another archive.

    Raises:
        RuleBroken: it is damaged, locked, holds programs, or would swell when unpacked.

    """
    _require_short_contents(file)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            _require_sound(file, entries)
            names = {entry.filename for entry in entries}
            if any(word in name.lower() for name in names for word in PROGRAMS):
                raise RuleBroken(RUNS)
            if "[Content_Types].xml" in names:
                return _open_xml(_read(archive, "[Content_Types].xml"))
            if entries and entries[0].filename == "mimetype":
                return OPEN_DOCUMENT.get(_read(archive, "mimetype"))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError):
        raise RuleBroken(BROKEN) from None
    return None


def _require_short_contents(file: Path) -> None:
    # Before the library reads the table of contents, which it takes as it is into memory.
    size = file.stat().st_size
    with file.open("rb") as opened:
        opened.seek(max(0, size - _END_SIZE - _LONGEST_COMMENT))
        tail = opened.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_SIZE:
        raise RuleBroken(BROKEN)
    length = int.from_bytes(tail[at + 12 : at + 16], "little")
    comment = int.from_bytes(tail[at + 20 : at + 22], "little")
    # Whatever follows, or a second end, is another file in disguise.
    if length > LONGEST_CONTENTS or len(tail) - at != _END_SIZE + comment or comment:
        raise RuleBroken(BROKEN)


def _require_sound(file: Path, entries: list[zipfile.ZipInfo]) -> None:
    packed = file.stat().st_size
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > min(LARGEST_UNPACKED, packed * MOST_PACKED):
        raise RuleBroken("This document would become far too large when opened.")
    names = [entry.filename for entry in entries]
    overlapping = sum(entry.compress_size for entry in entries) > packed
    if overlapping or len(set(names)) < len(names):
        raise RuleBroken(BROKEN)
    if any(entry.flag_bits & 1 for entry in entries):
        raise RuleBroken("This document is locked with a password. Save it without one.")


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as entry:
        words = entry.read(LONGEST_ENTRY + 1)
    if len(words) > LONGEST_ENTRY:
        raise RuleBroken(BROKEN)
    return words


def _open_xml(words: bytes) -> str | None:
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False
    )
    try:
        root = etree.fromstring(words, parser)
    except etree.XMLSyntaxError:
        raise RuleBroken(BROKEN) from None
    if root.getroottree().docinfo.doctype:
        raise RuleBroken(BROKEN)
    types = {
        str(one.get("ContentType", ""))
        for one in root.iter(f"{_TYPES}Override", f"{_TYPES}Default")
    }
    if any(word in one.lower() for one in types for word in PROGRAM_TYPES):
        raise RuleBroken(RUNS)
    found = {OPEN_XML[one] for one in types if one in OPEN_XML}
    return found.pop() if len(found) == 1 else None
