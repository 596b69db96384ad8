"""Polling: what is new comes once, whatever a source does."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from osac_share.audit.models import AuditEntry
from osac_share.kernel.db import session_factory, transaction
from osac_share.relays.actions import pause, poll_due, resume
from osac_share.relays.models import ASIDE, WAITING
from osac_share.relays.policy import pause_after
from tests.relays.samples import BODY, cap, rss, rss_item
from tests.relays.sources import added, items, state_of
from tests.support.publisher import Published, bomb

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.settings import Settings
    from tests.relays.conftest import Poll
    from tests.support.cast import Cast
    from tests.support.publisher import Publisher

QUARTER = timedelta(minutes=15)


def test_new_texts_wait_for_somebody_to_read_them(
    session: Session, cast: Cast, publisher: Publisher, poll: Poll, at: datetime
) -> None:
    feed = rss(rss_item(guid="b", published="Mon, 02 Mar 2026 09:00:00 GMT"), rss_item(guid="a"))
    source = added(session, cast, publisher.publish("/feed", feed), at)
    assert poll(at) == 1
    assert [(item.guid, item.state, item.revision) for item in items(session)] == [
        ("a", WAITING, 1),
        ("b", WAITING, 1),
    ]
    source = state_of(session, source)
    assert (source.kind, source.failures, source.last_problem) == ("rss", 0, "")
    assert (source.checked_at, source.read_at) == (at, at)
    assert (source.next_check_at, source.lease_until) == (at + QUARTER, None)


def test_polling_twice_adds_nothing(
    session: Session, cast: Cast, publisher: Publisher, poll: Poll, at: datetime
) -> None:
    source = added(session, cast, publisher.publish("/feed", rss(rss_item())), at)
    poll(at)
    assert poll(at) == 0
    assert poll(at + QUARTER) == 1
    publisher.publish("/feed", rss(rss_item()), ETag='"another"')
    assert poll(at + 2 * QUARTER) == 1
    held = [headers.get("If-None-Match") for _path, headers in publisher.asked]
    assert held[0] is None
    assert held[1]
    assert state_of(session, source).etag == '"another"'
    assert len(items(session)) == 1


def test_text_that_changed_is_a_new_item_that_refers_to_the_former(
    session: Session, cast: Cast, publisher: Publisher, poll: Poll, at: datetime
) -> None:
    added(session, cast, publisher.publish("/feed", rss(rss_item())), at)
    poll(at)
    for number, words in enumerate(("<p>Later.</p>", BODY), 1):
        publisher.publish("/feed", rss(rss_item(words)), ETag=f'"{number}"')
        poll(at + number * QUARTER)
    first, second, third = items(session)
    assert [one.revision for one in (first, second, third)] == [1, 2, 3]
    assert (second.former_id, third.former_id) == (first.id, second.id)
    assert (first.state, second.state, third.state) == (ASIDE, ASIDE, WAITING)
    assert first.why == "The issuer replaced it before anybody decided."
    assert third.digest == first.digest


def test_what_was_old_at_the_first_reading_is_set_aside_and_later_news_is_not(
    session: Session, cast: Cast, publisher: Publisher, poll: Poll, at: datetime
) -> None:
    old = rss_item(guid="old", published="Mon, 02 Feb 2026 09:00:00 GMT")
    added(session, cast, publisher.publish("/feed", rss(old)), at)
    poll(at)
    older = rss_item(guid="older", published="Mon, 01 Feb 2026 09:00:00 GMT")
    publisher.publish("/feed", rss(old, older))
    poll(at + QUARTER)
    assert [(item.guid, item.state) for item in items(session)] == [
        ("old", ASIDE),
        ("older", WAITING),
    ]


def test_alert_update_and_cancellation_refer_to_one_another(
    session: Session, cast: Cast, publisher: Publisher, poll: Poll, at: datetime
) -> None:
    added(session, cast, publisher.publish("/cap", cap()), at)
    poll(at)
    publisher.publish("/cap", cap("KE-2", message="Update", refers_to="KE-1"))
    poll(at + QUARTER)
    publisher.publish("/cap", cap("KE-3", message="Cancel", refers_to="KE-2"))
    poll(at + 2 * QUARTER)
    alert, update, cancellation = items(session)
    assert (update.former_id, cancellation.former_id) == (alert.id, update.id)
    # Nobody had taken the alert in: there is nothing to cancel, and nothing waits any more.
    assert {one.state for one in (alert, update, cancellation)} == {ASIDE}
    assert cancellation.why == "It cancels what was never taken in."


BAD = {
    "gone": (Published(status=404), "answers 404"),
    "no feed": (Published(b"<html>Moved</html>"), "neither a feed nor a CAP alert"),
    "no XML": (Published(b"Not here"), "no XML"),
    "bomb": (
        Published(b"<!DOCTYPE r [<!ENTITY a 'a'><!ENTITY b '&a;&a;'>]><rss>&b;</rss>"),
        "document type",
    ),
    "packed bomb": (
        Published(bomb(50_000_000), headers={"Content-Encoding": "gzip"}),
        "larger than",
    ),
    "inwards": (
        Published(status=302, headers={"Location": "http://169.254.169.254/latest"}),
        "not on the public Internet",
    ),
    "broken off": (Published(b"<rss>", promised=100), "broke off"),
}


@pytest.mark.parametrize("what", BAD)
def test_source_in_trouble_is_a_note_beside_it_and_nothing_else(
    what: str, session: Session, cast: Cast, publisher: Publisher, poll: Poll, at: datetime
) -> None:
    publisher.pages["/feed"], words = BAD[what]
    source = added(session, cast, publisher.at("/feed"), at)
    fine = added(session, cast, publisher.publish("/fine", rss(rss_item())), at)
    assert poll(at) == 2
    source = state_of(session, source)
    assert words in source.last_problem
    assert (source.failures, source.next_check_at) == (1, at + 2 * QUARTER)
    assert (source.checked_at, source.read_at) == (at, None)
    assert [item.source_id for item in items(session)] == [fine.id]


def test_source_that_recovers_is_polled_as_often_as_before(
    session: Session, cast: Cast, publisher: Publisher, poll: Poll, at: datetime
) -> None:
    source = added(session, cast, publisher.at("/feed"), at)
    poll(at)
    poll(at + 2 * QUARTER)
    assert state_of(session, source).failures == 2
    publisher.publish("/feed", rss(rss_item()))
    poll(at + 6 * QUARTER)
    source = state_of(session, source)
    assert (source.failures, source.last_problem) == (0, "")
    assert source.next_check_at == at + 7 * QUARTER


def test_pause_doubles_with_each_failure_up_to_a_day() -> None:
    pauses = [pause_after(failures, QUARTER) for failures in range(9)]
    assert pauses[:4] == [QUARTER, 2 * QUARTER, 4 * QUARTER, 8 * QUARTER]
    assert pauses[-1] == pause_after(1000, QUARTER) == timedelta(days=1)
    assert pause_after(3, timedelta(days=2)) == timedelta(days=2)


def test_private_source_is_not_polled_unless_the_settings_allow_it(
    session: Session,
    cast: Cast,
    publisher: Publisher,
    engine: Engine,
    settings: Settings,
    at: datetime,
) -> None:
    source = added(session, cast, publisher.publish("/feed", rss(rss_item())), at)
    poll_due(session_factory(engine), settings, at)
    assert "not on the public Internet" in state_of(session, source).last_problem
    assert not publisher.asked


def test_feed_with_dirt_is_read_and_its_dirt_is_named(
    session: Session, cast: Cast, publisher: Publisher, poll: Poll, at: datetime
) -> None:
    dirty = rss(rss_item().replace("</link>", "&x=1</link>"))
    source = added(session, cast, publisher.publish("/feed", dirty), at)
    poll(at)
    source = state_of(session, source)
    assert (source.failures, source.etag) == (0, "")
    assert "not well-formed" in source.last_problem
    assert len(items(session)) == 1


def test_paused_source_is_left_alone(
    session: Session, cast: Cast, publisher: Publisher, poll: Poll, at: datetime
) -> None:
    source = added(session, cast, publisher.publish("/feed", rss(rss_item())), at)
    with transaction(session):
        pause(session, source, by=cast.actors["amara"], at=at)
    assert poll(at) == 0
    with transaction(session):
        resume(session, source, by=cast.actors["amara"], at=at)
    assert poll(at) == 1


def test_news_are_on_the_record(
    session: Session, cast: Cast, publisher: Publisher, poll: Poll, at: datetime
) -> None:
    source = added(session, cast, publisher.publish("/feed", rss(rss_item())), at)
    poll(at)
    poll(at + QUARTER)
    acts = session.execute(
        select(AuditEntry.action, AuditEntry.actor)
        .where(AuditEntry.object_id == source.public_id)
        .order_by(AuditEntry.id)
    )
    assert [tuple(row) for row in acts] == [
        ("relay_source.add", "Amara Chair"),
        ("relay_source.read", "system"),
    ]
