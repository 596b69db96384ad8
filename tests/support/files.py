"""Files as people send them, and as they should not: made here, byte by byte."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Mapping

OPEN_XML = "application/vnd.openxmlformats-officedocument."
MAIN = {
    "docx": ("word/document.xml", f"{OPEN_XML}wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", f"{OPEN_XML}spreadsheetml.sheet.main+xml"),
    "pptx": ("ppt/presentation.xml", f"{OPEN_XML}presentationml.presentation.main+xml"),
}
NAIROBI = {1: "S", 2: (1.0, 17.0, 30.0), 3: "E", 4: (36.0, 49.0, 2.0)}
"""Latitude and longitude as a camera writes them."""

GPX = b'<?xml version="1.0"?><gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1"/>'
KML = b'<kml xmlns="http://www.opengis.net/kml/2.2"><Document/></kml>'


def pdf(*objects: bytes, tail: bytes = b"") -> bytes:
    """Return a PDF of one empty page, with further objects."""
    page = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>",
    )
    made, places = b"%PDF-1.7\n", []
    for number, content in enumerate((*page, *objects), 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    begin = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    made += b"trailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, begin)
    return made + tail


def object_stream(objects: bytes, *, extra: bytes = b"/Filter/FlateDecode") -> bytes:
    """Return an object stream that holds `objects`, packed."""
    packed = zlib.compress(b"9 0 " + objects)
    dictionary = b"<</Type/ObjStm/N 1/First 4/Length %d%s>>" % (len(packed), extra)
    return dictionary + b"\nstream\n" + packed + b"\nendstream"


def archive(entries: Mapping[str, bytes]) -> bytes:
    """Return a zip archive of these entries, packed."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return made.getvalue()


def office(ending: str, **extra: bytes) -> bytes:
    """Return a Word, Excel or PowerPoint file, with further entries."""
    name, media_type = MAIN[ending]
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/{name}" ContentType="{media_type}"/></Types>'
    )
    return archive({"[Content_Types].xml": types.encode(), name: b"<x/>", **extra})


def open_document(kind: str = "text") -> bytes:
    """Return an OpenDocument file."""
    media_type = f"application/vnd.oasis.opendocument.{kind}".encode()
    return archive({"mimetype": media_type, "content.xml": b"<x/>"})


def picture(
    format_: str = "JPEG",
    size: tuple[int, int] = (64, 48),
    *,
    mode: str = "RGB",
    is_from_camera: bool = False,
) -> bytes:
    """Return a picture, perhaps with all that a camera writes into it."""
    image = Image.linear_gradient("L").resize(size).convert(mode)
    exif = Image.Exif()
    if is_from_camera:
        exif[0x0110] = "Camera of Amara"
        exif[0x0112] = 6
        exif.get_ifd(0x8825).update(NAIROBI)
    made = io.BytesIO()
    image.save(made, format_, exif=exif, comment=b"taken by Amara")
    return made.getvalue()


def png_claiming(size: tuple[int, int]) -> bytes:
    """Return a small PNG whose head claims another size."""
    made = picture("PNG", mode="1")
    head = b"IHDR" + struct.pack(">II", *size) + made[24:29]
    return made[:12] + head + struct.pack(">I", zlib.crc32(head)) + made[33:]


def moving_picture(format_: str = "GIF") -> bytes:
    """Return a picture that moves."""
    frames = [Image.new("RGB", (8, 8), color) for color in ("red", "blue")]
    made = io.BytesIO()
    frames[0].save(made, format_, save_all=True, append_images=frames[1:])
    return made.getvalue()
