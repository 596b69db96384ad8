"""Pictures: drawn anew, so that only the picture is left of what was sent."""

from __future__ import annotations

import struct
import threading
import zlib
from typing import TYPE_CHECKING

from PIL import Image, ImageOps

from osac_share.kernel.errors import RuleBroken
from osac_share.kernel.files.kinds import BY_CODE

if TYPE_CHECKING:
    from pathlib import Path

    from osac_share.kernel.files.kinds import Kind

MOST_PIXELS = 50_000_000
"""How many pixels are unpacked; time and memory grow with them, whatever the file's size."""

LONGEST_SIDE = 4096
"""To how many pixels a larger picture is reduced, at its longer side."""

JPEG_QUALITY = 88
_FORMATS = {"png": ("PNG",), "jpeg": ("JPEG", "MPO"), "webp": ("WEBP",), "gif": ("GIF",)}
_KEPT_AS = {"png": "png", "jpeg": "jpeg", "webp": "webp", "gif": "png"}
_MODES = {
    "png": frozenset({"1", "L", "LA", "P", "RGB", "RGBA"}),
    "jpeg": frozenset({"L", "RGB"}),
    "webp": frozenset({"RGB", "RGBA"}),
}
_OPTIONS: dict[str, dict[str, int | bool]] = {
    "png": {"optimize": False, "compress_level": 6},
    "jpeg": {"quality": JPEG_QUALITY, "progressive": True},
    "webp": {"quality": JPEG_QUALITY, "method": 2},
}

# The library's own guard, at the same number; it warns where we refuse.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS

_UNREADABLE = (
    *(OSError, ValueError, SyntaxError, EOFError, TypeError, LookupError, ArithmeticError),
    *(MemoryError, struct.error, zlib.error),
    *(Image.DecompressionBombError, Image.DecompressionBombWarning),
)
_one_at_a_time = threading.Lock()


def redraw(file: Path, kind: Kind) -> tuple[Path, Kind]:
    """Draw a picture anew beside the file that holds it.

    It is turned as the camera was held and reduced if it is very large. Place, time, camera,
    comments, thumbnails, color profile and whatever hangs behind the picture are gone. A GIF
    becomes a PNG; pictures that move are refused.

    Args:
        file: the picture, in a folder of its own.
        kind: what its content says it is.

    Returns:
        The new file, and its kind.

    Raises:
        RuleBroken: it is no picture, too large, damaged or moving.

    """
    kept = BY_CODE[_KEPT_AS[kind.code]]
    target = file.with_name("redrawn")
    try:
        with _one_at_a_time, Image.open(file, formats=_FORMATS[kind.code]) as picture:
            _require_still(picture)
            drawn = _drawn(picture, kept.code)
            drawn.save(target, format=kept.code.upper(), **_OPTIONS[kept.code])
    except _UNREADABLE:
        raise RuleBroken("This picture is damaged or too large to be read.") from None
    return target, kept


def _require_still(picture: Image.Image) -> None:
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise RuleBroken(f"This picture has more than {MOST_PIXELS // 1_000_000} million pixels.")
    # Telephones store several shots of one moment in an MPO; the first is the picture.
    if picture.format != "MPO" and getattr(picture, "is_animated", False):
        raise RuleBroken("This picture moves. Send a still one.")


def _drawn(picture: Image.Image, code: str) -> Image.Image:
    picture.draft(None, (LONGEST_SIDE, LONGEST_SIDE))
    turned = ImageOps.exif_transpose(picture)
    if turned.mode not in _MODES[code]:
        see_through = code != "jpeg" and turned.has_transparency_data
        turned = turned.convert("RGBA" if see_through else "RGB")
    if max(turned.size) > LONGEST_SIDE:
        if turned.mode in {"1", "P"}:
            turned = turned.convert("RGBA")
        turned.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    # What the library would write along by itself, but for the color that is see-through.
    turned.info = {name: value for name, value in turned.info.items() if name == "transparency"}
    return turned
