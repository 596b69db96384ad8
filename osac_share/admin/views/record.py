"""The record, for auditors: to look at, and to take along. There is no way to change it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, render_template, request

from osac_share.accounts.login import require_fresh
from osac_share.admin import actions, policy, queries
from osac_share.admin.forms import Sought
from osac_share.admin.views.blueprint import blueprint
from osac_share.audit import queries as audit
from osac_share.audit.documents import csv_head, csv_line, json_line
from osac_share.councils.login import current_actor
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import NotAllowed
from osac_share.web.access import guarded_by
from osac_share.web.files import disposition
from osac_share.web.sessions import current_session, current_settings, new_session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

AUDITORS = "admin.policy.may_read_record"
SIZE = 50


@blueprint.get("/admin/record")
@guarded_by(AUDITORS)
def record() -> ResponseReturnValue:
    """List entries, the newest first."""
    _require_auditor()
    sought, session, at = Sought.of(request.args), current_session(), clock.now()
    with transaction(session):
        actions.note_look(session, sought.words, by=current_actor(), at=at)
    wanted = _wanted(session, sought)
    rows = audit.entries(session, wanted, before=sought.before, limit=SIZE + 1)
    return render_template(
        "admin/record.html",
        rows=rows[:SIZE],
        older=rows[SIZE - 1].id if len(rows) > SIZE else None,
        sought=sought,
        record=queries.record_state(session, current_settings().record.copy_to, at=at),
    )


@blueprint.get("/admin/record/<int:number>")
@guarded_by(AUDITORS)
def entry(number: int) -> ResponseReturnValue:
    """Show one entry in full."""
    _require_auditor()
    session = current_session()
    with transaction(session):
        looked = {"entry": str(number)}
        actions.note_look(session, looked, by=current_actor(), at=clock.now())
    found = audit.get_entry(session, number)
    return render_template(
        "admin/entry.html", entry=found, broken=audit.find_break_at(session, found)
    )


@blueprint.get("/admin/record.<any(csv, jsonl):ending>")
@guarded_by(AUDITORS)
def download(ending: str) -> ResponseReturnValue:
    """Hand out all entries that fit what is sought, the oldest first."""
    _require_auditor()
    require_fresh()
    sought, session = Sought.of(request.args), current_session()
    with transaction(session):
        by, at = current_actor(), clock.now()
        actions.note_download(session, sought.words, ending, by=by, at=at)
    lines = _lines(new_session(), _wanted(session, sought), ending)
    answer = Response(lines, mimetype={"csv": "text/csv", "jsonl": "application/jsonl"}[ending])
    answer.headers["Content-Disposition"] = disposition("attachment", f"record.{ending}")
    return answer


def _lines(session: Session, wanted: audit.Wanted, ending: str) -> Iterator[str]:
    # The answer is sent while it is read, so the request's own session is closed by then.
    with session:
        if ending == "csv":
            yield csv_head()
        for facts in audit.wanted_facts(session, wanted):
            yield csv_line(facts) if ending == "csv" else json_line(facts)


def _wanted(session: Session, sought: Sought) -> audit.Wanted:
    person_id = queries.find_person_wanted(session, sought.who)
    return audit.Wanted(
        actor_id=person_id,
        actor="" if person_id is not None else sought.who,
        action=sought.what,
        object_id=sought.object,
        since=sought.since,
        until=sought.until,
    )


def _require_auditor() -> None:
    if not policy.may_read_record(current_actor().standing):
        raise NotAllowed("Only auditors read the record.")
