"""Who may see and do what, written down from the rules of the field and in plain words.

The rules are those of the Traffic Light Protocol 2.0 (FIRST), of 12 FAM 061 (chairs are officers,
co-chairs private citizens) and of 7 FAM 052. None of this asks the program's policy: where the
two disagree, one of them is wrong, and the matrix says where.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.matrix.people import ABROAD, COMPANY, HOME, LAPSED, NAMED, RIVAL, STATE
from tests.support.matrix.things import INWARD, OF_TOMBSTONE, OUTWARD

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support.matrix.canaries import Seen
    from tests.support.matrix.holdings import Holding
    from tests.support.matrix.people import Somebody
    from tests.support.matrix.things import Relayed, Thing, Words

TYPES = {COMPANY: "company", RIVAL: "company", STATE: "government", LAPSED: "company"}
SECTORS = {
    COMPANY: "transport-logistics",
    RIVAL: "energy-extractives",
    STATE: "other",
    LAPSED: "other",
}

STEERING = {"chair_public", "cochair_private", "steering", "secretary"}
WRITING = {"chair_public", "cochair_private", "secretary"}
DECIDING = {"chair_public", "cochair_private"}
IN_RECORD = INWARD | {"note"}
"""Fields that the record of an act repeats: why it was done."""

OFFICIAL = {"government", "group"}
"""Audiences of government people."""


def sits_on(who: Somebody, council: str) -> bool:
    """Tell whether somebody holds a seat of this council, whichever."""
    return who.is_let_in and who.sits and who.council == council


def holds(who: Somebody, council: str, seats: set[str]) -> bool:
    """Tell whether somebody holds one of these seats of a council."""
    return sits_on(who, council) and who.seat in seats


def is_analyst(who: Somebody) -> bool:
    """Tell whether somebody is an analyst of the program."""
    return who.is_let_in and who.role == "analyst"


def is_meant(who: Somebody, addressee: str, council: str, marking: str) -> bool:
    """Tell whether somebody is among those whom one addressee names."""
    kind, _, name = addressee.partition(" ")
    speaks = who.is_of_organization
    # Beyond the community of all members, kinds of members are those of the council.
    near = speaks and (marking == "GREEN" or sits_on(who, council))
    private = who.sits and who.seat == "cochair_private"
    serves = (speaks and who.organization == STATE) or (who.sits and who.seat == "chair_public")
    return {
        "person": who.name == name,
        "steering": holds(who, council, STEERING),
        "organization": speaks and who.organization == name,
        "type": near and TYPES.get(who.organization) == name,
        "sector": near and SECTORS.get(who.organization) == name,
        "government": serves and not private,
        "group": who.circle == name and not private,
    }[kind]


def is_for(who: Somebody, words: Words, council: str) -> bool:
    """Tell whether an edition's marking and addressing let somebody read it."""
    if words.marking == "CLEAR":
        return True
    if not who.is_in_good_standing:
        return False
    if holds(who, council, {"chair_public"}):
        return True
    if words.marking != "RED" and is_analyst(who):
        return True
    if words.addressed:
        return any(is_meant(who, one, council, words.marking) for one in words.addressed)
    return words.marking == "GREEN" or sits_on(who, council)


def may_read(who: Somebody, thing: Thing, words: Words | None = None) -> bool:
    """Tell whether somebody may read an edition of a report; the current one unless told.

    An older edition is for those who may also read the one that took its place, and of a
    withdrawn report nobody reads any.
    """
    current = thing.current
    if current is None or not is_for(who, current, thing.council):
        return False
    if words is None or words == current:
        return True
    return words.is_published and not thing.is_withdrawn and is_for(who, words, thing.council)


