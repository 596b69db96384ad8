"""What a file is: by what is in it, and only if its name says the same."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from osac_share.kernel.errors import RuleBroken
from osac_share.kernel.files.archives import code_of_archive
from osac_share.kernel.files.kinds import BY_CODE, BY_ENDING, Kind
from osac_share.kernel.files.names import ending_of
from osac_share.kernel.files.pdf import require_quiet
from osac_share.kernel.files.tracks import code_of_track

if TYPE_CHECKING:
    from pathlib import Path

HEAD = 16
CHUNK = 1 << 18
TRACKS = frozenset({"gpx", "kml"})
TEXTS = frozenset({"txt", "csv"})
_CONTROLS = frozenset(range(32)) - {9, 10, 12, 13} | {127}


def recognize(file: Path, name: str) -> Kind:
    """Return what kind of file this is.

    Args:
        file: where its bytes are.
        name: what its sender calls it; the ending must agree with the content.

    Raises:
        RuleBroken: its kind is not taken, its content is another one than its name says, or
            it holds what could act by itself: macros, scripts, files within a PDF.

    """
    ending = ending_of(name)
    kind = BY_ENDING.get(ending)
    if kind is None:
        raise RuleBroken(f"Files of this kind are not taken. Send one of: {', '.join(BY_ENDING)}.")
    found = _code_of(file, kind)
    if found != kind.code:
        says = f" It is a {BY_CODE[found].label.lower()}." if found else ""
        raise RuleBroken(f"The content is not what the name says, .{ending}.{says}")
    return kind


def _code_of(file: Path, claimed: Kind) -> str | None:
    with file.open("rb") as opened:
        head = opened.read(HEAD)
    if found := _picture(head):
        return found
    if head.startswith(b"%PDF-"):
        require_quiet(file)
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return code_of_archive(file)
    # Words are anything that can be read as words: here the name decides what they are for.
    if claimed.code in TRACKS:
        return code_of_track(file)
    if claimed.code in TEXTS and _is_text(file):
        return claimed.code
    return None


def _picture(head: bytes) -> str | None:
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head[:6] in {b"GIF87a", b"GIF89a"}:
        return "gif"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    return None


def _is_text(file: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    with file.open("rb") as opened:
        try:
            while chunk := opened.read(CHUNK):
                if not _CONTROLS.isdisjoint(chunk):
                    return False
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True
