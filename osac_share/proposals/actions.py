"""Proposing, and what a second person makes of it. None of these commits.

Each kind of act says who proposes it, who seconds it and how it is done; that is an `Act`, and
the table of them stands where all features can be seen (`osac_share.acts`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from osac_share.audit.actions import SYSTEM
from osac_share.audit.actions import record as record_act
from osac_share.kernel import outbox
from osac_share.kernel.errors import NotAllowed, RuleBroken
from osac_share.letters import actions as letters
from osac_share.proposals.events import ProposalMade
from osac_share.proposals.models import EXPIRED, PERFORMED, REFUSED, WITHDRAWN, Proposal
from osac_share.proposals.policy import LASTS, is_open, is_own
from osac_share.proposals.queries import find_open

if TYPE_CHECKING:
    from datetime import datetime

    from osac_share.proposals.policy import Party

About = Mapping[str, Any]
"""What an act is about, in ids, codes and whole numbers."""

Right = Callable[[Session, Any, About], bool]
"""Tells whether an actor, as they stand now, may do something about an act."""


@dataclass(frozen=True, slots=True)
class Act:
    """One kind of act that needs two people.

    Attributes:
        words: what it is called ("Change who leads a council").
        may_propose: asked when it is proposed, and of the proposer again when it is done.
        may_second: asked of whoever would second or refuse it.
        perform: does it, `perform(session, about, by=proposer, at=at)`, and returns what came
            of it as JSON values, or None. Both rights have just been asked for.

    """

    words: str
    may_propose: Right
    may_second: Right
    perform: Callable[..., Mapping[str, Any] | None]


def propose(
    session: Session, kind: str, *, about: About, words: str, by: Party, at: datetime
) -> Proposal:
    """Propose an act; whoever may second it is asked by letter.

    The caller has asked whether this person may propose it.

    Args:
        session: the session of the act.
        kind: its name in the table of acts.
        about: what it would be done to.
        words: the same in one sentence, as the second person reads it.
        by: who proposes it.
        at: when, in UTC.

    Raises:
        NotAllowed: nobody in particular proposes it.
        RuleBroken: exactly this is proposed already.

    """
    if by.id is None:
        raise NotAllowed("Sign in first.")
    if find_open(session, kind, about, at=at) is not None:
        raise RuleBroken("This has been proposed already and waits for a second person.")
    proposal = Proposal(
        kind=kind,
        about=dict(about),
        words=words,
        proposed_by=by.id,
        proposed_at=at,
        expires_at=at + LASTS,
    )
    session.add(proposal)
    session.flush()
    _note(session, "make", proposal, by=by, at=at)
    outbox.record(session, ProposalMade(proposal.id), at=at)
    return proposal


def second(
    session: Session,
    proposal: Proposal,
    act: Act,
    *,
    proposer: Party,
    by: Party,
    at: datetime,
) -> None:
    """Do what was proposed. The proposal is locked (`queries.get_proposal(to_change=True)`).

    Args:
        session: the session of the act.
        proposal: what was proposed.
        act: its entry in the table of acts.
        proposer: who proposed it, as they stand now.
        by: who seconds it, as they stand now.
        at: when, in UTC.

    Raises:
        NotAllowed: this person may not second it, or the proposer may not propose it any more.
        RuleBroken: it is decided or has run out, or cannot be done as things are now.

    """
    _require_second(session, proposal, act, by=by, at=at)
    if not act.may_propose(session, proposer, proposal.about):
        raise NotAllowed("Whoever proposed this may not do so any more.")
    _decide(session, proposal, PERFORMED, by=by, at=at)
    _note(session, "second", proposal, by=by, at=at)
    proposal.outcome = dict(act.perform(session, proposal.about, by=proposer, at=at) or {})


def refuse(
    session: Session,
    proposal: Proposal,
    act: Act,
    *,
    because: str,
    by: Party,
    at: datetime,
) -> None:
    """Decide that it is not to be done, with the reason that the proposer reads.

    Raises:
        NotAllowed: this person has no say in it.
        RuleBroken: it is decided or has run out.

    """
    _require_second(session, proposal, act, by=by, at=at)
    proposal.why = because
    _decide(session, proposal, REFUSED, by=by, at=at)
    _note(session, "refuse", proposal, by=by, at=at, because=because)


def withdraw(session: Session, proposal: Proposal, *, by: Party, at: datetime) -> None:
    """Take one's own proposal back.

    Raises:
        NotAllowed: it is somebody else's.
        RuleBroken: it is decided or has run out.

    """
    if not is_own(proposal, by.id):
        raise NotAllowed("Only whoever proposed this can take it back.")
    _require_open(proposal, at)
    _decide(session, proposal, WITHDRAWN, by=by, at=at)
    _note(session, "withdraw", proposal, by=by, at=at)


def expire(session: Session, proposal: Proposal, *, at: datetime) -> None:
    """Note that nobody seconded it in time."""
    _decide(session, proposal, EXPIRED, by=None, at=at)
    _note(session, "expire", proposal, by=None, at=at)


def _require_second(
    session: Session, proposal: Proposal, act: Act, *, by: Party, at: datetime
) -> None:
    if is_own(proposal, by.id):
        raise NotAllowed("You proposed this yourself: somebody else decides about it.")
    if not act.may_second(session, by, proposal.about):
        raise NotAllowed("This is for others to decide about.")
    _require_open(proposal, at)


def _require_open(proposal: Proposal, at: datetime) -> None:
    if not is_open(proposal, at):
        raise RuleBroken("This has been decided already, or its time has run out.")


def _decide(
    session: Session, proposal: Proposal, state: str, *, by: Party | None, at: datetime
) -> None:
    proposal.state, proposal.decided_at = state, at
    proposal.decided_by = None if by is None else by.id
    if state != WITHDRAWN:
        letters.write(
            session,
            "proposal_decided",
            to=proposal.proposer.email,
            at=at,
            person_id=proposal.proposed_by,
            proposal=proposal.public_id,
            what=proposal.words,
            state=state,
            why=proposal.why,
        )
    session.flush()


def _note(
    session: Session,
    act: str,
    proposal: Proposal,
    *,
    by: Party | None,
    at: datetime,
    **detail: str,
) -> None:
    record_act(
        session,
        f"proposal.{act}",
        by=SYSTEM if by is None else by.name_in_record,
        at=at,
        object_kind="proposal",
        object_id=proposal.public_id,
        kind=proposal.kind,
        **detail,
    )
