"""GPX and KML: XML that is read without trust, and refused when it would do anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from osac_share.kernel.errors import RuleBroken

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 5_000_000
"""How many bytes of XML are read at most: the track of a day, with a point every two seconds."""

ROOTS = {
    "{http://www.topografix.com/GPX/1/0}gpx": "gpx",
    "{http://www.topografix.com/GPX/1/1}gpx": "gpx",
    "{http://www.opengis.net/kml/2.2}kml": "kml",
    "{http://earth.google.com/kml/2.0}kml": "kml",
    "{http://earth.google.com/kml/2.1}kml": "kml",
    "{http://earth.google.com/kml/2.2}kml": "kml",
}
LIVELY = frozenset({"NetworkLink", "script"})
"""Elements that fetch or run something, in whatever namespace."""

PAGES = ("http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg")


def code_of_track(file: Path) -> str | None:
    """Return `gpx` or `kml`, or None for what is neither.

    Entities are not expanded and nothing is fetched; a document type, which could declare
    some, is refused.

    Raises:
        RuleBroken: it is too large, or it declares, fetches or runs something.

    """
    if file.stat().st_size > LARGEST:
        raise RuleBroken(f"Tracks and maps may have {LARGEST // 1_000_000} MB at most.")
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False
    )
    try:
        tree = etree.parse(file, parser)
    except etree.XMLSyntaxError:
        return None
    if tree.docinfo.doctype or _is_lively(tree.getroot()):
        raise RuleBroken("This file declares, fetches or runs something. Save it without that.")
    return ROOTS.get(str(tree.getroot().tag))


def _is_lively(root: etree._Element) -> bool:
    if root.xpath("preceding-sibling::processing-instruction()"):
        return True
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        name = etree.QName(element)
        if name.localname in LIVELY or name.namespace in PAGES:
            return True
    return False
