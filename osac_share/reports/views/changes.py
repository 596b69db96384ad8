"""Two editions of a report side by side."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from flask import request

from osac_share.councils.login import current_actor
from osac_share.kernel.errors import NotFound
from osac_share.reports import documents, queries
from osac_share.reports.views.blueprint import blueprint
from osac_share.reports.views.noting import noted, require_noted
from osac_share.web.access import public
from osac_share.web.keeping import kept_page
from osac_share.web.sessions import current_session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from osac_share.councils.policy import Actor
    from osac_share.reports.models import Edition

Asked = tuple[int | None, int | None]
Compared = tuple[queries.Glance, Asked]

LONGEST_NUMBER = 6
"""No report has a million editions; what is longer is not read as a number."""


@blueprint.get("/reports/<public_id>/changes")
@public
def changes(public_id: str) -> ResponseReturnValue:
    """Show what changed between two editions, the last major one and the current by default."""
    asked = _number("from"), _number("to")
    return noted(
        partial(
            kept_page,
            "reports/changes.html",
            partial(_find_compared, public_id, asked),
            partial(_words_of, public_id),
            reader=current_actor(),
        )
    )


def _find_compared(public_id: str, asked: Asked, session: Session, actor: Actor) -> Compared:
    glance = queries.get_glance(session, public_id, actor.clearance)
    for number in asked:
        # Both must be there to see, before anything is looked up among what is kept.
        glance.edition_id(number)
    require_noted(session, actor, public_id, glance.marking)
    return glance, asked


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


def _words_of(public_id: str, compared: Compared) -> dict[str, object]:
    session, clearance = current_session(), current_actor().clearance
    _glance, asked = compared
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
