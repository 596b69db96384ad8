"""What each route must do for whom: the oracle's answers, endpoint by endpoint.

A route to an object that is not named here stops the matrix: whoever adds one says who may open
it, in the oracle's words and not in the program's.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from tests.support.matrix import oracle
from tests.support.matrix.people import NAMED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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


def _open_if(may: Callable[[Somebody, Subject], bool]) -> Callable[[Somebody, Subject], Verdict]:
    return lambda who, subject: Verdict.OPEN if may(who, subject) else Verdict.HIDDEN


def _acts(may: Callable[[Somebody, Thing], bool]) -> Callable[[Somebody, Subject], Verdict]:
    """Return the rule of an act on a report: who may read it is told that it is not theirs."""

    def verdict(who: Somebody, subject: Subject) -> Verdict:
        thing = _thing(subject)
        if may(who, thing):
            return Verdict.OPEN
        knows = oracle.may_read(who, thing) or oracle.may_open_draft(who, thing)
        return Verdict.REFUSED if knows and who.is_let_in else Verdict.HIDDEN

    return verdict


def _reads(who: Somebody, subject: Subject) -> bool:
    return oracle.may_read(who, _thing(subject))


def _reads_by_program(who: Somebody, subject: Subject) -> bool:
    # Tokens are their holder's for as long as they are a member in good standing, and TLP:RED
    # is for the eyes of those it names, not for their programs.
    current = _thing(subject).current
    is_red = current is not None and current.marking == "RED"
    return who.is_in_good_standing and not is_red and _reads(who, subject)


def _reads_edition(who: Somebody, subject: Subject) -> bool:
    words = _words(subject)
    return words.is_published and oracle.may_read(who, _thing(subject), words)


def _compares(who: Somebody, subject: Subject) -> bool:
    thing = _thing(subject)
    # The page compares the newest with the one before it; both must be there to see.
    readable = [one for one in thing.published if oracle.may_read(who, thing, one)]
    return len(readable) > 1


def _fetches(who: Somebody, subject: Subject) -> bool:
    return oracle.may_fetch(who, _thing(subject), _words(subject))


def _writes(who: Somebody, subject: Subject) -> bool:
    return oracle.may_write(who, _thing(subject))


def _edits(who: Somebody, subject: Subject) -> Verdict:
    thing = _thing(subject)
    if oracle.may_write(who, thing):
        return Verdict.OPEN
    return Verdict.REFUSED if oracle.may_know_of(who, thing) else Verdict.HIDDEN


def _calls(who: Somebody, subject: Subject) -> Verdict:
    # Those telephone who write for the council; whoever reads it is told that it is not theirs.
    thing = _thing(subject)
    if not oracle.may_read(who, thing) or not who.is_let_in:
        return Verdict.HIDDEN
    return Verdict.OPEN if oracle.holds(who, thing.council, oracle.WRITING) else Verdict.REFUSED


def _counts(who: Somebody, subject: Subject) -> Verdict:
    # How far it came is for those who write for the council, and for analysts.
    thing = _thing(subject)
    if not _reads_signed_in(who, subject):
        return Verdict.HIDDEN
    is_theirs = oracle.holds(who, thing.council, oracle.WRITING) or oracle.is_analyst(who)
    return Verdict.OPEN if is_theirs else Verdict.REFUSED


def _counts_by_name(who: Somebody, subject: Subject) -> Verdict:
    # Names are for those of them who know the council's members.
    verdict = _counts(who, subject)
    knows = oracle.holds(who, _thing(subject).council, oracle.STEERING)
    return Verdict.REFUSED if verdict == Verdict.OPEN and not knows else verdict


def _reads_signed_in(who: Somebody, subject: Subject) -> bool:
    return who.is_let_in and _reads(who, subject)


def _opens_draft(who: Somebody, subject: Subject) -> bool:
    return oracle.may_open_draft(who, _thing(subject))


def _decides(who: Somebody, subject: Subject) -> bool:
    return oracle.may_decide(who, _thing(subject))


def _looks_again(who: Somebody, subject: Subject) -> bool:
    return oracle.may_look_again(who, _thing(subject))


def _relays(who: Somebody, subject: Subject) -> bool:
    return oracle.may_relay(who, _relayed(subject))


def _configures(who: Somebody, subject: Subject) -> Verdict:
    if oracle.may_configure(who, _relayed(subject)):
        return Verdict.OPEN
    return Verdict.REFUSED if _relays(who, subject) else Verdict.HIDDEN


def _owns(who: Somebody, subject: Subject) -> bool:
    return who.name == subject.owner and who.is_let_in


def _holding(subject: Subject) -> Holding:
    assert subject.holding is not None
    return subject.holding


def _of_owner(who: Somebody, subject: Subject) -> bool:
    return who.is_let_in and _holding(subject).owner == who.name


def _of_admin(who: Somebody, subject: Subject) -> bool:
    return oracle.is_admin(who)


def _of_contact(who: Somebody, subject: Subject) -> bool:
    return oracle.is_contact_of(who, _holding(subject).organization)


def _nobody(who: Somebody, subject: Subject) -> bool:
    return False


def _seen_by_guides(who: Somebody, subject: Subject) -> bool:
    return oracle.holds(who, _holding(subject).council, oracle.STEERING)


def _kept(seats: set[str]) -> Callable[[Somebody, Subject], Verdict]:
    """Return the rule of an act on a council's list: its steering committee knows of the list."""

    def verdict(who: Somebody, subject: Subject) -> Verdict:
        if oracle.holds(who, _holding(subject).council, seats):
            return Verdict.OPEN
        return Verdict.REFUSED if _seen_by_guides(who, subject) else Verdict.HIDDEN

    return verdict


