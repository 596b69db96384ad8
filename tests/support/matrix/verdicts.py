"""What an address can be to somebody, and when it is so, in the oracle's words."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from tests.support.matrix import oracle

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.matrix.addresses import Subject
    from tests.support.matrix.holdings import Holding
    from tests.support.matrix.people import Somebody
    from tests.support.matrix.things import Relayed, Thing, Words


class Verdict(Enum):
    """What an address is to somebody."""

    OPEN = "opens"
    REFUSED = "is refused, of a thing that they may know of"
    HIDDEN = "answers as if there were nothing"


def _thing(subject: Subject) -> Thing:
    assert subject.thing is not None
    return subject.thing


def _words(subject: Subject) -> Words:
    assert subject.words is not None
    return subject.words


def _relayed(subject: Subject) -> Relayed:
    assert subject.relayed is not None
    return subject.relayed


def open_if(may: Callable[[Somebody, Subject], bool]) -> Callable[[Somebody, Subject], Verdict]:
    return lambda who, subject: Verdict.OPEN if may(who, subject) else Verdict.HIDDEN


def acts(may: Callable[[Somebody, Thing], bool]) -> Callable[[Somebody, Subject], Verdict]:
    """Return the rule of an act on a report: who may read it is told that it is not theirs."""

    def verdict(who: Somebody, subject: Subject) -> Verdict:
        thing = _thing(subject)
        if may(who, thing):
            return Verdict.OPEN
        knows = oracle.may_read(who, thing) or oracle.may_open_draft(who, thing)
        return Verdict.REFUSED if knows and who.is_let_in else Verdict.HIDDEN

    return verdict


def reads(who: Somebody, subject: Subject) -> bool:
    return oracle.may_read(who, _thing(subject))


def reads_by_program(who: Somebody, subject: Subject) -> bool:
    # Tokens are their holder's for as long as they are a member in good standing, and TLP:RED
    # is for the eyes of those it names, not for their programs.
    current = _thing(subject).current
    is_red = current is not None and current.marking == "RED"
    return who.is_in_good_standing and not is_red and reads(who, subject)


def takes_times(who: Somebody, subject: Subject) -> Verdict:
    # What is TLP:RED stays on its page, and whoever reads it there is told so.
    current = _thing(subject).current
    if not reads(who, subject):
        return Verdict.HIDDEN
    is_red = current is not None and current.marking == "RED"
    return Verdict.REFUSED if is_red else Verdict.OPEN


def by_program(
    may: Callable[[Somebody, Subject], bool],
) -> Callable[[Somebody, Subject], bool]:
    return lambda who, subject: who.is_in_good_standing and may(who, subject)


def reads_edition_by_program(who: Somebody, subject: Subject) -> bool:
    is_red = _words(subject).marking == "RED"
    return not is_red and reads_by_program(who, subject) and reads_edition(who, subject)


def updates_by_program(who: Somebody, subject: Subject) -> bool:
    return reads_by_program(who, subject) and updates(who, subject)


def writes_by_program(who: Somebody, subject: Subject) -> bool:
    draft = _thing(subject).draft
    is_red = draft is not None and draft.marking == "RED"
    return who.is_in_good_standing and not is_red and writes(who, subject)


def reads_edition(who: Somebody, subject: Subject) -> bool:
    words = _words(subject)
    return words.is_published and oracle.may_read(who, _thing(subject), words)


def is_told_to_all(who: Somebody, subject: Subject) -> bool:
    # CAP is for alert hubs, which know nobody: it says what everybody may read, whoever asks.
    thing = _thing(subject)
    words = subject.words or thing.current
    if words is None or thing.current is None or thing.plan.kind != "alert":
        return False
    is_public = {words.marking, thing.current.marking} == {"CLEAR"}
    return is_public and oracle.may_read(who, thing, words)


def compares(who: Somebody, subject: Subject) -> bool:
    thing = _thing(subject)
    # The page compares the newest with the one before it; both must be there to see.
    readable = [one for one in thing.published if oracle.may_read(who, thing, one)]
    return len(readable) > 1


def fetches(who: Somebody, subject: Subject) -> bool:
    return oracle.may_fetch(who, _thing(subject), _words(subject))


def writes(who: Somebody, subject: Subject) -> bool:
    return oracle.may_write(who, _thing(subject))


def edits(who: Somebody, subject: Subject) -> Verdict:
    thing = _thing(subject)
    if oracle.may_write(who, thing):
        return Verdict.OPEN
    return Verdict.REFUSED if oracle.may_know_of(who, thing) else Verdict.HIDDEN


def calls(who: Somebody, subject: Subject) -> Verdict:
    # Those telephone who write for the council; whoever reads it is told that it is not theirs.
    thing = _thing(subject)
    if not oracle.may_read(who, thing) or not who.is_let_in:
        return Verdict.HIDDEN
    return Verdict.OPEN if oracle.holds(who, thing.council, oracle.WRITING) else Verdict.REFUSED


def counts(who: Somebody, subject: Subject) -> Verdict:
    # How far it came is for those who write for the council, and for analysts.
    thing = _thing(subject)
    if not reads_signed_in(who, subject):
        return Verdict.HIDDEN
    is_theirs = oracle.holds(who, thing.council, oracle.WRITING) or oracle.is_analyst(who)
    return Verdict.OPEN if is_theirs else Verdict.REFUSED


def counts_by_name(who: Somebody, subject: Subject) -> Verdict:
    # Names are for those of them who know the council's members.
    verdict = counts(who, subject)
    knows = oracle.holds(who, _thing(subject).council, oracle.STEERING)
    return Verdict.REFUSED if verdict == Verdict.OPEN and not knows else verdict


def reads_signed_in(who: Somebody, subject: Subject) -> bool:
    return who.is_let_in and reads(who, subject)


def opens_draft(who: Somebody, subject: Subject) -> bool:
    return oracle.may_open_draft(who, _thing(subject))


def decides(who: Somebody, subject: Subject) -> bool:
    return oracle.may_decide(who, _thing(subject))


def looks_again(who: Somebody, subject: Subject) -> bool:
    return oracle.may_look_again(who, _thing(subject))


def relays(who: Somebody, subject: Subject) -> bool:
    return oracle.may_relay(who, _relayed(subject))


def configures(who: Somebody, subject: Subject) -> Verdict:
    if oracle.may_configure(who, _relayed(subject)):
        return Verdict.OPEN
    return Verdict.REFUSED if relays(who, subject) else Verdict.HIDDEN


def owns(who: Somebody, subject: Subject) -> bool:
    return who.name == subject.owner and who.is_let_in


def _holding(subject: Subject) -> Holding:
    assert subject.holding is not None
    return subject.holding


def of_owner(who: Somebody, subject: Subject) -> bool:
    return who.is_let_in and _holding(subject).owner == who.name


def of_admin(who: Somebody, subject: Subject) -> bool:
    return oracle.is_admin(who)


def of_contact(who: Somebody, subject: Subject) -> bool:
    return oracle.is_contact_of(who, _holding(subject).organization)


def nobody(who: Somebody, subject: Subject) -> bool:
    return False


def seen_by_guides(who: Somebody, subject: Subject) -> bool:
    return oracle.holds(who, _holding(subject).council, oracle.STEERING)


def kept(seats: set[str]) -> Callable[[Somebody, Subject], Verdict]:
    """Return the rule of an act on a council's list: its steering committee knows of the list."""

    def verdict(who: Somebody, subject: Subject) -> Verdict:
        if oracle.holds(who, _holding(subject).council, seats):
            return Verdict.OPEN
        return Verdict.REFUSED if seen_by_guides(who, subject) else Verdict.HIDDEN

    return verdict


