"""A search leads on: into files, to what names stand for, to earlier editions, to what is alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import typst
from sqlalchemy import select

from osac_share.kernel.db import session_factory, transaction
from osac_share.kernel.files import Folder
from osac_share.reports import actions as reports
from osac_share.reports.models import AttachmentText
from osac_share.search.actions import sync
from osac_share.search.index import open_reader, open_writer
from osac_share.search.queries import index_state, search, search_like
from tests.support.factories import MOMENT, Words, make_report, make_update
from tests.support.factories import sections_saying as saying
from tests.support.filing import with_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.search.models import SearchIndex
    from osac_share.settings import Settings
    from tests.support.cast import Cast, SignIn

    Indexed = Callable[[], SearchIndex]

PLAN = b"#set page(height: 9cm)\nEvacuation plan\n#pagebreak()\nThe footbridge is closed at night."


@pytest.fixture
def indexed(session: Session, settings: Settings, engine: Engine) -> Indexed:
    """Return what brings the index up to date and opens it."""

    def bring() -> SearchIndex:
        reader = open_reader(settings, engine, look_every=0)
        reports.read_files(session_factory(engine), Folder(settings.files_dir), at=MOMENT)
        sync(session, reader, open_writer(settings, engine))
        return reader

    return bring


def test_words_in_a_file_are_found_with_their_page(
    session: Session, cast: Cast, settings: Settings, indexed: Indexed
) -> None:
    report = with_file(session, cast, settings, typst.compile(PLAN))
    index, dora = indexed(), cast.actors["dora"].clearance
    (hit,) = search(session, index, dora, "footbridge").hits
    assert hit.report.id == report.id
    assert hit.file is not None
    assert (hit.file.attachment.name, hit.file.where) == ("Plan.pdf", "page 2")
    assert ("footbridge", True) in hit.excerpt
    assert not search(session, index, cast.actors["eve"].clearance, "footbridge").hits


def test_a_file_that_goes_along_is_found_once_with_the_newest_edition(
    session: Session, cast: Cast, settings: Settings, indexed: Indexed
) -> None:
    report = with_file(session, cast, settings, typst.compile(PLAN))
    with transaction(session):
        newest = make_update(session, report, by=cast.actors["amara"])
    index, dora = indexed(), cast.actors["dora"].clearance
    result = search(session, index, dora, "footbridge in:history")
    assert [(hit.edition.id, result.total) for hit in result.hits] == [(newest.id, 1)]


def test_an_unreadable_file_keeps_nothing_from_being_found(
    session: Session, cast: Cast, settings: Settings, indexed: Indexed
) -> None:
    with_file(session, cast, settings, typst.compile(PLAN)[:-40] + b"\n%%EOF\n")
    index, dora = indexed(), cast.actors["dora"].clearance
    assert [hit.file for hit in search(session, index, dora, "footpaths").hits] == [None]
    assert session.scalars(select(AttachmentText.read_at)).all() == [MOMENT]


@pytest.mark.one_database
def test_names_lead_to_their_country_and_topic(
    session: Session, cast: Cast, indexed: Indexed, signed_in: SignIn
) -> None:
    with transaction(session):
        for title, country, topic in (
            ("Curfew in Yangon", "MM", "civil-unrest"),
            ("Rally in Mandalay", "MM", "demonstrations"),
            ("Quiet in Accra", "GH", "health"),
        ):
            words = Words(
                title=title,
                places=((country, ""),),
                topics=(topic,),
                sections=saying("take care"),
                summary="",
            )
            make_report(session, cast.kenya, by=cast.actors["amara"], words=words)
    index, dora = indexed(), cast.actors["dora"].clearance
    found = {hit.edition.title for hit in search(session, index, dora, "Burma").hits}
    assert found == {"Curfew in Yangon", "Rally in Mandalay"}
    broad = search(session, index, dora, "demo")
    assert broad.broadened
    assert [hit.edition.title for hit in broad.hits] == ["Rally in Mandalay"]
    page = signed_in(cast.dora).open("/search?q=burma+demo")
    assert page.links()["All about Burma"] == "/countries/MM"
    assert page.links()["All about Demonstrations & strikes"] == "/topics/demonstrations"
    assert "about the topic that they stand for" in page.text


@pytest.mark.one_database
def test_words_of_earlier_editions_are_offered_when_no_current_one_has_them(
    session: Session, cast: Cast, indexed: Indexed, signed_in: SignIn
) -> None:
    amara = cast.actors["amara"]
    with transaction(session):
        words = Words(title="Barricades on the ring road")
        report, _ = make_report(session, cast.kenya, by=amara, words=words)
        make_update(session, report, by=amara, words=Words(title="All is calm again"))
    indexed()
    dora = signed_in(cast.dora)
    page = dora.open("/search?q=barricades")
    assert "1 report had these words" in page.text
    earlier = dora.open(page.links()["Show earlier editions too"])
    assert earlier.title.startswith("1 report for")
    assert earlier.links()["Only current editions"] == "/search?q=barricades"


@pytest.mark.one_database
def test_a_report_leads_to_others_like_it_that_may_be_seen(
    session: Session, cast: Cast, indexed: Indexed, signed_in: SignIn, app: Flask
) -> None:
    said = "Cholera cases rise at the river camp; the wells are closed."
    with transaction(session):
        for number, marking in enumerate(("GREEN", "GREEN", "AMBER"), 1):
            words = Words(title=f"Cholera at camp {number}", sections=saying(said), marking=marking)
            make_report(session, cast.kenya, by=cast.actors["amara"], words=words)
        first, edition = make_report(
            session,
            cast.kenya,
            by=cast.actors["amara"],
            words=Words(title="Wells at the camp", sections=saying(said)),
        )
        for number in range(4):
            words = Words(title=f"Road works {number}", sections=saying("Roads are closed."))
            make_report(session, cast.kenya, by=cast.actors["amara"], words=words)
    index = indexed()
    dora, chidi = cast.actors["dora"].clearance, cast.actors["chidi"].clearance
    alike = search_like(session, index, dora, (first, edition)).hits
    assert {hit.edition.title for hit in alike[:3]} == {f"Cholera at camp {n}" for n in (1, 2, 3)}
    others = search_like(session, index, chidi, (first, edition)).hits
    assert {hit.edition.marking for hit in others} == {"GREEN"}
    page = signed_in(cast.dora).open(f"/reports/{first.public_id}")
    assert page.links()["Reports like this"] == f"/search?like={first.public_id}"
    assert "Reports like “" in signed_in(cast.dora).open(f"/search?like={first.public_id}").text
    assert app.test_client().get(f"/search?like={first.public_id}").status_code == 404


def test_it_is_told_how_far_the_index_is_behind(
    session: Session, cast: Cast, indexed: Indexed
) -> None:
    with transaction(session):
        make_report(session, cast.kenya, by=cast.actors["amara"])
    index = indexed()
    state = index_state(session, index)
    assert (state.held, state.expected, state.waiting_since) == (1, 1, None)
    with transaction(session):
        make_report(session, cast.kenya, by=cast.actors["amara"], at=MOMENT)
    state = index_state(session, index)
    assert (state.held, state.expected, state.waiting_since) == (1, 2, MOMENT)
