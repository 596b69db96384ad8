"""A hundred thousand people found and entered in the ledger, and twenty thousand mails sent.

What matching is held against is the bare statement: the same terms asked by hand-written SQL,
without audience, kind, pace or channel, into a table of the same make as the ledger. What
sending is held against is the standard library's client, with finished bytes and one connection.
"""

from __future__ import annotations

import resource
import smtplib
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, text

from benchmarks.figures import Figure
from osac_share.accounts.models import Membership, Person
from osac_share.councils.models import Clearance
from osac_share.delivery import actions as delivery
from osac_share.delivery.messages import Letters
from osac_share.delivery.models import ACCEPTED, Delivery
from osac_share.kernel.db import open_engine, session_factory, transaction
from osac_share.settings import load_settings
from osac_share.subscriptions.models import ALL_KINDS, BY_MAIL, Subscription, SubscriptionTerm
from osac_share.taxonomy import queries as taxonomy
from osac_share.worker import Worker
from tests.support.alerting import Alert, Newsroom
from tests.support.databases import migrate
from tests.support.postgres import prepared_server

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.settings import Settings

PEOPLE = 200_000
WISHES = 5
"""How many each of them has: a million in all."""

PLACES, TOPICS = ("KE", "UG", "TZ"), ("crime", "health")
OFTEN = 8
"""One wish in so many is for one of these places."""

ROUNDS = 3
MAILS = 20_000
AT_A_TIME = 10_000

BARE = """
INSERT INTO peer (edition_id, person_id, channel, purpose, subscription_id, state, urgency,
                  matched_at, available_at, attempts, fence)
SELECT :edition, person_id, 'mail', 'read', min(subscription_id), 'waiting', 1, :at, :at, 0, 0
FROM subscription_term
WHERE open AND place IN ('KE', 'UG', 'TZ', '*') AND topic IN ('crime', 'health', '*')
  AND min_rank <= 2
GROUP BY person_id
"""

SAME_REFERENCES = """
ALTER TABLE peer ADD FOREIGN KEY (edition_id) REFERENCES edition (id),
                 ADD FOREIGN KEY (person_id) REFERENCES person (id),
                 ADD FOREIGN KEY (subscription_id) REFERENCES subscription (id),
                 ADD FOREIGN KEY (digest_id) REFERENCES digest (id)
"""


def measure() -> list[Figure]:
    """Return `match_100k` on both databases, and `send_20k`."""
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as stack:
        figures = [_match(f"sqlite:///{Path(scratch) / 'match.db'}", "match_100k")]
        postgres = stack.enter_context(prepared_server(migrate))
        figures.append(
            _match(stack.enter_context(postgres.fresh_database()), "match_100k_postgresql")
        )
        return [*figures, *_send(Path(scratch))]


def _match(url: str, name: str) -> Figure:
    migrate(url)
    engine = open_engine(url)
    with session_factory(engine)() as session:
        with transaction(session):
            newsroom = Newsroom(session, datetime.now(UTC))
            _populate(session, newsroom, number=PEOPLE, wishes_each=WISHES, often=OFTEN)
        _make_peer(engine)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        ours, bare, found = [], [], 0
        for _ in range(ROUNDS):
            with transaction(session):
                alert = Alert(places=[(code, "") for code in PLACES], topics=TOPICS)
                edition_id = newsroom.publish(alert).id
            bare.append(_timed(session, text(BARE), {"edition": edition_id, "at": newsroom.at}))
            began = time.perf_counter()
            with transaction(session):
                found = delivery.match(session, edition_id, at=newsroom.at)
            ours.append(time.perf_counter() - began)
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    engine.dispose()
    print(f"{name}: {found:,} people found, {grown:.0f} MB more memory")
    return Figure(name, median(ours), "s", 1.6, "at most", "bare SQL", median(bare))


def _timed(session: Session, statement: Any, values: dict[str, Any]) -> float:  # noqa: ANN401
    began = time.perf_counter()
    with transaction(session):
        session.execute(statement, values)
    return time.perf_counter() - began


def _populate(
    session: Session, newsroom: Newsroom, *, number: int, wishes_each: int, often: int
) -> None:
    """Settle so many members with so many wishes each, one in `often` for one of `PLACES`."""
    member = newsroom.member("member@example.org")
    tokens = session.scalars(select(Clearance.token).where(Clearance.person_id == member.id)).all()
    people = range(member.id + 1, member.id + 1 + number)
    home, now = newsroom.organization.id, newsroom.at
    belongs = {"organization_id": home, "is_contact": False, "started_at": now}
    _insert(session, Person, (_person(one, now) for one in people))
    _insert(session, Membership, ({"person_id": one, **belongs} for one in people))
    cleared = ({"person_id": one, "token": token} for one in people for token in tokens)
    _insert(session, Clearance, cleared)
    wishes = [(wish + 1, people[wish % number]) for wish in range(number * wishes_each)]
    same = {"kinds": ALL_KINDS, "channels": BY_MAIL, "min_rank": 1}
    begun = {"frequency": "at_once", "created_at": now, **same}
    _insert(
        session,
        Subscription,
        ({"id": id_, "public_id": f"w{id_:019}", "person_id": one, **begun} for id_, one in wishes),
    )
    asked = {"topic": "*", "pace": 0, "open": True, **same}
    others = [one.iso2 for one in taxonomy.countries() if one.iso2 not in PLACES]
    _insert(
        session,
        SubscriptionTerm,
        (
            {"subscription_id": id_, "person_id": one, "place": _place(id_, often, others), **asked}
            for id_, one in wishes
        ),
    )
    session.execute(text("ANALYZE"))