def joins(who: Somebody, subject: Subject) -> Verdict:
    # Councils are no secret: members ask to join any of them, for themselves.
    if who.is_in_good_standing:
        return Verdict.OPEN
    return Verdict.REFUSED if who.is_let_in else Verdict.HIDDEN


def recommends(who: Somebody, subject: Subject) -> Verdict:
    # What a council recommends is no secret among members; its chairs alone decide about it.
    if oracle.holds(who, _holding(subject).council, oracle.DECIDING):
        return Verdict.OPEN
    return Verdict.REFUSED if who.is_let_in else Verdict.HIDDEN


def proposal(may: Callable[[Somebody, Subject], bool]) -> Callable[[Somebody, Subject], Verdict]:
    def verdict(who: Somebody, subject: Subject) -> Verdict:
        if may(who, subject):
            return Verdict.OPEN
        knows = oracle.may_know_proposal(who, _holding(subject))
        return Verdict.REFUSED if knows else Verdict.HIDDEN

    return verdict


def seconds(who: Somebody, subject: Subject) -> bool:
    return oracle.may_second(who, _holding(subject))


def knows_proposal(who: Somebody, subject: Subject) -> bool:
    return oracle.may_know_proposal(who, _holding(subject))


def anybody(who: Somebody, subject: Subject) -> bool:
    return True


def updates(who: Somebody, subject: Subject) -> bool:
    return oracle.may_update(who, _thing(subject))
