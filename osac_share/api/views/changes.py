"""The stream of changes: what happened to reports, in an order that never changes."""

from __future__ import annotations

from http import HTTPStatus

from osac_share.api.documents import answers
from osac_share.api.documents.problems import Mistaken
from osac_share.api.documents.shapes.asking import ChangesQuery
from osac_share.api.documents.shapes.reading import ChangePage
from osac_share.api.views.serving import operation
from osac_share.councils.login import current_actor
from osac_share.exchange import queries
from osac_share.kernel.errors import NotFound
from osac_share.tokens.policy import READ_REPORTS
from osac_share.web.sessions import current_session, current_settings

CHANGES = "Changes"


@operation(
    "GET /changes",
    tag=CHANGES,
    scope=READ_REPORTS,
    query=ChangesQuery,
    answers={HTTPStatus.OK: ChangePage},
)
def changes(asked: ChangesQuery) -> ChangePage:
    """List what happened to reports since a cursor, the oldest first.

    Begin without a cursor, keep the one that you are given, and ask with it next time: nothing is
    left out and nothing comes twice, whatever is published meanwhile. Each change comes with the
    report as it is now, so that the last one about it is all that matters. What the owner may not
    see now is not among them; of a report that was withdrawn, the tombstone is.
    """
    session, clearance = current_session(), current_actor().clearance
    rows = queries.changes_after(
        session, clearance, after=_read(asked.cursor), limit=asked.limit + 1
    )
    return answers.changes(
        rows[: asked.limit],
        current_settings().public.url,
        cursor=asked.cursor,
        is_more=len(rows) > asked.limit,
        clearance=clearance,
    )


def _read(cursor: str | None) -> int:
    if cursor is None:
        return 0
    try:
        return queries.get_change(current_session(), cursor).id
    except NotFound:
        raise Mistaken("The cursor is none of ours. Begin without one.") from None
