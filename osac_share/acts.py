"""The acts that need two people: the one table of who proposes, who seconds, and what is done.

A feature proposes by name (`proposals.actions.propose`) and does not know who will be asked;
here it stands. Both rights are asked of people as they stand at that moment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from osac_share.councils import actions as councils
from osac_share.councils.policy import (
    CHAIR,
    COCHAIR,
    may_keep_list,
    may_publish_for,
    may_run_councils,
)
from osac_share.councils.queries import actor_of, people_in_office
from osac_share.kernel.errors import NotFound
from osac_share.letters import actions as letters
from osac_share.membership import actions as membership
from osac_share.proposals import actions as proposals
from osac_share.proposals.actions import About, Act
from osac_share.proposals.policy import is_open, is_own
from osac_share.proposals.queries import get_proposal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.councils.policy import Actor
    from osac_share.proposals.models import Proposal


def _runs_councils(_session: Session, actor: Actor, _about: About) -> bool:
    return may_run_councils(actor.standing)


def _seconds_chair(_session: Session, actor: Actor, about: About) -> bool:
    standing = actor.standing
    is_chair = about.get("council") in standing.councils_as({CHAIR})
    return may_run_councils(standing) or (
        standing.active and about.get("kind") == COCHAIR and is_chair
    )


def _appoint(session: Session, about: About, *, by: Actor, at: datetime) -> Mapping[str, Any]:
    taken = councils.appoint(session, councils.Term.of(about), by=by, at=at)
    return {"seat": taken.id}


def _keeps_list(_session: Session, actor: Actor, about: About) -> bool:
    return may_keep_list(actor.standing, about.get("council"))


def _seconds_export(_session: Session, actor: Actor, about: About) -> bool:
    # Where a council has only one chair, somebody else must be there to second.
    standing = actor.standing
    return may_publish_for(standing, about.get("council")) or may_run_councils(standing)


ACTS: dict[str, Act] = {
    councils.CHANGE_CHAIR: Act(
        "Appoint a chair or co-chair", _runs_councils, _seconds_chair, _appoint
    ),
    councils.EXPORT_MEMBERS: Act(
        "Export a members' list", _keeps_list, _seconds_export, councils.offer_list
    ),
    membership.MASS_INVITATION: Act(
        "Invite many people",
        membership.may_propose_mass_invitation,
        membership.may_second_mass_invitation,
        membership.perform_mass_invitation,
    ),
}
"""Every act that needs two people, by the kind of its proposals."""


def second(session: Session, public_id: str, *, by: Actor, at: datetime) -> Proposal:
    """Second a proposal, and so do it: of two who try at once, one finds it done.

    Raises:
        NotFound: there is none that this person may see.
        NotAllowed: they may not second it, or whoever proposed it lost the right to.
        RuleBroken: it is decided or has run out, or cannot be done as things are now.

    """
    proposal, actor = _locked(session, public_id, by=by, at=at)
    proposer = actor_of(session, proposal.proposed_by, at=at)
    proposals.second(session, proposal, act_of(proposal), proposer=proposer, by=actor, at=at)
    return proposal


def refuse(session: Session, public_id: str, *, because: str, by: Actor, at: datetime) -> Proposal:
    """Refuse a proposal, with the reason that the proposer reads.

    Raises:
        NotFound: there is none that this person may see.
        NotAllowed: they have no say in it.
        RuleBroken: it is decided or has run out.

    """
    proposal, actor = _locked(session, public_id, by=by, at=at)
    proposals.refuse(session, proposal, act_of(proposal), because=because, by=actor, at=at)
    return proposal


def withdraw(session: Session, public_id: str, *, by: Actor, at: datetime) -> Proposal:
    """Take one's own proposal back.

    Raises:
        NotFound: there is none that this person may see.
        NotAllowed: it is somebody else's.
        RuleBroken: it is decided or has run out.

    """
    proposal, actor = _locked(session, public_id, by=by, at=at)
    proposals.withdraw(session, proposal, by=actor, at=at)
    return proposal


def act_of(proposal: Proposal) -> Act:
    """Return the act that is proposed.

    Raises:
        NotFound: nobody does such acts any more.

    """
    if proposal.kind not in ACTS:
        raise NotFound
    return ACTS[proposal.kind]


def may_decide(session: Session, proposal: Proposal, actor: Actor) -> bool:
    """Tell whether this person may second or refuse a proposal, open or not."""
    if proposal.kind not in ACTS or is_own(proposal, actor.id):
        return False
    return ACTS[proposal.kind].may_second(session, actor, proposal.about)


def may_see(session: Session, proposal: Proposal, actor: Actor) -> bool:
    """Tell whether this person sees a proposal: its proposer does, and those who may decide."""
    return is_own(proposal, actor.id) or may_decide(session, proposal, actor)


def ask(session: Session, proposal_id: int, *, at: datetime) -> int:
    """Write to those who may second a proposal, once, and return how many they are."""
    proposal = get_proposal(session, proposal_id, to_change=True)
    if proposal.asked_at is not None or not is_open(proposal, at):
        return 0
    proposal.asked_at = at
    asked = [
        actor
        for actor in people_in_office(session, at=at).values()
        if may_decide(session, proposal, actor)
    ]
    for actor in asked:
        letters.write(
            session,
            "proposal_made",
            to=actor.email,
            at=at,
            person_id=actor.id,
            proposal=proposal.public_id,
            what=proposal.words,
            proposer=proposal.proposer.name,
            expires=proposal.expires_at,
        )
    return len(asked)


def _locked(session: Session, public_id: str, *, by: Actor, at: datetime) -> tuple[Proposal, Actor]:
    # Read anew within the transaction: an office that was lost a moment ago seconds nothing.
    actor = actor_of(session, by.id, at=at)
    proposal = get_proposal(session, public_id, to_change=True)
    if not may_see(session, proposal, actor):
        raise NotFound
    return proposal, actor