def _joins(who: Somebody, subject: Subject) -> Verdict:
    # Councils are no secret: members ask to join any of them, for themselves.
    if who.is_in_good_standing:
        return Verdict.OPEN
    return Verdict.REFUSED if who.is_let_in else Verdict.HIDDEN


def _proposal(may: Callable[[Somebody, Subject], bool]) -> Callable[[Somebody, Subject], Verdict]:
    def verdict(who: Somebody, subject: Subject) -> Verdict:
        if may(who, subject):
            return Verdict.OPEN
        knows = oracle.may_know_proposal(who, _holding(subject))
        return Verdict.REFUSED if knows else Verdict.HIDDEN

    return verdict


def _seconds(who: Somebody, subject: Subject) -> bool:
    return oracle.may_second(who, _holding(subject))


def _knows_proposal(who: Somebody, subject: Subject) -> bool:
    return oracle.may_know_proposal(who, _holding(subject))


def _anybody(who: Somebody, subject: Subject) -> bool:
    return True


RULES: Mapping[str, Callable[[Somebody, Subject], Verdict]] = {
    "reports.show": _open_if(_reads),
    "api.report": _open_if(_reads_by_program),
    "reports.pdf": _open_if(_reads),
    "reports.edition": _open_if(_reads_edition),
    "reports.edition_pdf": _open_if(_reads_edition),
    "reports.changes": _open_if(_compares),
    "reports.attachment": _open_if(_fetches),
    "reports.edit": _edits,
    "reports.autosave": _edits,
    "reports.preview": _open_if(_writes),
    "reports.attachments": _open_if(_writes),
    "reports.attach": _open_if(_writes),
    "reports.detach": _open_if(_writes),
    "reports.quarantine": _open_if(_writes),
    "reports.submit": _acts(oracle.may_write),
    "reports.publish": _acts(oracle.may_write),
    "reports.recall": _acts(oracle.may_write),
    "reports.discard": _acts(oracle.may_write),
    "reports.review": _open_if(_decides),
    "reports.decide": _open_if(_decides),
    "reports.second_look": _open_if(_looks_again),
    "reports.withdraw": _acts(oracle.may_withdraw),
    "reports.begin_update": _open_if(lambda who, one: oracle.may_update(who, _thing(one))),
    "delivery.calls": _calls,
    "delivery.note": _calls,
    "delivery.calls_pdf": _calls,
    "delivery.fax_pdf": _calls,
    "delivery.reach": _counts,
    "delivery.reach_figures": _counts,
    "delivery.reach_file": _counts,
    "delivery.reach_again": _counts,
    "delivery.unreached_file": _counts_by_name,
    "delivery.why": _open_if(_reads_signed_in),
    "delivery.acknowledge_report": _open_if(_reads_signed_in),
    "delivery.preview_mail": _open_if(_opens_draft),
    "delivery.preview_mail_html": _open_if(_opens_draft),
    "delivery.message": _open_if(_owns),
    "delivery.message_html": _open_if(_owns),
    # The signed link in a mail is its own key; whoever holds it may end that one wish.
    "delivery.unsubscribe": _open_if(_anybody),
    "delivery.one_click": _open_if(_anybody),
    "subscriptions.end": _open_if(_owns),
    "subscriptions.show": _open_if(_owns),
    "subscriptions.change": _open_if(_owns),
    "subscriptions.delete_trip": _open_if(_of_owner),
    "subscriptions.remove_site": _open_if(_of_contact),
    "relays.item": _open_if(_relays),
    "relays.take": _open_if(_relays),
    "relays.set_aside": _open_if(_relays),
    "relays.check": _configures,
    "relays.pause": _configures,
    "relays.resume": _configures,
    "accounts.end_session": _open_if(_of_owner),
    "accounts.rename_factor": _open_if(_of_owner),
    "accounts.remove_factor": _open_if(_of_owner),
    "channels.change": _open_if(_of_owner),
    "channels.end": _open_if(_of_owner),
    "channels.new_code": _open_if(_of_owner),
    "channels.renew_secret": _open_if(_of_owner),
    "channels.test": _open_if(_of_owner),
    "channels.verify": _open_if(_of_owner),
    "delivery.send_again": _open_if(_nobody),
    "delivery.sent": _open_if(_of_owner),
    "tokens.rotate": _open_if(_of_owner),
    "tokens.revoke": _open_if(_of_owner),
    "membership.application": _open_if(_of_admin),
    "membership.accept": _open_if(_of_admin),
    "membership.ask": _open_if(_of_admin),
    "membership.tick": _open_if(_of_admin),
    "membership.refuse": _open_if(_of_admin),
    "membership.organization": _open_if(_of_admin),
    "membership.change_organization": _open_if(_of_admin),
    "membership.reclassify": _open_if(_of_admin),
    "membership.account": _open_if(_of_admin),
    "membership.change_account": _open_if(_of_admin),
    "membership.confirm_invitation": _open_if(_of_admin),
    "membership.refuse_invitation": _open_if(_of_admin),
    "membership.change_person": _open_if(_of_contact),
    "membership.change_invitation": _open_if(_of_contact),
    # These are for whom the invitation names, and it names nobody with an account.
    "membership.invitation": _open_if(_nobody),
    "membership.accept_invitation": _open_if(_nobody),
    "membership.decline_invitation": _open_if(_nobody),
    "councils.members": _open_if(_seen_by_guides),
    "councils.add": _kept(oracle.WRITING),
    "councils.accept": _kept(oracle.WRITING),
    "councils.turn_down": _kept(oracle.WRITING),
    "councils.remove": _kept(oracle.WRITING),
    "councils.joining": _kept(oracle.WRITING),
    "councils.export": _kept(oracle.WRITING),
    "councils.seat": _kept({"chair_public"}),
    "councils.join": _joins,
    "councils.take_back": _joins,
    "councils.leave": _joins,
    "councils.show": _open_if(_of_admin),
    "councils.edit": _open_if(_of_admin),
    "councils.appoint": _open_if(_of_admin),
    "councils.end_term": _open_if(_of_admin),
    "councils.fetch_list": _proposal(_nobody),
    "admin.proposal": _open_if(_knows_proposal),
    "admin.second": _proposal(_seconds),
    "admin.refuse": _proposal(_seconds),
    "admin.withdraw": _proposal(_of_owner),
}
"""Who may open what, of every route that names an object."""


def verdict_of(endpoint: str, who: str, subject: Subject) -> Verdict:
    """Return what an address must be to somebody.

    Raises:
        LookupError: nobody has said who may open such an address.

    """
    rule = RULES.get(endpoint)
    if rule is None:
        raise LookupError(
            f"The matrix does not know who may open {endpoint}. Say it in RULES in "
            "tests/support/matrix/rules.py, in the words of tests/support/matrix/oracle.py."
        )
    return rule(NAMED[who], subject)
