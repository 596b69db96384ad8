"""What lists and addresses give to whom, held against an oracle that knows only the rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osac_share.councils.policy import MARKINGS, PUBLIC, may_see
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import NotFound
from osac_share.reports import queries
from osac_share.reports.policy import audience_of
from osac_share.reports.queries import Filters
from tests.support.factories import Words, make_draft, make_report, make_update

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.reports.models import Edition, Report
    from tests.support.cast import Cast

    Rows = list[tuple[Report, Edition]]

SEVERITIES = ("routine", "security", "emergency")
COUNTRIES = ("KE", "UG", "NG")
TOPICS = ("crime", "civil-unrest", "health")


@pytest.fixture
def published(session: Session, cast: Cast, at: datetime) -> Rows:
    """Return reports of every marking, with several addressings, places, topics and gravities."""
    with transaction(session):
        return list(_published(session, cast, at))


def _published(session: Session, cast: Cast, at: datetime) -> Iterator[tuple[Report, Edition]]:
    chairs = ((cast.kenya, cast.actors["amara"]), (cast.nigeria, cast.actors["chidi"]))
    addressings: dict[str, list[tuple[str, ...]]] = {
        "CLEAR": [()],
        "GREEN": [(), ("government",), (f"organization:{1}", f"council:{cast.nigeria.id}")],
        "AMBER": [(), (f"steering:{cast.kenya.id}",)],
        "AMBER_STRICT": [(), ("chair:1", "chair:2")],
        "RED": [(f"person:{cast.dora.id}",), (f"person:{cast.ben.id}", f"person:{cast.gus.id}")],
    }
    for number, (marking, (council, chair)) in enumerate(product(MARKINGS, chairs)):
        for step, addressees in enumerate(addressings[marking]):
            words = Words(
                title=f"{marking} {step} of {council.slug}",
                marking=marking,
                addressees=addressees,
                severity=SEVERITIES[(number + step) % 3],
                places=[(COUNTRIES[number % 3], ""), (COUNTRIES[(number + step) % 3], "North")],
                topics=[TOPICS[number % 3], TOPICS[step % 3]],
            )
            then = at + timedelta(minutes=number * 10 + step)
            yield make_report(session, council, by=chair, words=words, at=then)


def all_tokens(published: Rows) -> list[str]:
    held = {token for report, edition in published for token in audience_of(report, edition)}
    return sorted(held | {PUBLIC, "members", "person:99", "council:99"})


def test_list_shows_exactly_what_the_rule_allows(session: Session, published: Rows) -> None:
    @given(clearance=st.frozensets(st.sampled_from(all_tokens(published))))
    def check(clearance: frozenset[str]) -> None:
        allowed = [
            report.public_id
            for report, edition in reversed(published)
            if may_see(clearance, audience_of(report, edition))
        ]
        rows = queries.listing(session, clearance, limit=100)
        assert [report.public_id for report, _ in rows] == allowed
        assert queries.count(session, clearance) == len(allowed)
        editions = [edition.id for _, edition in published]
        assert len(queries.visible_rows(session, editions, clearance)) == len(allowed)

    check()


some_filters = st.builds(
    Filters,
    countries=st.frozensets(st.sampled_from([*COUNTRIES, "XX"])),
    topics=st.frozensets(st.sampled_from([*TOPICS, "nonsense"])),
    severities=st.frozensets(st.sampled_from(SEVERITIES)),
    council_id=st.none() | st.sampled_from([1, 2, 99]),
    kinds=st.sampled_from([(), ("alert",), ("advisory",)]),
    states=st.sampled_from([(), ("published",), ("expired",)]),
)


def fits(filters: Filters, report: Report, edition: Edition) -> bool:
    """Tell, as plainly as can be, whether a report is among those that filters leave."""
    return (
        (not filters.countries or bool({*filters.countries} & {*edition.countries}))
        and (not filters.topics or bool({*filters.topics} & {*edition.topic_slugs}))
        and (not filters.severities or edition.severity in filters.severities)
        and filters.council_id in {None, report.council_id}
        and (not filters.kinds or report.kind in filters.kinds)
        and (not filters.states or report.state in filters.states)
    )


def test_filters_narrow_to_exactly_what_they_name(session: Session, published: Rows) -> None:
    everything = frozenset(all_tokens(published))

    @given(filters=some_filters)
    def check(filters: Filters) -> None:
        wanted = {edition.id for report, edition in published if fits(filters, report, edition)}
        found = [row[1].id for row in queries.listing(session, everything, filters, limit=100)]
        assert len(found) == len(set(found)) == queries.count(session, everything, filters)
        assert set(found) == wanted

    check()


def test_pages_of_a_list_give_every_report_once(session: Session, published: Rows) -> None:
    everything = frozenset(all_tokens(published))
    pages = [
        [row[0].id for row in queries.listing(session, everything, limit=4, offset=offset)]
        for offset in range(0, len(published) + 4, 4)
    ]
    found = [number for page in pages for number in page]
    assert found == [report.id for report, _ in reversed(published)]
    assert pages[-1] == []


def test_reports_of_the_same_moment_keep_one_order(session: Session, cast: Cast) -> None:
    with transaction(session):
        made = [make_report(session, cast.kenya, by=cast.actors["amara"])[0] for _ in range(6)]
    rows = [
        row
        for offset in (0, 3)
        for row in queries.listing(session, {"members"}, limit=3, offset=offset)
    ]
    assert [report.id for report, _ in rows] == [report.id for report in reversed(made)]


def test_report_is_found_at_its_address_by_those_who_may_see_it(
    session: Session, published: Rows, cast: Cast
) -> None:
    for report, edition in published:
        for actor in cast.actors.values():
            if may_see(actor.clearance, audience_of(report, edition)):
                found = queries.get_visible(session, report.public_id, actor.clearance)
                assert found == (report, edition)
            else:
                with pytest.raises(NotFound) as hidden:
                    queries.get_visible(session, report.public_id, actor.clearance)
                with pytest.raises(NotFound) as absent:
                    queries.get_visible(session, "x" * 20, actor.clearance)
                assert hidden.value.message == absent.value.message


@pytest.mark.parametrize("address", ["", "x" * 9000, "%", "_", "'; --", "\u202e", "1"])
def test_address_of_nothing_is_absent(session: Session, published: Rows, address: str) -> None:
    with pytest.raises(NotFound):
        queries.get_visible(session, address, set(all_tokens(published)))


@pytest.mark.parametrize(
    ("markings", "seen"),
    [
        (("GREEN", "AMBER"), []),
        (("AMBER", "GREEN"), [2]),
        (("GREEN", "GREEN"), [1, 2]),
        (("CLEAR", "RED"), []),
        (("AMBER", "AMBER"), []),
    ],
)
def test_superseded_edition_is_for_those_who_may_see_both(
    session: Session, cast: Cast, markings: tuple[str, str], seen: list[int]
) -> None:
    amara, outsider = cast.actors["amara"], cast.actors["chidi"].clearance
    recipients = {"RED": (f"person:{cast.dora.id}",)}
    first, second = (
        replace(Words(), marking=marking, addressees=recipients.get(marking, ()))
        for marking in markings
    )
    with transaction(session):
        report, _ = make_report(session, cast.kenya, by=amara, words=first)
        make_update(session, report, by=amara, words=second)
    for number in (1, 2, 3, 0, -1):
        if number in seen:
            found = queries.get_visible_edition(session, report.public_id, number, outsider)
            assert found[1].number == number
        else:
            with pytest.raises(NotFound):
                queries.get_visible_edition(session, report.public_id, number, outsider)
    rows = queries.visible_rows(session, [edition.id for edition in report.editions], outsider)
    assert sorted(edition.number for _, edition in rows.values()) == seen


def test_draft_is_in_no_list_and_at_no_address(
    session: Session, cast: Cast, published: Rows
) -> None:
    everything = frozenset(all_tokens(published))
    with transaction(session):
        report, draft = make_draft(session, cast.kenya, by=cast.actors["amara"])
    assert queries.count(session, everything) == len(published)
    assert queries.visible_rows(session, [draft.id], everything) == {}
    with pytest.raises(NotFound):
        queries.get_visible(session, report.public_id, everything)


@pytest.mark.parametrize(
    ("name", "theirs"),
    [("amara", True), ("ben", True), ("sade", True)]
    + [(name, False) for name in ("dora", "chidi", "gus", "sven", "eve")],
)
def test_drafts_are_their_authors_councils(
    session: Session, cast: Cast, name: str, *, theirs: bool
) -> None:
    with transaction(session):
        report, draft = make_draft(session, cast.kenya, by=cast.actors["sade"])
    standing = cast.actors[name].standing
    assert queries.drafts_of(session, standing) == ([(report, draft)] if theirs else [])
    if theirs:
        assert queries.get_draft(session, report.public_id, standing) == (report, draft)
        assert queries.get_own(session, report.public_id, standing) == report
    else:
        for question in (queries.get_draft, queries.get_own):
            with pytest.raises(NotFound):
                question(session, report.public_id, standing)


def test_published_report_is_no_draft_any_more(
    session: Session, cast: Cast, published: Rows
) -> None:
    standing = cast.actors["amara"].standing
    assert queries.drafts_of(session, standing) == []
    with pytest.raises(NotFound):
        queries.get_draft(session, published[0][0].public_id, standing)


def test_gravest_alert_in_force_is_never_cut_off_by_newer_ones(
    session: Session, cast: Cast, at: datetime
) -> None:
    amara = cast.actors["amara"]
    with transaction(session):
        for minute, severity in enumerate(("emergency", "security", "routine", "routine")):
            words = Words(severity=severity, title=f"{severity} {minute}")
            then = at + timedelta(minutes=minute)
            make_report(session, cast.kenya, by=amara, words=words, at=then)
        make_report(session, cast.kenya, by=amara, words=Words(lasts=timedelta(minutes=1)))
    rows = queries.active_alerts(session, amara.clearance, at=at + timedelta(hours=1), limit=3)
    assert [edition.title for _, edition in rows] == ["emergency 0", "security 1", "routine 3"]


def test_alert_is_in_force_until_its_end(session: Session, cast: Cast, at: datetime) -> None:
    with transaction(session):
        make_report(
            session,
            cast.kenya,
            by=cast.actors["amara"],
            words=Words(lasts=timedelta(hours=1), places=[("UG", "")]),
        )
    clearance = {"members"}
    end = at + timedelta(hours=1)

    def in_force(moment: datetime, *countries: str) -> int:
        return len(queries.active_alerts(session, clearance, at=moment, countries=countries))

    assert in_force(end - timedelta(microseconds=1)) == 1
    assert in_force(end) == 0
    assert (in_force(at, "UG"), in_force(at, "KE")) == (1, 0)
