"""Two editions of a report side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from osac_share.councils.login import current_actor
from osac_share.kernel.errors import NotFound
from osac_share.reports import documents, queries
from osac_share.reports.views.blueprint import blueprint
from osac_share.web.access import public
from osac_share.web.keeping import kept_page
from osac_share.web.sessions import current_session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from osac_share.reports.models import Edition

LONGEST_NUMBER = 6
"""No report has a million editions; what is longer is not read as a number."""


@blueprint.get("/reports/<public_id>/changes")
@public
def changes(public_id: str) -> ResponseReturnValue:
    """Show what changed between two editions, the last major one and the current by default."""
    actor = current_actor()
    glance = queries.get_glance(current_session(), public_id, actor.clearance)
    asked = _number("from"), _number("to")
    for number in asked:
        # Both must be there to see, before anything is looked up among what is kept.
        glance.edition_id(number)
    return kept_page(
        "reports/changes.html",
        (glance, asked),
        lambda: _words_of(public_id, asked, actor.clearance),
        reader=actor.name,
        look=actor.look,
    )


def _number(name: str) -> int | None:
    """Return the edition that the address names, None for the usual one.

    Raises:
        NotFound: it is not a number.

    """
    text = request.args.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER):
        raise NotFound
    return int(text)


def _words_of(
    public_id: str, asked: tuple[int | None, int | None], clearance: frozenset[str]
) -> dict[str, object]:
    session = current_session()
    report, current = queries.get_visible(session, public_id, clearance)
    editions = queries.visible_editions(session, report, clearance)
    after = current if asked[1] is None else _numbered(editions, asked[1])
    before = (
        documents.find_predecessor(editions, after)
        if asked[0] is None
        else _numbered(editions, asked[0])
    )
    if before is None:
        raise NotFound
    zone = documents.zone_of(report, after)
    return {
        "report": report,
        "editions": editions,
        "before": before,
        "after": after,
        "difference": documents.differences(before, after, zone=zone),
    }


def _numbered(editions: Sequence[Edition], number: int) -> Edition:
    found = next((one for one in editions if one.number == number), None)
    if found is None:
        raise NotFound
    return found
