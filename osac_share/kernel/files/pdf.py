"""PDF: refused when it could act by itself.

The file is searched, not interpreted: for the names of actions and of files within, wherever
they stand, also spelled with `#` (ISO 32000-1, 7.3.5), and in object streams (7.5.7), which
are unpacked up to a bound. What cannot be looked into for certain is refused: it is easily
printed anew, and a reader's program would look into it. A name in a stream of another kind is
not seen, nor is what a fault in somebody's PDF program may make of a picture or a font.
"""

from __future__ import annotations

import mmap
import re
import zlib
from typing import TYPE_CHECKING

from osac_share.kernel.errors import RuleBroken

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ACTING = frozenset(
    {b"JavaScript", b"Launch", b"EmbeddedFile", b"EmbeddedFiles", b"RichMedia", b"Rendition"}
    | {b"SubmitForm", b"ImportData", b"GoToE", b"XFA"}
)
"""Names of what runs, opens, sends or carries something (ISO 32000-1, 7.11.4 and 12.6.4)."""

ACTS = (
    "This PDF holds scripts, forms that send, or files within. Print it to a new PDF and send that."
)
UNREADABLE = "This PDF is damaged or cannot be looked into. Print it to a new PDF and send that."
LOCKED = "This PDF is locked. Print it to a new PDF without protection and send that."

LARGEST_STREAM = 16 << 20
LARGEST_IN_ALL = 64 << 20
LONGEST_TAIL = 70_000
_DICTIONARY = 4096
"""How far apart the beginning, the type and the end of an object stream's dictionary may be."""

# Quantifiers are bounded or possessive: time is linear in the size of the file.
_PLAIN = re.compile(rb"/(?:%s)(?![^\x00\t\n\f\r ()<>\[\]{}/%%])" % b"|".join(sorted(ACTING)))
_SPELLED = re.compile(rb"/[^\x00\t\n\f\r ()<>\[\]{}/%#]{0,40}#[^\x00\t\n\f\r ()<>\[\]{}/%]{2,120}")
_HEX = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAMS_OF_OBJECTS = re.compile(rb"/ObjStm(?![^\x00\t\n\f\r ()<>\[\]{}/%])")
_OBJECT = re.compile(rb"\d{1,10}\s{1,4}\d{1,5}\s{1,4}obj\s{0,16}<<")
_BEGIN = re.compile(rb">>\s{0,16}stream\r?\n")
_ENCRYPTED = re.compile(rb"/Encrypt(?![^\x00\t\n\f\r ()<>\[\]{}/%])")
_TELLING = ACTING | {b"Encrypt", b"ObjStm"}
_FILTERS = re.compile(rb"/\w{1,20}Decode\b|/(?:AHx|A85|LZW|RL|CCF|DCT|Fl)\b|/Predictor\b|/Crypt\b")


def require_quiet(file: Path) -> None:
    """Refuse a PDF that could act, or that nobody could tell about.

    Raises:
        RuleBroken: with what to do about it.

    """
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as words:
        _require_whole(words)
        spelled = _spelled_names(words)
        if _PLAIN.search(words) or spelled & ACTING:
            raise RuleBroken(ACTS)
        if b"Encrypt" in spelled or _ENCRYPTED.search(words):
            raise RuleBroken(LOCKED)
        if b"ObjStm" in spelled:
            raise RuleBroken(UNREADABLE)
        for objects in _object_streams(words):
            if _PLAIN.search(objects) or _spelled_names(objects) & ACTING:
                raise RuleBroken(ACTS)


def _require_whole(words: mmap.mmap) -> None:
    # A second file behind the first, an archive say, would be what another program sees.
    tail = words[max(0, len(words) - LONGEST_TAIL) :]
    _before, end, after = tail.rpartition(b"%%EOF")
    if not end or after.strip(b"\x00\t\n\f\r ") or b"PK\x05\x06" in tail:
        raise RuleBroken(UNREADABLE)


def _spelled_names(words: bytes | mmap.mmap) -> frozenset[bytes]:
    """Return which telling names are there with characters spelled by number."""
    names = (
        _HEX.sub(lambda found: bytes([int(found[1], 16)]), match[0][1:])
        for match in _SPELLED.finditer(words)
    )
    return frozenset(name for name in names if name in _TELLING)


def _object_streams(words: mmap.mmap) -> Iterator[bytes]:
    room = LARGEST_IN_ALL
    for match in _STREAMS_OF_OBJECTS.finditer(words):
        begin = _BEGIN.search(words, match.end(), match.end() + _DICTIONARY)
        if begin is None:
            raise RuleBroken(UNREADABLE)
        dictionary = _dictionary(words, match.start(), begin.start())
        filters = _FILTERS.findall(dictionary)
        if filters != ([b"/FlateDecode"] if b"/F" in dictionary.replace(b"/First", b"") else []):
            raise RuleBroken(UNREADABLE)
        packed = words[begin.end() : _end_of_stream(words, begin.end())]
        objects = _unpacked(packed) if filters else packed
        room -= len(packed) + len(objects)
        if room < 0:
            raise RuleBroken(UNREADABLE)
        yield objects


def _dictionary(words: mmap.mmap, middle: int, end: int) -> bytes:
    """Return the dictionary around `middle`, if it cannot be anything but that."""
    before = words[max(0, middle - _DICTIONARY) : middle]
    begins = [match.start() for match in _OBJECT.finditer(before)]
    if not begins:
        raise RuleBroken(UNREADABLE)
    dictionary = before[begins[-1] :] + words[middle:end]
    line = re.split(rb"[\r\n]", before[: begins[-1]])[-1]
    # A comment, a string or a spelled name could make another beginning look like this one.
    if b"%" in line or any(sign in dictionary for sign in b"%()#"):
        raise RuleBroken(UNREADABLE)
    return dictionary


def _end_of_stream(words: mmap.mmap, start: int) -> int:
    end = words.find(b"endstream", start, start + LARGEST_STREAM)
    if end < 0:
        raise RuleBroken(UNREADABLE)
    return end


def _unpacked(packed: bytes) -> bytes:
    unpacking = zlib.decompressobj()
    try:
        objects = unpacking.decompress(packed, LARGEST_STREAM)
    except zlib.error:
        raise RuleBroken(UNREADABLE) from None
    if unpacking.unconsumed_tail or not unpacking.eof:
        raise RuleBroken(UNREADABLE)
    return objects
