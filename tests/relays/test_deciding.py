"""Deciding: by those whose council it is, once, and word for word."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from osac_share.audit.models import AuditEntry
from osac_share.kernel.db import session_factory, transaction
from osac_share.kernel.errors import NotAllowed, NotFound, RuleBroken
from osac_share.relays import queries
from osac_share.relays.actions import add_source, check_now, pause, set_aside, take
from osac_share.relays.models import ASIDE, TAKEN, WAITING
from osac_share.reports import actions as reports
from osac_share.reports.models import (
    PUBLISHED,
    RELAY,
    Report,
)
from tests.relays.choosing import choice, taken
from tests.relays.samples import TITLE, rss, rss_item

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.relays.models import RelaySource
    from tests.relays.conftest import Bring
    from tests.support.cast import Cast

DECIDERS = ("amara", "ben", "sade", "gus")
CONFIGURERS = ("amara", "ben", "gus")
OTHERS = ("dora", "chidi", "sven", "eve")


@pytest.mark.parametrize("who", DECIDERS)
def test_text_that_is_taken_in_is_a_draft_word_for_word(
    session: Session, source: RelaySource, bring: Bring, cast: Cast, at: datetime, who: str
) -> None:
    (item,) = bring(rss(rss_item()))
    report = taken(session, item, cast, at, who)
    draft = report.draft()
    assert draft is not None
    assert (report.origin, report.kind, report.issuer) == (RELAY, "alert", source.issuer)
    assert (draft.title, list(draft.sections)) == (TITLE, list(item.sections))
    assert (draft.marking, draft.source_url) == ("CLEAR", "https://ke.example.org/alert-1")
    assert (draft.effective_at, draft.authors) == (item.published_at, [cast.actors[who].id])
    assert (item.state, item.report_id, item.decided_by) == (
        TAKEN,
        report.id,
        cast.actors[who].id,
    )


def test_draft_has_the_ordinary_life_and_whoever_took_it_in_does_not_approve_it(
    session: Session, bring: Bring, cast: Cast, at: datetime
) -> None:
    (item,) = bring(rss(rss_item()))
    report = taken(session, item, cast, at, "amara")
    draft = report.draft()
    assert draft is not None
    with transaction(session):
        reports.submit(session, report, draft, by=cast.actors["amara"], at=at)
    with pytest.raises(NotAllowed), transaction(session):
        reports.approve(session, report, draft, by=cast.actors["amara"], at=at)
    with transaction(session):
        reports.approve(session, report, draft, by=cast.actors["ben"], at=at)
    assert report.state == PUBLISHED


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_knows_of_a_text_or_decides_about_it(
    session: Session, source: RelaySource, bring: Bring, cast: Cast, at: datetime, who: str
) -> None:
    (item,) = bring(rss(rss_item()))
    actor = cast.actors[who]
    with pytest.raises(NotFound):
        queries.get_item(session, item.public_id, actor.standing)
    with pytest.raises(NotFound):
        queries.get_source(session, source.public_id, actor.standing)
    with pytest.raises(NotAllowed):
        take(session, item, choice(at), by=actor, at=at)
    with pytest.raises(NotAllowed):
        set_aside(session, item, why="Not ours.", by=actor, at=at)
    assert queries.count_waiting(session, actor.standing) == 0
    assert item.state == WAITING


@pytest.mark.parametrize("who", [*DECIDERS, *OTHERS])
def test_chairs_and_analysts_alone_say_what_is_polled(
    session: Session, source: RelaySource, cast: Cast, at: datetime, who: str
) -> None:
    actor = cast.actors[who]

    def act() -> None:
        with transaction(session):
            check_now(session, source, by=actor, at=at)
            add_source(
                session,
                cast.kenya,
                issuer="U.S. Embassy",
                url="https://ke.example.org/other",
                every_minutes=15,
                by=actor,
                at=at,
            )
            pause(session, source, by=actor, at=at)

    if who in CONFIGURERS:
        act()
        assert not source.active
    else:
        with pytest.raises(NotAllowed):
            act()


def test_chair_of_another_council_adds_no_source_here(
    session: Session, cast: Cast, at: datetime
) -> None:
    with pytest.raises(NotAllowed), transaction(session):
        add_source(
            session,
            cast.nigeria,
            issuer="U.S. Embassy",
            url="https://ng.example.org/feed",
            every_minutes=15,
            by=cast.actors["amara"],
            at=at,
        )


@pytest.mark.parametrize(
    "url", ["https://ke.example.org/feed", "https://KE.example.org/feed#top", "file:///feed", "x"]
)
def test_source_that_is_there_or_is_none_is_not_added(
    session: Session, source: RelaySource, cast: Cast, at: datetime, url: str
) -> None:
    with pytest.raises(RuleBroken), transaction(session):
        add_source(
            session,
            cast.kenya,
            issuer=source.issuer,
            url=url.replace("KE.", "ke."),
            every_minutes=15,
            by=cast.actors["ben"],
            at=at,
        )


@pytest.mark.parametrize("who", DECIDERS)
def test_text_that_is_set_aside_keeps_its_reason(
    session: Session, bring: Bring, cast: Cast, at: datetime, who: str
) -> None:
    (item,) = bring(rss(rss_item()))
    with transaction(session):
        set_aside(session, item, why=" Known already. ", by=cast.actors[who], at=at)
    assert (item.state, item.why, item.report_id) == (ASIDE, "Known already.", None)
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.actor_id) == ("relay.set_aside", cast.actors[who].id)
    assert entry.detail["why"] == "Known already."


def test_setting_aside_needs_a_reason(
    session: Session, bring: Bring, cast: Cast, at: datetime
) -> None:
    (item,) = bring(rss(rss_item()))
    with pytest.raises(RuleBroken, match="why"), transaction(session):
        set_aside(session, item, why=" ", by=cast.actors["ben"], at=at)


def test_what_was_decided_is_not_decided_again(
    session: Session, bring: Bring, cast: Cast, at: datetime
) -> None:
    (item,) = bring(rss(rss_item()))
    taken(session, item, cast, at)
    with pytest.raises(RuleBroken, match="already"):
        take(session, item, choice(at), by=cast.actors["ben"], at=at)
    with pytest.raises(RuleBroken, match="already"):
        set_aside(session, item, why="Too late.", by=cast.actors["ben"], at=at)


def test_two_who_take_in_the_same_text_make_one_report(
    engine: Engine, session: Session, bring: Bring, cast: Cast, at: datetime
) -> None:
    (item,) = bring(rss(rss_item()))
    together = threading.Barrier(2)

    def press(who: str) -> str:
        with session_factory(engine)() as own:
            together.wait()
            try:
                with transaction(own):
                    standing = cast.actors[who].standing
                    locked = queries.get_item(own, item.public_id, standing, to_change=True)
                    take(own, locked, choice(at), by=cast.actors[who], at=at)
            except RuleBroken as refusal:
                return refusal.message
            return "taken"

    with ThreadPoolExecutor(2) as pressing:
        answers = sorted(pressing.map(press, ("amara", "ben")))
    assert answers == ["Somebody has decided about this already.", "taken"]
    session.rollback()
    assert len(session.scalars(select(Report)).all()) == 1


def test_queue_holds_the_longest_waiting_first_and_that_of_one_s_own_councils(
    session: Session, bring: Bring, cast: Cast
) -> None:
    bring(rss(rss_item(guid="b", published="Mon, 02 Mar 2026 09:00:00 GMT"), rss_item(guid="a")))
    for who, seen in {"amara": ["a", "b"], "gus": ["a", "b"], "chidi": [], "dora": []}.items():
        waiting = queries.waiting(session, cast.actors[who].standing, limit=10, offset=0)
        assert [item.guid for item in waiting] == seen