def may_know_draft(who: Somebody, thing: Thing, draft: Words) -> bool:
    """Tell whether somebody in office may know a draft: named people and officials come first."""
    kinds = {one.partition(" ")[0] for one in draft.addressed}
    if draft.marking != "RED" and not kinds & OFFICIAL:
        return True
    if holds(who, thing.council, {"chair_public"}) or who.name in draft.writers:
        return True
    return any(is_meant(who, one, thing.council, draft.marking) for one in draft.addressed)


def may_write(who: Somebody, thing: Thing) -> bool:
    """Tell whether somebody works on the draft that a report has."""
    draft = thing.draft
    if draft is None or not holds(who, thing.council, WRITING):
        return False
    reads_what_holds = thing.current is None or is_for(who, thing.current, thing.council)
    return reads_what_holds and may_know_draft(who, thing, draft)


def may_decide(who: Somebody, thing: Thing) -> bool:
    """Tell whether somebody's office lets them read the draft that was handed in."""
    draft = thing.draft
    if draft is None or draft.stage not in {"in_review", "scheduled"}:
        return False
    if is_analyst(who):
        return True
    return holds(who, thing.council, DECIDING) and may_know_draft(who, thing, draft)


def may_look_again(who: Somebody, thing: Thing) -> bool:
    """Tell whether somebody is asked for the second look at what was published in haste."""
    if thing.plan.state != "urgent" or not may_read(who, thing):
        return False
    return is_analyst(who) or holds(who, thing.council, DECIDING)


def may_withdraw(who: Somebody, thing: Thing) -> bool:
    """Tell whether somebody may take a published report back."""
    chairs = holds(who, thing.council, {"chair_public"})
    return may_read(who, thing) and (chairs or is_analyst(who))


def may_update(who: Somebody, thing: Thing) -> bool:
    """Tell whether somebody may begin an update."""
    return may_read(who, thing) and holds(who, thing.council, WRITING)


def may_know_of(who: Somebody, thing: Thing) -> bool:
    """Tell whether somebody who writes for a council may be told that a report is there."""
    if thing.is_set_aside or not holds(who, thing.council, WRITING):
        return False
    left = thing.unpublished
    reads = thing.current is None or is_for(who, thing.current, thing.council)
    return reads and (left is None or may_know_draft(who, thing, left))


def may_relay(who: Somebody, relayed: Relayed) -> bool:
    """Tell whether somebody reads the queue that a text waits in."""
    return is_analyst(who) or holds(who, relayed.council, WRITING)


def may_configure(who: Somebody, relayed: Relayed) -> bool:
    """Tell whether somebody says what a council polls."""
    return is_analyst(who) or holds(who, relayed.council, DECIDING)


def may_see_words(who: Somebody, thing: Thing, words: Words, field: str) -> bool:
    """Tell whether somebody may meet the words of one field of an edition, anywhere."""
    if field in IN_RECORD and is_auditor(who):
        return True
    in_office = is_analyst(who) or holds(who, thing.council, WRITING)
    if field in INWARD and not in_office:
        return False
    if field == "file":
        return may_fetch(who, thing, words)
    if not words.is_published:
        return is_listed_as_draft(who, thing) or may_decide(who, thing)
    if thing.is_withdrawn and field in OUTWARD:
        # A tombstone repeats title, place and source of what it stands for.
        return field in OF_TOMBSTONE and may_read(who, thing)
    return may_read(who, thing, words)


def may_fetch(who: Somebody, thing: Thing, words: Words) -> bool:
    """Tell whether somebody may have the file of an edition; later editions take it along."""
    return any(
        may_read(who, thing, one) if one.is_published else may_open_draft(who, thing)
        for one in thing.editions
        if one.number >= words.number and not one.is_tombstone
    )


def may_open_draft(who: Somebody, thing: Thing) -> bool:
    """Tell whether somebody reads the draft that a report has, to write it or to decide."""
    return may_write(who, thing) or may_decide(who, thing)


