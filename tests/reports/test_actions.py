"""Writing and publishing: all of it in one transaction, or none."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from osac_share.audit.models import AuditEntry
from osac_share.kernel.db import session_factory, transaction
from osac_share.kernel.errors import NotAllowed, RuleBroken
from osac_share.kernel.outbox import OutboxRow
from osac_share.reports import actions, queries
from osac_share.reports.models import (
    EXPIRED,
    PUBLISHED,
    RELAY,
    Contents,
    Edition,
    EditionAudience,
    EditionPlace,
    EditionTopic,
    RenderedEdition,
    Report,
)
from tests.support.factories import Words, make_draft, make_report, make_update

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from tests.support.cast import Cast


def tokens(session: Session, edition: Edition) -> set[str]:
    return set(
        session.scalars(
            select(EditionAudience.token).where(EditionAudience.edition_id == edition.id)
        )
    )


def number_of(engine: Engine, *tables: type) -> list[int]:
    with session_factory(engine)() as fresh:
        return [fresh.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def publish_announcement(session: Session, cast: Cast, *, at: datetime) -> None:
    """Publish what may hold without an end."""
    by = cast.actors["amara"]
    report, draft = actions.begin(session, kind="announcement", council=cast.kenya, by=by, at=at)
    contents = Contents(
        title="New office",
        sections=[{"heading": "Announcement", "body": "We have moved."}],
        places=[("KE", "")],
    )
    actions.revise(session, report, draft, contents, by=by, at=at)
    actions.publish(session, report, draft, by=by, at=at)


def test_draft_keeps_what_was_written_and_counts_its_changes(session: Session, cast: Cast) -> None:
    with transaction(session):
        report, draft = make_draft(session, cast.kenya, by=cast.actors["sade"])
    first = draft.lock
    assert report.state == "draft"
    assert (draft.countries, draft.topic_slugs) == (["KE"], ["civil-unrest"])
    with transaction(session):
        revise(session, report, draft, cast, at=report.created_at, title="Otherwise")
    assert draft.lock == first + 1
    assert draft.title == "Otherwise"


def revise(
    session: Session, report: Report, draft: Edition, cast: Cast, *, at: datetime, title: str = ""
) -> None:
    contents = replace(
        Contents.of(draft),
        title=title or draft.title,
        places=[("KE", "Nairobi"), ("UG", ""), ("KE", "Nairobi")],
        topics=["crime", "health", "crime"],
    )
    actions.revise(session, report, draft, contents, by=cast.actors["amara"], at=at)


def test_place_and_topic_named_twice_are_kept_once(
    session: Session, cast: Cast, at: datetime
) -> None:
    with transaction(session):
        report, draft = make_draft(session, cast.kenya, by=cast.actors["amara"])
        revise(session, report, draft, cast, at=at)
    with transaction(session):
        revise(session, report, draft, cast, at=at)
    session.expire_all()
    assert [(place.country, place.place) for place in draft.places] == [
        ("KE", "Nairobi"),
        ("UG", ""),
    ]
    assert draft.topic_slugs == ["crime", "health"]


@pytest.mark.parametrize("name", ["dora", "chidi", "gus", "eve", "sven"])
def test_nobody_else_writes_for_the_council(session: Session, cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed), transaction(session):
        make_draft(session, cast.kenya, by=cast.actors[name])
    assert session.scalar(select(func.count()).select_from(Report)) == 0


def test_publishing_freezes_the_edition_and_records_what_must_follow(
    session: Session, cast: Cast, at: datetime
) -> None:
    with transaction(session):
        report, edition = make_report(
            session, cast.kenya, by=cast.actors["amara"], words=Words(marking="AMBER")
        )
    assert (report.state, report.current_edition_id) == (PUBLISHED, edition.id)
    assert (edition.published_at, edition.published_by) == (at, cast.amara.id)
    assert report.published_at == at
    kenya = cast.kenya.id
    assert tokens(session, edition) == {f"council:{kenya}", f"chair:{kenya}", "staff"}
    (row,) = session.scalars(select(OutboxRow))
    assert (row.kind, row.payload) == (
        "EditionPublished",
        {"edition_id": edition.id, "report_id": report.id},
    )
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "report.publish")).one()
    assert (entry.actor_id, entry.object_id) == (cast.amara.id, report.public_id)
    assert entry.detail["audience"] == sorted(tokens(session, edition))
    assert session.get(RenderedEdition, edition.id) is not None


@pytest.mark.parametrize(
    ("words", "missing"),
    [
        (Words(title="  "), "title"),
        (Words(places=()), "country"),
        (Words(sections=[{"heading": "Event", "body": " \n"}]), "section"),
        (Words(lasts=timedelta(0)), "already passed"),
        (Words(marking="RED"), "named recipients"),
        (Words(marking="AMBER", addressees=["public"]), "everybody"),
    ],
)
def test_incomplete_draft_is_refused_and_stays_a_draft(
    session: Session, cast: Cast, at: datetime, words: Words, missing: str
) -> None:
    with transaction(session):
        report, draft = make_draft(session, cast.kenya, by=cast.actors["amara"], words=words)
    with pytest.raises(RuleBroken, match=missing), transaction(session):
        actions.publish(session, report, draft, by=cast.actors["amara"], at=at)
    session.expire_all()
    assert (report.state, draft.published_at) == ("draft", None)
    assert tokens(session, draft) == set()


def test_published_edition_is_neither_changed_nor_published_again(
    session: Session, cast: Cast, at: datetime
) -> None:
    with transaction(session):
        report, edition = make_report(session, cast.kenya, by=cast.actors["amara"])
    with pytest.raises(RuleBroken, match="in review"), transaction(session):
        revise(session, report, edition, cast, at=at, title="Otherwise")
    with pytest.raises(RuleBroken, match="already published"), transaction(session):
        actions.publish(session, report, edition, by=cast.actors["amara"], at=at)
    session.expire_all()
    assert edition.title == Words().title


def test_update_replaces_the_current_edition_and_leaves_the_old_one_as_it_was(
    session: Session, cast: Cast, at: datetime
) -> None:
    amara = cast.actors["amara"]
    later = at + timedelta(hours=2)
    with transaction(session):
        report, first = make_report(session, cast.kenya, by=amara)
    with transaction(session):
        second = make_update(
            session, report, by=amara, words=replace(Words(), title="Over"), at=later
        )
    session.expire_all()
    assert (report.current_edition_id, report.published_at) == (second.id, later)
    assert (first.title, first.published_at, second.number) == (Words().title, at, 2)
    assert tokens(session, first)


def test_report_ends_when_its_time_runs_out(session: Session, cast: Cast, at: datetime) -> None:
    words = Words(lasts=timedelta(hours=1))
    end = at + timedelta(hours=1)
    with transaction(session):
        report, _ = make_report(session, cast.kenya, by=cast.actors["amara"], words=words)
        publish_announcement(session, cast, at=at)
        make_draft(session, cast.kenya, by=cast.actors["amara"], words=words)
    assert queries.due_to_expire(session, at=end - timedelta(microseconds=1)) == []
    with transaction(session):
        (due,) = queries.due_to_expire(session, at=end)
        assert due.id == report.id
        actions.expire(session, due, at=end)
    assert report.state == EXPIRED
    assert queries.due_to_expire(session, at=end + timedelta(days=9)) == []


def test_words_of_an_edition_have_a_digest_of_their_own(session: Session, cast: Cast) -> None:
    with transaction(session):
        _, one = make_report(session, cast.kenya, by=cast.actors["amara"])
        _, same = make_report(session, cast.kenya, by=cast.actors["amara"])
        _, other = make_report(session, cast.kenya, by=cast.actors["amara"], words=Words("Other"))
    assert one.text_digest == same.text_digest != other.text_digest
    moved = actions.digest_of("a", [{"heading": "b", "body": "c"}])
    assert moved != actions.digest_of("a", [{"heading": "bc", "body": ""}])
    assert moved != actions.digest_of("ab", [{"heading": "", "body": "c"}])


def test_draft_that_is_revised_leaves_no_stray_rows(
    engine: Engine, session: Session, cast: Cast, at: datetime
) -> None:
    with transaction(session):
        report, draft = make_draft(session, cast.kenya, by=cast.actors["amara"])
    for _ in range(3):
        with transaction(session):
            revise(session, report, draft, cast, at=at)
    assert number_of(engine, EditionPlace, EditionTopic) == [2, 2]


@pytest.mark.parametrize("change", [{"title": "Mine"}, {"sections": []}, {"source_url": None}])
def test_words_of_an_issuer_are_locked_once_they_are_in(
    session: Session, cast: Cast, at: datetime, change: dict[str, object]
) -> None:
    amara = cast.actors["amara"]
    words = replace(Words().contents(at), source_url="https://example.org/alert")
    with transaction(session):
        report, draft = actions.begin(
            session, kind="alert", council=cast.kenya, by=amara, at=at, origin=RELAY
        )
        actions.revise(session, report, draft, words, by=amara, at=at)
    changed = replace(words, **change)  # type: ignore[arg-type]
    with pytest.raises(RuleBroken, match="as they are"), transaction(session):
        actions.revise(session, report, draft, changed, by=amara, at=at)
    with transaction(session):
        moved = replace(words, places=[("UG", "")], marking="GREEN")
        actions.revise(session, report, draft, moved, by=amara, at=at)
    assert (draft.countries, draft.title) == (["UG"], words.title)
