"""The owner's subscriptions, by programs. One is never changed: another takes its place."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from osac_share.api.documents.answers import moment
from osac_share.api.documents.operations import BASE
from osac_share.api.documents.shapes.own import SubscriptionHeld, SubscriptionList, WishGiven
from osac_share.api.forms import wish_form
from osac_share.api.forms.wishing import LISTS
from osac_share.api.views.serving import Told, holder, operation
from osac_share.councils import queries as councils
from osac_share.councils.login import current_actor
from osac_share.kernel import clock
from osac_share.subscriptions import actions, queries
from osac_share.subscriptions.documents import describe
from osac_share.subscriptions.forms import WishForm
from osac_share.subscriptions.policy import wish_of
from osac_share.subscriptions.views.blueprint import ways_of
from osac_share.tokens.policy import SUBSCRIPTIONS
from osac_share.web.sessions import current_session

if TYPE_CHECKING:
    from osac_share.subscriptions.models import Subscription

OWN = "Subscriptions"
ONE = "/subscriptions/<public_id>"


@operation(
    "GET /subscriptions",
    tag=OWN,
    scope=SUBSCRIPTIONS,
    answers={HTTPStatus.OK: SubscriptionList},
)
def subscriptions() -> SubscriptionList:
    """List the owner's subscriptions, the oldest first.

    Those that trips and sites bring with them are on the pages.
    """
    held = queries.subscriptions_of(current_session(), holder().person_id)
    return SubscriptionList(subscriptions=[_shape(one) for one in held])


@operation(
    "POST /subscriptions",
    tag=OWN,
    scope=SUBSCRIPTIONS,
    body=WishGiven,
    answers={HTTPStatus.CREATED: SubscriptionHeld},
)
def subscribe(sent: WishGiven) -> Told:
    """Subscribe the owner. The same wish twice stays one subscription."""
    wish = _form(sent).wish()
    held = actions.subscribe(current_session(), wish, by=current_actor(), at=clock.now())
    return _made(held)


@operation(f"GET {ONE}", tag=OWN, scope=SUBSCRIPTIONS, answers={HTTPStatus.OK: SubscriptionHeld})
def subscription(public_id: str) -> SubscriptionHeld:
    """Answer one of the owner's subscriptions."""
    return _shape(_own(public_id))


@operation(
    f"POST {ONE}/replacement",
    tag=OWN,
    scope=SUBSCRIPTIONS,
    body=WishGiven,
    answers={HTTPStatus.CREATED: SubscriptionHeld},
)
def replace(public_id: str, sent: WishGiven) -> Told:
    """Let another wish take the place of one, which ends.

    Of one that is about a search, only how often and by which ways it tells is replaced.
    """
    session = current_session()
    held = _own(public_id, to_change=True)
    wish = _form(sent).wish(held.words)
    return _made(actions.change(session, held, wish, by=current_actor(), at=clock.now()))


@operation(f"DELETE {ONE}", tag=OWN, scope=SUBSCRIPTIONS, answers={HTTPStatus.NO_CONTENT: None})
def unsubscribe(public_id: str) -> Told:
    """End one of the owner's subscriptions."""
    held, by = _own(public_id, to_change=True), current_actor().name_in_record
    actions.end(current_session(), held, reason="unsubscribed", by=by, at=clock.now())
    return Told(None, HTTPStatus.NO_CONTENT)


def _own(public_id: str, *, to_change: bool = False) -> Subscription:
    person_id = holder().person_id
    return queries.get_own_wish(current_session(), public_id, person_id, to_change=to_change)


def _form(sent: WishGiven) -> WishForm:
    session = current_session()
    ways = ways_of(session, holder().person_id)
    return wish_form(sent, councils.all_councils(session), ways)


def _made(held: Subscription) -> Told:
    location = f"{BASE}/subscriptions/{held.public_id}"
    return Told(_shape(held), HTTPStatus.CREATED, location)


def _shape(held: Subscription) -> SubscriptionHeld:
    said = WishForm.answers(wish_of(held), councils.all_councils(current_session()))
    return SubscriptionHeld(
        id=held.public_id,
        sentence=describe(held),
        search=held.words or None,
        frequency=held.frequency,
        min_severity=said["min_severity"],
        created_at=moment(held.created_at),
        **{name: tuple(said[field]) for field, name in LISTS.items()},
    )
