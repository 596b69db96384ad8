"""Results are loaded through the rule of sight, and are never silently empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, insert

from osac_share.kernel.db import transaction
from osac_share.reports.models import Edition, EditionAudience
from osac_share.search.actions import sync
from osac_share.search.index import open_reader, open_writer
from osac_share.search.queries import Narrowing, Result, resolver, search
from osac_share.search.queries.results import UNAVAILABLE
from tests.support.factories import MOMENT, Words, make_report, make_update, sections_saying

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Flask
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.reports.models import Report
    from osac_share.search.models import SearchIndex
    from osac_share.settings import Settings
    from tests.support.cast import Cast, SignIn

    Archive = dict[str, Report]


@pytest.fixture
def index(settings: Settings, engine: Engine) -> SearchIndex:
    return open_reader(settings, engine, look_every=0)


@pytest.fixture
def archive(session: Session, cast: Cast) -> Archive:
    """Return a report of each marking, and one that was updated, none of them indexed."""
    told = {
        "clear": Words(title="Airport reopens", marking="CLEAR", places=(("FR", "Nice"),)),
        "green": Words(title="Curfew in Nairobi", sections=sections_saying("curfew at night")),
        "amber": Words(title="Kidnapping of staff", marking="AMBER", topics=("kidnapping",)),
        "updated": Words(title="Roadblocks on the ring road", severity="emergency"),
    }
    amara = cast.actors["amara"]
    with transaction(session):
        made = {
            name: make_report(session, cast.kenya, by=amara, words=words)[0]
            for name, words in told.items()
        }
        make_update(session, made["updated"], by=amara, words=Words(title="All is calm again"))
    return made


@pytest.fixture
def indexed(
    session: Session, archive: Archive, settings: Settings, engine: Engine, index: SearchIndex
) -> Archive:
    sync(session, index, open_writer(settings, engine))
    return archive


def titles(result: Result) -> list[str]:
    return [hit.edition.title for hit in result.hits]


def test_everybody_finds_what_they_may_see_and_no_more(
    session: Session, indexed: Archive, index: SearchIndex, cast: Cast
) -> None:
    found = {
        who: set(titles(search(session, index, actor.clearance, "airport OR curfew OR kidnap*")))
        for who, actor in cast.actors.items()
    }
    clear, green, amber = "Airport reopens", "Curfew in Nairobi", "Kidnapping of staff"
    assert found["eve"] == found["sven"] == {clear}
    assert found["chidi"] == {clear, green}
    assert found["dora"] == found["gus"] == found["amara"] == {clear, green, amber}


def test_what_was_revoked_a_moment_ago_vanishes_at_once(
    session: Session, indexed: Archive, index: SearchIndex, cast: Cast
) -> None:
    dora = cast.actors["dora"].clearance
    assert titles(search(session, index, dora, "night")) == ["Curfew in Nairobi"]
    edition = indexed["green"].current_edition_id
    with transaction(session):
        session.execute(delete(EditionAudience).where(EditionAudience.edition_id == edition))
        session.execute(insert(EditionAudience).values(edition_id=edition, token="person:0"))
    result = search(session, index, dora, "night")
    assert (titles(result), result.total) == ([], 0)


def test_an_older_edition_is_shown_with_its_own_words(
    session: Session, indexed: Archive, index: SearchIndex, cast: Cast
) -> None:
    (hit,) = search(session, index, cast.actors["dora"].clearance, "ring road in:history").hits
    assert (hit.edition.number, hit.edition.title) == (1, "Roadblocks on the ring road")
    assert hit.report.current_edition_id != hit.edition.id


def test_the_excerpt_shows_the_words_found(
    session: Session, indexed: Archive, index: SearchIndex, cast: Cast
) -> None:
    (hit,) = search(session, index, cast.actors["dora"].clearance, "night curfew").hits
    marked = [words for words, found in hit.excerpt if found]
    assert marked[:2] == ["curfew", "night"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("country:France", {"Airport reopens"}),
        ("country:FR country:Kenya -curfew -calm -road* -kidnapping", {"Airport reopens"}),
        ("region:Africa curfew", {"Curfew in Nairobi"}),
        ("topic:kidnapping", {"Kidnapping of staff"}),
        ("marking:amber", {"Kidnapping of staff"}),
        ("marking:TLP:AMBER", {"Kidnapping of staff"}),
        ("council:kenya severity:emergency in:history", {"Roadblocks on the ring road"}),
        ("kind:alert airport state:published", {"Airport reopens"}),
        ("airport before:2026-03-02", set()),
        ("airport after:2026-03-02", {"Airport reopens"}),
        ("nairobi in:title", {"Curfew in Nairobi"}),
    ],
)
def test_filters_speak_the_words_of_the_field(
    session: Session,
    indexed: Archive,
    index: SearchIndex,
    cast: Cast,
    text: str,
    expected: set[str],
) -> None:
    result = search(session, index, cast.actors["dora"].clearance, text)
    assert (set(titles(result)), result.notices) == (expected, ())


@pytest.mark.parametrize("name", ["country", "topic", "region", "council", "kind", "severity"])
def test_unknown_values_are_no_values(session: Session, cast: Cast, name: str) -> None:
    assert resolver(session)(name, "Atlantis") is None
    assert resolver(session)(name, "") is None


def test_a_page_narrows_by_value_and_year(
    session: Session, indexed: Archive, index: SearchIndex, cast: Cast
) -> None:
    dora = cast.actors["dora"].clearance
    narrow = Narrowing({"country": ("FR",), "severity": ("security", "routine")}, MOMENT.year)
    assert titles(search(session, index, dora, "", narrow)) == ["Airport reopens"]
    assert search(session, index, dora, "", Narrowing(year=MOMENT.year - 1)).total == 0


def test_a_search_for_nothing_is_no_search(
    session: Session, indexed: Archive, index: SearchIndex, cast: Cast
) -> None:
    result = search(session, index, cast.actors["dora"].clearance, "the of and")
    assert (result.hits, result.total) == ((), 0)
    assert result.notices == ("These words are too common to search for.",)


def test_without_an_index_the_database_answers_and_says_so(
    session: Session, archive: Archive, index: SearchIndex, cast: Cast
) -> None:
    for who, text, expected in (
        ("dora", "curfew", ["Curfew in Nairobi"]),
        ("eve", "curfew", []),
        ("eve", "airport", ["Airport reopens"]),
        ("dora", "calm country:KE topic:civil-unrest kind:alert", ["All is calm again"]),
        ("dora", "kidnap* OR airport region:Africa", ["Kidnapping of staff"]),
        (
            "dora",
            'marking:amber council:kenya -airport "kidnapping of staff"',
            ["Kidnapping of staff"],
        ),
        ("dora", "curfew severity:emergency", []),
        ("dora", "airport before:2026-03-02 state:published", []),
        ("dora", "100% _", []),
    ):
        result = search(session, index, cast.actors[who].clearance, text)
        assert titles(result) == expected, text
        assert result.total == len(expected)
        assert result.notices[-1] == UNAVAILABLE


def test_pages_say_when_the_newest_report_is_not_indexed_yet(
    session: Session, indexed: Archive, index: SearchIndex, cast: Cast, at: datetime
) -> None:
    dora, eve = cast.actors["dora"].clearance, cast.actors["eve"].clearance
    assert not search(session, index, dora, "airport").behind
    with transaction(session):
        make_report(session, cast.kenya, by=cast.actors["amara"], at=at.replace(year=2027))
    assert search(session, index, dora, "airport").behind
    # Whoever may not see the new report is not told that there is one.
    assert not search(session, index, eve, "airport").behind


@pytest.mark.one_database
def test_the_page_shows_hits_facets_and_orders(
    indexed: Archive, cast: Cast, signed_in: SignIn
) -> None:
    dora = signed_in(cast.dora)
    page = dora.open("/search?q=at+noon+OR+night")
    assert page.status == 200
    assert page.title.startswith("4 reports for")
    links = page.links()
    assert links["France"] == "/search?q=at+noon+OR+night&country=FR"
    assert dora.open(links["France"]).title.startswith("1 report for")
    assert "sort=date" in links["newest"]
    undone = dora.open(links["France"]).links()["France (remove)"]
    assert undone == "/search?q=at+noon+OR+night"


@pytest.mark.one_database
@pytest.mark.parametrize(
    "arguments",
    [
        *("", "q=", "q=%00", "q=x&page=-1", "q=x&page=99999", "q=x&sort=sideways", "q=(&year=abc"),
        *("country=zz&country=&country=FR", "year=0", "year=9999", "severity=" + "x" * 5000),
        *("q=" + "(" * 3000, "q=" + "%F0%9F%98%80" * 200, "_external=1&_anchor=x&q=airport"),
        *("q=airport&kind=nothing", "topic=%22%3E%3Cscript%3E", "year=2026&year=2025&q=airport"),
    ],
)
def test_no_address_breaks_the_page(
    indexed: Archive, app: Flask, session: Session, arguments: str
) -> None:
    answer = app.test_client().get(f"/search?{arguments}")
    assert answer.status_code == 200


@pytest.mark.one_database
def test_a_hidden_report_changes_no_byte_of_the_page(
    session: Session,
    indexed: Archive,
    index: SearchIndex,
    cast: Cast,
    settings: Settings,
    engine: Engine,
    signed_in: SignIn,
) -> None:
    addresses = [
        f"/search?q={words}" for words in ("airport", "kidnap*", "zanzibr", "nairobi&sort=date")
    ]
    chidi = signed_in(cast.chidi)
    before = [chidi.open(address).text for address in addresses]
    with transaction(session):
        for _ in range(3):
            words = Words(
                title="Airport kidnapping on Zanzibar",
                marking="AMBER",
                places=(("TZ", "Zanzibar"),),
            )
            make_report(session, cast.kenya, by=cast.actors["amara"], words=words)
    sync(session, index, open_writer(settings, engine))
    assert [chidi.open(address).text for address in addresses] == before
    assert session.get(Edition, max(index.stamps())) is not None
