"""What can be done with councils, their seats and their contacts. None of these commits."""

from osac_share.councils.actions.appointing import CHANGE_CHAIR, Term, appoint, propose_term
from osac_share.councils.actions.clearing import renew_clearance, settle_turned_seats
from osac_share.councils.actions.exporting import (
    EXPORT_MEMBERS,
    fetch_list,
    offer_list,
    propose_export,
)
from osac_share.councils.actions.founding import Particulars, create, found, revise
from osac_share.councils.actions.joining import (
    accept,
    add_member,
    join,
    set_joining,
    take_back,
    turn_down,
)
from osac_share.councils.actions.offices import (
    OfficeWords,
    PostWords,
    verify,
    write_office,
    write_post,
)
from osac_share.councils.actions.seating import (
    end_seats_of,
    end_term,
    leave,
    remove,
    seat,
    seat_on_committee,
    unseat,
)

__all__ = [
    "CHANGE_CHAIR",
    "EXPORT_MEMBERS",
    "OfficeWords",
    "Particulars",
    "PostWords",
    "Term",
    "accept",
    "add_member",
    "appoint",
    "create",
    "end_seats_of",
    "end_term",
    "fetch_list",
    "found",
    "join",
    "leave",
    "offer_list",
    "propose_export",
    "propose_term",
    "remove",
    "renew_clearance",
    "revise",
    "seat",
    "seat_on_committee",
    "set_joining",
    "settle_turned_seats",
    "take_back",
    "turn_down",
    "unseat",
    "verify",
    "write_office",
    "write_post",
]
