"""How far a report has come, for its authors: live, as a file, and to be asked again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, flash, redirect, render_template, request, url_for

from osac_share.audit.actions import record
from osac_share.councils.login import current_actor
from osac_share.councils.policy import may_see_list
from osac_share.delivery.actions.asking_again import ask_again
from osac_share.delivery.messages.reach import file_name, reach_list, unreached_list
from osac_share.delivery.policy.reach import in_words, may_see_reach, promised_within
from osac_share.delivery.queries.reach import (
    organizations_reached,
    reach_of,
    series_reach,
    short_reach,
    unreached_members,
)
from osac_share.delivery.views.blueprint import blueprint
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import NotAllowed, NotFound
from osac_share.reports.queries import get_visible, visible_editions
from osac_share.reports.views.asides import add_aside
from osac_share.reports.views.noting import note_reading
from osac_share.web.access import guarded_by, unattended
from osac_share.web.sessions import current_session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue
    from sqlalchemy.orm import Session

    from osac_share.councils.policy import Actor
    from osac_share.reports.models import Edition, Report
    from osac_share.reports.queries import Glance

AUTHORS = "delivery.policy.reach.may_see_reach"
OWN_LIST = "delivery.policy.reach.may_see_reach; councils.policy.may_see_list"

MOST_NAMES = 200
"""So many people are named on the page; the file names all."""

ALL_NAMES = 100_000


@blueprint.get("/reports/<public_id>/reach")
@guarded_by(AUTHORS)
def reach(public_id: str) -> ResponseReturnValue:
    """Show of one edition who was to hear of it, and what became of that."""
    report, editions = _series(public_id)
    edition = _chosen(editions)
    session, at = current_session(), clock.now()
    unreached = None
    if _names_people(report):
        unreached = unreached_members(
            session, edition, report.council_id or 0, at=at, limit=MOST_NAMES
        )
    return render_template(
        "delivery/reach.html",
        report=report,
        series=series_reach(session, editions),
        unreached=unreached,
        **_figures(edition),
    )


@blueprint.get("/reports/<public_id>/reach/figures")
@guarded_by(AUTHORS)
@unattended
def reach_figures(public_id: str) -> ResponseReturnValue:
    """Return the figures alone, for a page that is left open."""
    edition = _chosen(_series(public_id)[1])
    return render_template("delivery/reach_figures.html", **_figures(edition))


@blueprint.get("/reports/<public_id>/reach.csv")
@guarded_by(AUTHORS)
def reach_file(public_id: str) -> ResponseReturnValue:
    """Hand over the counts of organizations; that it left the house is recorded."""
    report, editions = _series(public_id)
    edition, actor, at = _chosen(editions), current_actor(), clock.now()
    tallies = organizations_reached(current_session(), edition, at=at)
    _note_export(report, edition, "organizations", len(tallies))
    content = reach_list(report, edition, tallies, by=actor.name, at=at)
    return _file(content, file_name(report, edition, "reach"))


@blueprint.get("/reports/<public_id>/reach/unreached.csv")
@guarded_by(OWN_LIST)
def unreached_file(public_id: str) -> ResponseReturnValue:
    """Hand over the names of the council's own members who were not reached; it is recorded."""
    report, editions = _series(public_id)
    edition, actor, at = _chosen(editions), current_actor(), clock.now()
    if not _names_people(report):
        raise NotAllowed("Those who run the council know its members by name.")
    people = unreached_members(
        current_session(), edition, report.council_id or 0, at=at, limit=ALL_NAMES
    )
    _note_export(report, edition, "people", len(people))
    content = unreached_list(report, edition, people, by=actor.name, at=at)
    return _file(content, file_name(report, edition, "unreached"))


@blueprint.post("/reports/<public_id>/reach/again")
@guarded_by(AUTHORS)
def reach_again(public_id: str) -> ResponseReturnValue:
    """Let what was refused or came back go out once more."""
    report, editions = _series(public_id)
    edition = _chosen(editions)
    with transaction(current_session()) as session:
        asked = ask_again(session, report, edition, by=current_actor(), at=clock.now())
    if asked:
        flash(f"{asked:,} {'message goes' if asked == 1 else 'messages go'} out again.", "done")
    else:
        flash("There is nobody to ask again: nothing was refused, or it came back for good.")
    here = url_for("delivery.reach", public_id=public_id, edition=edition.number)
    return redirect(here, code=303)


def _series(public_id: str) -> tuple[Report, Sequence[Edition]]:
    """Return a report with its published editions, for those who may know how far it came."""
    session, actor = current_session(), current_actor()
    report, current = get_visible(session, public_id, actor.clearance)
    note_reading(public_id, current.marking)
    if not may_see_reach(actor.standing, report):
        raise NotAllowed("Its authors, and those who review it, see how far it has come.")
    return report, visible_editions(session, report, actor.clearance)


def _chosen(editions: Sequence[Edition]) -> Edition:
    """Return the edition that the address names; without one, the newest that told anybody."""
    number = request.values.get("edition", "")
    if number:
        found = next((one for one in editions if str(one.number) == number), None)
    else:
        found = next((one for one in editions if one.is_major), editions[0])
    if found is None:
        raise NotFound
    return found


def _figures(edition: Edition) -> dict[str, object]:
    at = clock.now()
    return {
        "edition": edition,
        "reach": reach_of(current_session(), edition, at=at),
        "promise": in_words(promised_within(edition.severity)),
        "in_words": in_words,
        "at": at,
    }


def _names_people(report: Report) -> bool:
    standing = current_actor().standing
    return report.council_id is not None and may_see_list(standing, report.council_id)


def _note_export(report: Report, edition: Edition, what: str, rows: int) -> None:
    with transaction(current_session()) as session:
        record(
            session,
            "report.export_reach",
            by=current_actor().name_in_record,
            at=clock.now(),
            object_kind="report",
            object_id=report.public_id,
            edition=edition.number,
            what=what,
            rows=rows,
        )


def _file(content: str, name: str) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    return Response(content, mimetype="text/csv", headers=headers)


def _line(session: Session, actor: Actor, glance: Glance) -> tuple[int, int] | None:
    if not (actor.may_compose or actor.may_review):
        return None
    if not may_see_reach(actor.standing, glance):
        return None
    return short_reach(session, glance.current_edition_id)


add_aside("reach", _line)
