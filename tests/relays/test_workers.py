"""Workers that poll: any number of them, slow, dead or late, fetch each source once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

from osac_share.kernel.db import transaction
from tests.relays.samples import rss, rss_item
from tests.relays.sources import added, items, state_of
from tests.support.publisher import Published

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tests.relays.conftest import Poll
    from tests.support.cast import Cast
    from tests.support.publisher import Publisher

QUARTER = timedelta(minutes=15)


def test_source_of_a_worker_that_died_is_due_again_when_its_lease_ends(
    session: Session, cast: Cast, publisher: Publisher, poll: Poll, at: datetime
) -> None:
    source = added(session, cast, publisher.publish("/feed", rss(rss_item())), at)
    with transaction(session):
        source.lease_until, source.fence = at + timedelta(minutes=2), 7
    assert poll(at + timedelta(minutes=1)) == 0
    assert poll(at + timedelta(minutes=3)) == 1
    assert state_of(session, source).fence == 8


def test_two_workers_at_once_fetch_each_source_once(
    session: Session, cast: Cast, publisher: Publisher, poll: Poll, at: datetime
) -> None:
    for number in range(8):
        path = f"/feed{number}"
        publisher.pages[path] = Published(rss(rss_item()).encode(), pause=0.00002)
        added(session, cast, publisher.at(path), at)
    together = threading.Barrier(2)

    def work() -> int:
        together.wait()
        return poll(at)

    with ThreadPoolExecutor(2) as workers:
        polled = [workers.submit(work) for _ in range(2)]
        counts = [one.result() for one in polled]
    assert sum(counts) == 8
    assert sorted(path for path, _ in publisher.asked) == [f"/feed{n}" for n in range(8)]
    assert len(items(session)) == 8


def test_worker_whose_lease_ended_changes_nothing(
    session: Session, cast: Cast, publisher: Publisher, poll: Poll, at: datetime
) -> None:
    source = added(session, cast, publisher.at("/feed"), at)
    publisher.pages["/feed"] = Published(rss(rss_item()).encode(), pause=0.0005)
    late = threading.Thread(target=poll, args=(at,))
    late.start()
    while not publisher.asked:
        late.join(0.01)
    publisher.publish("/feed", rss(rss_item("<p>Newer.</p>")))
    assert poll(at + timedelta(minutes=3)) == 1
    late.join()
    (item,) = items(session)
    assert item.sections[0]["body"] == "Newer."
    assert state_of(session, source).checked_at == at + timedelta(minutes=3)


def test_no_transaction_is_open_while_a_slow_server_is_waited_for(
    session: Session, cast: Cast, publisher: Publisher, poll: Poll, at: datetime
) -> None:
    source = added(session, cast, publisher.at("/feed"), at)
    publisher.pages["/feed"] = Published(rss(rss_item()).encode(), pause=0.001)
    slow = threading.Thread(target=poll, args=(at,))
    slow.start()
    while not publisher.asked:
        slow.join(0.01)
    with transaction(session):
        source.issuer = "U.S. Embassy to Kenya"
    assert slow.is_alive()
    slow.join()
    assert state_of(session, source).issuer == "U.S. Embassy to Kenya"
    assert len(items(session)) == 1
