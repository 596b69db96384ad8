"""The kinds of file that are taken, and no others: our own table, not the machine's."""

from __future__ import annotations

from typing import NamedTuple


class Kind(NamedTuple):
    """A kind of file: its code, its words, its media type and the endings of its names."""

    code: str
    label: str
    media_type: str
    endings: tuple[str, ...]
    is_picture: bool = False


_OPEN_XML = "application/vnd.openxmlformats-officedocument."
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."

KINDS: tuple[Kind, ...] = (
    Kind("pdf", "PDF document", "application/pdf", ("pdf",)),
    Kind("png", "Picture", "image/png", ("png",), is_picture=True),
    Kind("jpeg", "Picture", "image/jpeg", ("jpg", "jpeg"), is_picture=True),
    Kind("webp", "Picture", "image/webp", ("webp",), is_picture=True),
    Kind("gif", "Picture", "image/gif", ("gif",), is_picture=True),
    Kind("docx", "Word document", f"{_OPEN_XML}wordprocessingml.document", ("docx",)),
    Kind("xlsx", "Excel workbook", f"{_OPEN_XML}spreadsheetml.sheet", ("xlsx",)),
    Kind("pptx", "PowerPoint slides", f"{_OPEN_XML}presentationml.presentation", ("pptx",)),
    Kind("odt", "Text document", f"{_OPEN_DOCUMENT}text", ("odt",)),
    Kind("ods", "Spreadsheet", f"{_OPEN_DOCUMENT}spreadsheet", ("ods",)),
    Kind("gpx", "GPS track", "application/gpx+xml", ("gpx",)),
    Kind("kml", "Map file", "application/vnd.google-earth.kml+xml", ("kml",)),
    Kind("txt", "Plain text", "text/plain", ("txt",)),
    Kind("csv", "Table (CSV)", "text/csv", ("csv",)),
)

BY_CODE = {kind.code: kind for kind in KINDS}
BY_ENDING = {ending: kind for kind in KINDS for ending in kind.endings}
_BY_TYPE = {kind.media_type: kind for kind in KINDS}


def find_kind(media_type: str) -> Kind | None:
    """Return the kind of file with this media type; None when it is none of those taken."""
    return _BY_TYPE.get(media_type)


def accepted_endings() -> list[str]:
    """Return the endings of names that are taken, with their dots, for a form to name them."""
    return [f".{ending}" for ending in BY_ENDING]