def _person(number: int, at: datetime) -> dict[str, Any]:
    named = {"email": f"p{number}@example.org", "name": "P", "public_id": f"p{number:019}"}
    nothing = {"password_hash": "", "time_zone": "UTC", "staff_roles": [], "groups": []}
    return {"id": number, "created_at": at, **named, **nothing}


def _place(wish: int, often: int, others: Sequence[str]) -> str:
    # The wishes of one person differ, or all that fit would be those of a few.
    spread = (wish + wish // PEOPLE) * 7919
    if spread % often == 0:
        return PLACES[spread // often % len(PLACES)]
    return others[spread % len(others)]


def _insert(session: Session, model: type[Any], rows: Iterator[dict[str, Any]]) -> None:
    batch = []
    for row in rows:
        batch.append(row)
        if len(batch) == AT_A_TIME:
            session.connection().execute(insert(model.__table__), batch)
            batch = []
    if batch:
        session.connection().execute(insert(model.__table__), batch)


def _make_peer(engine: Engine) -> None:
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("CREATE TABLE peer (LIKE delivery INCLUDING ALL)"))
            connection.execute(text(SAME_REFERENCES))
            return
        made = "SELECT sql FROM sqlite_master WHERE tbl_name = 'delivery' AND sql IS NOT NULL"
        for (statement,) in connection.execute(text(made)).all():
            renamed = statement.replace("ix_delivery", "ix_peer").replace("delivery", "peer")
            connection.exec_driver_sql(renamed)


def _send(scratch: Path) -> list[Figure]:
    with _sink() as port:
        settings = load_settings(
            {
                "OSAC_DATABASE_URL": f"sqlite:///{scratch / 'send.db'}",
                "OSAC_DATA_DIR": str(scratch),
                "OSAC_PUBLIC_URL": "http://share.example.org",
                "OSAC_SECRET_KEY": "a key for measuring and for nothing else",
                "OSAC_MAIL_URL": f"smtp://127.0.0.1:{port}",
            }
        )
        migrate(settings.database_url)
        engine = open_engine(settings.database_url)
        content = _make_due(settings, engine)
        began, at = time.perf_counter(), datetime.now(UTC)
        with Worker(settings, engine) as worker:
            worker.drain()
        ours = MAILS / (time.perf_counter() - began)
        with session_factory(engine)() as session:
            accepted = select(Delivery.accepted_at).where(Delivery.state == ACCEPTED)
            moments = sorted(one - at for one in session.scalars(accepted) if one is not None)
        engine.dispose()
        assert len(moments) == MAILS, f"{len(moments)} of {MAILS} mails were accepted"
        first, middle, last = (_s(moments[one]) for one in (0, MAILS // 2, -1))
        print(f"send_20k: first {first}, median {middle}, last {last}")
        peer = _bare_rate(port, content)
    return [Figure("send_20k", ours, "mails/s", 0.6, "at least", "smtplib", peer)]


def _make_due(settings: Settings, engine: Engine) -> bytes:
    """Let the mails of one edition be due, and return one of them."""
    with session_factory(engine)() as session, transaction(session):
        newsroom = Newsroom(session, datetime.now(UTC))
        _populate(session, newsroom, number=MAILS, wishes_each=1, often=1)
        edition = newsroom.publish(Alert(places=[(code, "") for code in PLACES], topics=TOPICS))
        delivery.match(session, edition.id, at=newsroom.at)
        wish = {"subscription": "x", "subscription_words": "Kenya"}
        letter = Letters(settings).address(edition, "reader@example.org", delivery_id=0, **wish)
        return letter.content


def _s(moment: timedelta) -> str:
    return f"{moment.total_seconds():.2f} s"


def _bare_rate(port: int, content: bytes) -> float:
    with smtplib.SMTP("127.0.0.1", port) as client:
        began = time.perf_counter()
        for number in range(MAILS):
            client.sendmail("alerts@example.org", [f"reader{number}@example.org"], content)
        return MAILS / (time.perf_counter() - began)


@contextmanager
def _sink() -> Iterator[int]:
    command = [sys.executable, "-m", "benchmarks.sink"]
    sink = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert sink.stdout is not None
        yield int(sink.stdout.readline())
    finally:
        sink.terminate()
        sink.wait()
