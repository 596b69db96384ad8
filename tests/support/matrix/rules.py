"""What each route must do for whom: the oracle's answers, endpoint by endpoint.

A route to an object that is not named here stops the matrix: whoever adds one says who may open
it, in the oracle's words and not in the program's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.matrix import oracle
from tests.support.matrix.people import NAMED
from tests.support.matrix.verdicts import (
    Verdict,
    acts,
    anybody,
    by_program,
    calls,
    compares,
    configures,
    counts,
    counts_by_name,
    decides,
    edits,
    fetches,
    is_told_to_all,
    joins,
    kept,
    knows_proposal,
    looks_again,
    nobody,
    of_admin,
    of_contact,
    of_owner,
    open_if,
    opens_draft,
    owns,
    proposal,
    reads,
    reads_by_program,
    reads_edition,
    reads_edition_by_program,
    reads_signed_in,
    recommends,
    relays,
    seconds,
    seen_by_guides,
    takes_times,
    updates,
    updates_by_program,
    writes,
    writes_by_program,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.support.matrix.addresses import Subject
    from tests.support.matrix.people import Somebody

__all__ = ["RULES", "Verdict", "verdict_of"]

RULES: Mapping[str, Callable[[Somebody, Subject], Verdict]] = {
    "reports.show": open_if(reads),
    "api.report": open_if(reads_by_program),
    "api.editions": open_if(reads_by_program),
    "api.edition": open_if(reads_edition_by_program),
    "api.acknowledge_report": open_if(reads_by_program),
    "api.begin_update": open_if(updates_by_program),
    "api.draft": open_if(writes_by_program),
    "api.missing": open_if(writes_by_program),
    "api.revise": open_if(writes_by_program),
    "api.discard": open_if(writes_by_program),
    "api.submit": open_if(writes_by_program),
    "api.recall": open_if(writes_by_program),
    "api.publish": open_if(writes_by_program),
    "api.subscription": open_if(by_program(owns)),
    "api.replace": open_if(by_program(owns)),
    "api.unsubscribe": open_if(by_program(owns)),
    "api.search": open_if(by_program(of_owner)),
    "api.change_search": open_if(by_program(of_owner)),
    "api.delete_search": open_if(by_program(of_owner)),
    "cap.edition": open_if(is_told_to_all),
    "cap.newest": open_if(is_told_to_all),
    "reports.pdf": open_if(reads),
    "calendars.report": takes_times,
    "reports.edition": open_if(reads_edition),
    "reports.edition_pdf": open_if(reads_edition),
    "reports.changes": open_if(compares),
    "reports.attachment": open_if(fetches),
    "reports.edit": edits,
    "reports.autosave": edits,
    "reports.preview": open_if(writes),
    "reports.attachments": open_if(writes),
    "reports.attach": open_if(writes),
    "reports.detach": open_if(writes),
    "reports.quarantine": open_if(writes),
    "reports.submit": acts(oracle.may_write),
    "reports.publish": acts(oracle.may_write),
    "reports.recall": acts(oracle.may_write),
    "reports.discard": acts(oracle.may_write),
    "reports.review": open_if(decides),
    "reports.decide": open_if(decides),
    "reports.second_look": open_if(looks_again),
    "reports.withdraw": acts(oracle.may_withdraw),
    "reports.begin_update": open_if(updates),
    "delivery.calls": calls,
    "delivery.note": calls,
    "delivery.calls_pdf": calls,
    "delivery.fax_pdf": calls,
    "delivery.reach": counts,
    "delivery.reach_figures": counts,
    "delivery.reach_file": counts,
    "delivery.reach_again": counts,
    "delivery.unreached_file": counts_by_name,
    "delivery.why": open_if(reads_signed_in),
    "delivery.acknowledge_report": open_if(reads_signed_in),
    "delivery.preview_mail": open_if(opens_draft),
    "delivery.preview_mail_html": open_if(opens_draft),
    "delivery.message": open_if(owns),
    "delivery.message_html": open_if(owns),
    # The signed link in a mail is its own key; whoever holds it may end that one wish.
    "delivery.unsubscribe": open_if(anybody),
    "delivery.one_click": open_if(anybody),
    "subscriptions.end": open_if(owns),
    "subscriptions.show": open_if(owns),
    "subscriptions.change": open_if(owns),
    "subscriptions.delete_trip": open_if(of_owner),
    "subscriptions.remove_site": open_if(of_contact),
    "search.open_saved": open_if(of_owner),
    "search.saved_settings": open_if(of_owner),
    "search.change_saved": open_if(of_owner),
    "search.delete_saved": open_if(of_owner),
    "search.recommended": joins,
    "search.recommend": recommends,
    "search.remove_recommended": recommends,
    "relays.item": open_if(relays),
    "relays.take": open_if(relays),
    "relays.set_aside": open_if(relays),
    "relays.check": configures,
    "relays.pause": configures,
    "relays.resume": configures,
    "accounts.end_session": open_if(of_owner),
    "accounts.rename_factor": open_if(of_owner),
    "accounts.remove_factor": open_if(of_owner),
    "channels.change": open_if(of_owner),
    "channels.end": open_if(of_owner),
    "channels.new_code": open_if(of_owner),
    "channels.renew_secret": open_if(of_owner),
    "channels.test": open_if(of_owner),
    "channels.verify": open_if(of_owner),
    "delivery.send_again": open_if(nobody),
    "delivery.sent": open_if(of_owner),
    "tokens.rotate": open_if(of_owner),
    "tokens.revoke": open_if(of_owner),
    "membership.application": open_if(of_admin),
    "membership.accept": open_if(of_admin),
    "membership.ask": open_if(of_admin),
    "membership.tick": open_if(of_admin),
    "membership.refuse": open_if(of_admin),
    "membership.organization": open_if(of_admin),
    "membership.change_organization": open_if(of_admin),
    "membership.reclassify": open_if(of_admin),
    "membership.account": open_if(of_admin),
    "membership.change_account": open_if(of_admin),
    "membership.confirm_invitation": open_if(of_admin),
    "membership.refuse_invitation": open_if(of_admin),
    "membership.change_person": open_if(of_contact),
    "membership.change_invitation": open_if(of_contact),
    # These are for whom the invitation names, and it names nobody with an account.
    "membership.invitation": open_if(nobody),
    "membership.accept_invitation": open_if(nobody),
    "membership.decline_invitation": open_if(nobody),
    "councils.members": open_if(seen_by_guides),
    "councils.add": kept(oracle.WRITING),
    "councils.accept": kept(oracle.WRITING),
    "councils.turn_down": kept(oracle.WRITING),
    "councils.remove": kept(oracle.WRITING),
    "councils.joining": kept(oracle.WRITING),
    "councils.export": kept(oracle.WRITING),
    "councils.seat": kept({"chair_public"}),
    "councils.join": joins,
    "councils.take_back": joins,
    "councils.leave": joins,
    "councils.show": open_if(of_admin),
    "councils.edit": open_if(of_admin),
    "councils.appoint": open_if(of_admin),
    "councils.end_term": open_if(of_admin),
    "councils.fetch_list": proposal(nobody),
    "admin.proposal": open_if(knows_proposal),
    "admin.second": proposal(seconds),
    "admin.refuse": proposal(seconds),
    "admin.withdraw": proposal(of_owner),
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
