"""What we say in CAP comes back, through another house's sources, as the same life."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from osac_share.kernel.db import session_factory
from osac_share.relays.actions import poll_due
from osac_share.relays.models import ASIDE, WAITING, RelayedItem, RelaySource
from osac_share.reports.models import ALL_CLEAR, CANCELLED, HOLDS
from osac_share.settings import load_settings
from tests.relays.sources import added
from tests.support.machines.alerts import check_message, words
from tests.support.publisher import HOST, Published, bomb, publishing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from flask.testing import FlaskClient
    from sqlalchemy import Engine
    from time_machine import Traveller

    from tests.support.cast import Cast
    from tests.support.machines.desk import Desk
    from tests.support.publisher import Publisher

    Poll = Callable[[], Sequence[RelayedItem]]

QUARTER = timedelta(minutes=15)
BOMB = bomb(30_000_000)
OURS = b"http://share.example.org/cap/"
LIST = (
    "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>urn:1</id><title>Flood</title>"
    "<link type='application/cap+xml' href='{}'/></entry></feed>"
)


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    """Yield a server that hands out what the desk issues."""
    with publishing() as running:
        yield running


@pytest.fixture
def elsewhere(engine: Engine, environment: dict[str, str]) -> Callable[[datetime], int]:
    """Return a way to let another house poll its sources, the publisher among them."""
    settings = load_settings(environment | {"OSAC_RELAYS_ALLOWED_PRIVATE": HOST})
    return lambda at: poll_due(session_factory(engine), settings, at)


@pytest.fixture
def kind() -> str:
    """Return the form in which the other house reads our list."""
    return "atom"


@pytest.fixture
def poll(
    desk: Desk,
    cast: Cast,
    client: FlaskClient,
    publisher: Publisher,
    elsewhere: Callable[[datetime], int],
    clock: Traveller,
    kind: str,
) -> Poll:
    """Return a way to let another house poll what the desk has published by now."""
    source = added(desk.session, cast, publisher.at("/list"), desk.at - timedelta(days=1))
    source_id = source.id

    def look() -> Sequence[RelayedItem]:
        hand_out(client, publisher, kind)
        desk.at += QUARTER
        clock.move_to(desk.at)
        elsewhere(desk.at)
        desk.session.rollback()
        desk.session.expire_all()
        source = desk.session.get_one(RelaySource, source_id)
        assert source.last_problem == ""
        return desk.session.scalars(select(RelayedItem).order_by(RelayedItem.id)).all()

    return look


def hand_out(client: FlaskClient, publisher: Publisher, kind: str) -> None:
    # With a question behind it the doorstep lets it pass, which looks once a second only.
    listed = client.get(f"/feeds/cap.{kind}?now").data
    for address in {one.partition(b'"')[0] for one in listed.split(b'"' + OURS)[1:]}:
        path = f"/cap/{address.decode()}"
        document = client.get(path).data
        check_message(document)
        publisher.publish(path, document)
    publisher.publish("/list", listed.replace(OURS, publisher.at("/cap/").encode()))


@pytest.mark.parametrize("kind", ["atom", "rss"])
def test_alert_update_and_cancellation_come_back_as_one_life(desk: Desk, poll: Poll) -> None:
    report = desk.publish()
    (first,) = poll()
    desk.update(report, lifted=["Mombasa"])
    _, second = poll()
    desk.end(report, CANCELLED)
    *_, third = items = poll()
    assert [one.outcome for one in items] == [HOLDS, HOLDS, CANCELLED]
    assert [one.former_id for one in items] == [None, first.id, second.id]
    assert [one.state for one in items] == [ASIDE, ASIDE, ASIDE]
    assert third.why == "It cancels what was never taken in."
    assert first.title == "Demonstration Alert: Nairobi and Mombasa: marches to the parliament"
    assert {one["heading"] for one in first.sections} >= {"Event", "Actions to take", "Assistance"}
    assert second.sections[0]["body"] == "Nairobi, Kenya  \nMombasa, Kenya (lifted)"
    assert all(one.signature.startswith("Signed, and unchanged since") for one in items)
    assert poll() == items


@pytest.mark.slow
@pytest.mark.one_database
@settings(max_examples=6, suppress_health_check=list(HealthCheck), deadline=None)
@given(
    steps=st.lists(st.sampled_from(["update", "lift", "hide"]), max_size=4),
    end=st.sampled_from(["", ALL_CLEAR, CANCELLED, "withdraw"]),
    is_exercise=st.booleans(),
)
def test_every_history_is_valid_and_comes_back_as_the_same_life(
    desk: Desk, poll: Poll, steps: list[str], end: str, *, is_exercise: bool
) -> None:
    known = len(poll())
    report = desk.publish(is_exercise=is_exercise)
    poll()
    hidden = 0
    for step in steps:
        if step == "hide":
            desk.hide(report)
            hidden += 1
        else:
            desk.update(report, lifted=["Mombasa"] if step == "lift" else [])
        poll()
    if end == "withdraw":
        desk.withdraw(report)
    elif end:
        desk.end(report, end)
    items = poll()[known:]
    messages = desk.messages(report)
    assert (
        len(items)
        == len(messages)
        == len(report.editions) - hidden - (end == "withdraw" and steps[-1:] == ["hide"])
    )
    said = [check_message(one.document.encode()) for one in messages]
    assert {words(one, "status") for one in said} == {"Exercise" if is_exercise else "Actual"}
    assert [one.guid for one in items] == [f"{one.sender},{one.identifier}" for one in messages]
    assert [one.former_id for one in items] == [None, *(one.id for one in items[:-1])]
    ends = {ALL_CLEAR: ALL_CLEAR, CANCELLED: CANCELLED, "withdraw": CANCELLED}
    expected = [HOLDS] * len(items)
    if end and not (end == "withdraw" and steps[-1:] == ["hide"]):
        expected[-1] = ends[end]
    assert [one.outcome for one in items] == expected
    assert {one.is_exercise for one in items} == {is_exercise}


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("found", "why"),
    [
        (None, "404 (Not Found)"),
        (b"<rss><channel/></rss>", "no CAP alert"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><alert>&b;</alert>", "document type"),
        (b"<alert>" + b"<a>" * 400 + b"</alert>", "not well-formed"),
        (BOMB, "larger than"),
        ("http://169.254.1.1/latest", "not on the public Internet"),
        ("file:///etc/passwd", ""),
    ],
)
def test_linked_message_that_cannot_be_had_is_named_and_the_others_come(
    desk: Desk,
    cast: Cast,
    client: FlaskClient,
    publisher: Publisher,
    elsewhere: Callable[[datetime], int],
    found: bytes | str | None,
    why: str,
) -> None:
    source = added(desk.session, cast, publisher.at("/list"), desk.at)
    report = desk.publish()
    publisher.publish("/good", client.get(f"/cap/{report.public_id}.xml").data)
    packed = {"Content-Encoding": "gzip"} if found == BOMB else {}
    if isinstance(found, str):
        publisher.lead_on("/bad", found)
    elif found is not None:
        publisher.pages["/bad"] = Published(found, headers=packed)
    bad, good = (LIST.format(publisher.at(path)) for path in ("/bad", "/good"))
    publisher.publish("/list", bad.replace("</feed>", good[good.index("<entry>") :]))
    for times in (1, 2):
        elsewhere(desk.at + times * QUARTER)
        desk.session.rollback()
        desk.session.refresh(source)
        assert source.last_problem.startswith(publisher.at("/bad"))
        assert why in source.last_problem
        assert source.failures == 0
        (item,) = desk.session.scalars(select(RelayedItem)).all()
        assert item.state == WAITING
    asked = [path for path, _headers in publisher.asked]
    assert (asked.count("/good"), asked.count("/bad")) == (1, 2)
