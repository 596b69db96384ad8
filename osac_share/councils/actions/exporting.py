"""Members' lists that leave the house: offered to one person for a day, each fetching recorded."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from osac_share.councils.actions.noting import note
from osac_share.councils.documents import file_name, member_list
from osac_share.councils.policy import may_keep_list
from osac_share.councils.queries import find_council, members
from osac_share.kernel.errors import NotAllowed, NotFound, RuleBroken
from osac_share.proposals.actions import propose
from osac_share.proposals.models import PERFORMED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.councils.models import Council
    from osac_share.councils.policy import Actor
    from osac_share.proposals.models import Proposal

EXPORT_LASTS = timedelta(hours=24)
EXPORT_MEMBERS = "export_members"
"""What proposals to export a members' list are called."""


def propose_export(session: Session, council: Council, *, by: Actor, at: datetime) -> Proposal:
    """Propose to fetch the members' list of a council as a file.

    Raises:
        NotAllowed: the actor does not keep this council's list.
        RuleBroken: they have proposed it already.

    """
    if not may_keep_list(by.standing, council.id):
        raise NotAllowed("The chairs and the secretary keep the list.")
    about = {"council": council.id, "for": by.id}
    words = f"{by.name} fetches the members' list of {council.name} as a file"
    return propose(session, EXPORT_MEMBERS, about=about, words=words, by=by, at=at)


def offer_list(
    session: Session, about: Mapping[str, object], *, by: Actor, at: datetime
) -> Mapping[str, int]:
    """Let the proposer fetch a council's members' list for a day, and say how long it is.

    Raises:
        RuleBroken: the council is not there.

    """
    council = find_council(session, about.get("council"))
    if council is None:
        raise RuleBroken("There is no such list.")
    rows = len(members(session, council.id, at=at))
    note(session, "offer_list", council, by=by, at=at, rows=rows)
    return {"rows": rows, "until": int((at + EXPORT_LASTS).timestamp())}


def fetch_list(session: Session, proposal: Proposal, *, by: Actor, at: datetime) -> tuple[str, str]:
    """Return what the file is called and the list as CSV, and record that it left the house.

    Raises:
        NotFound: it is not offered to this person, or not any more.

    """
    council = find_council(session, proposal.about.get("council"))
    until = proposal.outcome.get("until")
    is_offered = (
        proposal.kind == EXPORT_MEMBERS
        and proposal.state == PERFORMED
        and proposal.proposed_by == by.id
        and isinstance(until, int)
        and at.timestamp() < until
    )
    if council is None or not (is_offered and may_keep_list(by.standing, council.id)):
        raise NotFound
    found = members(session, council.id, at=at)
    note(session, "export_list", council, by=by, at=at, rows=len(found))
    return file_name(council, at), member_list(council, found, by=by.name, at=at)
