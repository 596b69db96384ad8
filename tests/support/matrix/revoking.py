"""Taking rights away: what each loss closes, and how long after the commit."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from osac_share.accounts.models import Membership, Organization, Person, UserSession
from osac_share.app import create_app
from osac_share.councils.actions import renew_clearance
from osac_share.councils.models import Seat
from osac_share.delivery.models import ACCEPTED, Delivery
from osac_share.kernel import clock
from osac_share.kernel.db import open_engine, session_factory, transaction
from osac_share.migrations.schema import upgrade
from osac_share.settings import load_settings
from osac_share.tokens.actions import revoke_all
from osac_share.worker import Worker
from tests.support.matrix.asking import Asker
from tests.support.matrix.canaries import canary
from tests.support.matrix.furnishing import Maker, file_name
from tests.support.matrix.people import HOME
from tests.support.matrix.settling import settle
from tests.support.matrix.things import Plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.settings import Settings
    from tests.support.matrix.people import Account
    from tests.support.matrix.things import Thing

PLANS = (Plan(HOME, "AMBER", "published"), Plan(HOME, "GREEN", "published"))
NARROW, WIDE = range(2)
BROWSER, PROGRAM, MAIL = "browser", "program", "mail"
EVERYWHERE = frozenset({BROWSER, PROGRAM, MAIL})


@dataclass(frozen=True)
class Loss:
    """A way to lose a right: who loses it, what of, by which act, and where it shows."""

    name: str
    person: str
    thing: int
    act: Callable[[Session, int, datetime], object]
    where: frozenset[str] = EVERYWHERE


@dataclass(frozen=True)
class Closed:
    """What was seen of a loss on one channel."""

    loss: str
    channel: str
    was_open: bool
    is_open: bool
    seconds: float


def _suspend(session: Session, person_id: int, at: datetime) -> None:
    session.get_one(Person, person_id).suspended_at = at


def _end_seat(session: Session, person_id: int, at: datetime) -> None:
    session.execute(update(Seat).where(Seat.person_id == person_id).values(ended_at=at))


def _end_membership(session: Session, person_id: int, at: datetime) -> None:
    held = update(Membership).where(Membership.person_id == person_id)
    session.execute(held.values(ended_at=at))


def _lapse(session: Session, person_id: int, at: datetime) -> None:
    held = select(Membership.organization_id).where(Membership.person_id == person_id)
    session.execute(update(Organization).where(Organization.id.in_(held)).values(status="lapsed"))


def _end_session(session: Session, person_id: int, at: datetime) -> None:
    begun = update(UserSession).where(UserSession.person_id == person_id)
    session.execute(begun.values(ended_at=at))


def _revoke(session: Session, person_id: int, at: datetime) -> None:
    revoke_all(session, person_id, because="owner", by=(person_id, "its owner"), at=at)


LOSSES = (
    Loss("the session was ended", "named member", NARROW, _end_session, frozenset({BROWSER})),
    Loss("the tokens were revoked", "secretary", NARROW, _revoke, frozenset({PROGRAM})),
    Loss("the person was suspended", "member", NARROW, _suspend),
    Loss("the seat has ended", "steering", NARROW, _end_seat),
    Loss("the membership has ended", "official", WIDE, _end_membership),
    Loss("the organization has lapsed", "member of no council", WIDE, _lapse),
)


def revocations(settings: Settings, engine: Engine) -> Iterator[Closed]:
    """Yield what each loss does to each channel on the very next request, and to queued mail."""
    at = clock.now()
    with session_factory(engine)() as session, transaction(session):
        population = settle(session, secret_key=settings.require_secret(), at=at)
        maker = Maker(session, settings, population, at)
        maker.subscribe()
        things = [maker.make(plan) for plan in PLANS]
    app, queued = create_app(settings, engine), dict[str, bool]()
    with Worker(settings, engine) as worker:
        # Everybody is matched, and nothing is sent yet.
        worker._react()
        for loss in LOSSES:
            account, thing = population.accounts[loss.person], things[loss.thing]
            asker = Asker(app, account)
            before = dict(_channels(asker, account, thing, loss))
            waiting = _mail(engine, account, thing, "waiting")
            with session_factory(engine)() as session, transaction(session):
                loss.act(session, account.person_id or 0, clock.now())
                session.flush()
                renew_clearance(session, account.person_id or 0, at=clock.now())
            began = monotonic()
            for channel, is_open in _channels(asker, account, thing, loss):
                yield Closed(loss.name, channel, before[channel], is_open, monotonic() - began)
            queued[loss.name] = waiting
        worker.drain()
    for loss in LOSSES:
        if MAIL in loss.where:
            sent = _mail(engine, population.accounts[loss.person], things[loss.thing], ACCEPTED)
            yield Closed(loss.name, MAIL, queued[loss.name], sent, seconds=0)


def slowest_revocation(scratch: Path) -> float:
    """Return the longest that anything stayed open, in seconds; a day for what is open still."""
    settings = load_settings(
        {
            "OSAC_DATABASE_URL": f"sqlite:///{scratch / 'osac.db'}",
            "OSAC_DATA_DIR": str(scratch),
            "OSAC_PUBLIC_URL": "http://localhost",
            "OSAC_SECRET_KEY": "a key for counting and for nothing else",
        }
    )
    engine = open_engine(settings.database_url)
    upgrade(engine)
    found = list(revocations(settings, engine))
    engine.dispose()
    return max(86_400.0 if one.is_open or not one.was_open else one.seconds for one in found)


def _channels(
    asker: Asker, account: Account, thing: Thing, loss: Loss
) -> Iterator[tuple[str, bool]]:
    (words,) = thing.editions
    title, file = canary(words.canary, "title").encode(), canary(words.canary, "file").encode()
    if BROWSER in loss.where:
        address = f"/reports/{thing.public_id}"
        yield "page", title in asker.get(address).body
        yield "PDF", asker.get(f"{address}.pdf").status == 200
        yield "list", title in asker.get("/reports").body
        yield "country", title in asker.get("/countries/KE").body
        path = f"/attachments/{words.files[0]}/{file_name(words.canary)}"
        yield "file", file in asker.get(path).body
    if PROGRAM in loss.where:
        yield "API", title in asker.get(f"/api/v1/reports/{thing.public_id}").body
        yield "list of the API", title in asker.get("/api/v1/reports").body
        feed = asker.get(f"/feeds/private/{account.feed_token}.atom").body
        yield "private feed", thing.public_id.encode() in feed


def _mail(engine: Engine, account: Account, thing: Thing, state: str) -> bool:
    question = select(Delivery.id).where(
        Delivery.person_id == account.person_id,
        Delivery.edition_id == thing.editions[0].row_id,
        Delivery.state == state,
    )
    with session_factory(engine)() as session:
        return session.scalar(question) is not None