def is_listed_as_draft(who: Somebody, thing: Thing) -> bool:
    """Tell whether a report's draft is among what somebody works on, or was rejected lately."""
    left = thing.unpublished
    if left is not None and left.stage == "rejected":
        return holds(who, thing.council, WRITING) and may_know_draft(who, thing, left)
    return may_write(who, thing)


def is_admin(who: Somebody) -> bool:
    """Tell whether somebody is one of the headquarters' administrators."""
    return who.is_let_in and who.role == "admin"


def is_contact_of(who: Somebody, organization: str) -> bool:
    """Tell whether somebody is the point of contact of an organization."""
    speaks = who.is_let_in and who.is_of_organization
    return speaks and who.is_contact and who.organization == organization


def is_auditor(who: Somebody) -> bool:
    """Tell whether somebody reads the record of who did what, with the reasons they gave."""
    return who.is_let_in and who.role == "auditor"


def may_second(who: Somebody, proposal: Holding) -> bool:
    """Tell whether somebody is asked to be the second: another chair of the council, or staff."""
    is_other = who.name != proposal.owner
    return is_other and (is_admin(who) or holds(who, proposal.council, DECIDING))


def may_know_proposal(who: Somebody, proposal: Holding) -> bool:
    """Tell whether somebody may know of a proposal."""
    return may_second(who, proposal) or (who.is_let_in and who.name == proposal.owner)


def may_meet_holding(who: Somebody, held: Holding) -> bool:
    """Tell whether somebody may be shown the words of what is somebody's own."""
    is_own = who.is_let_in and bool(held.owner) and who.name == held.owner
    match held.kind:
        case "session" | "factor" | "token" | "endpoint" | "trip" | "saved search":
            return is_own
        case "application" | "organization" | "invitation":
            return is_admin(who) or is_contact_of(who, held.organization)
        case "site" | "recommended search":
            # What a council recommends is of no organization: it is for all members.
            is_theirs = held.organization in {"", who.organization}
            return who.is_in_good_standing and is_theirs
        case "request":
            return is_own or holds(who, held.council, STEERING)
        case "proposal":
            return may_know_proposal(who, held)
        case "address":
            return is_own or is_admin(who) or _may_know_address(who, held)
    raise ValueError(held.kind)


def _may_know_address(who: Somebody, held: Holding) -> bool:
    whose = NAMED[held.owner]
    # The chairs of a council, and the contact of an organization, are there to be written to.
    if whose.seat in DECIDING and who.is_in_good_standing:
        return True
    colleague = who.is_let_in and who.is_of_organization and who.organization == whose.organization
    if is_contact_of(who, whose.organization) or (whose.is_contact and colleague):
        return True
    # Who telephones for a council reaches the contacts of the organizations that sit on it.
    sitting = {one.council for one in NAMED.values() if one.organization == whose.organization}
    if whose.is_contact and any(holds(who, council, WRITING) for council in sitting):
        return True
    # Who keeps a council's list knows how to reach those on it, and those who ask to join.
    if whose.name == "official":
        return any(holds(who, council, STEERING) for council in (HOME, ABROAD))
    # Who writes to somebody by name had to know their address.
    is_addressee = whose.name in {"named member", "member elsewhere"}
    writes = any(holds(who, council, WRITING) for council in (HOME, ABROAD))
    return holds(who, whose.council, STEERING) or (is_addressee and writes)


def may_meet(
    who: Somebody,
    seen: Seen,
    things: Mapping[int, Thing],
    relayed: Mapping[int, Relayed],
    holdings: Mapping[int, Holding],
) -> bool:
    """Tell whether somebody may have been shown a canary."""
    if seen.number in holdings:
        return may_meet_holding(who, holdings[seen.number])
    if seen.number in relayed:
        recorded = seen.field == "address" and is_auditor(who)
        return recorded or may_relay(who, relayed[seen.number])
    thing = things.get(seen.number)
    if thing is None:
        return False
    words = next(one for one in thing.editions if one.canary == seen.number)
    return may_see_words(who, thing, words, seen.field)
