"""Browsing and reading reports: what is hidden is absent, and hostile addresses do no harm."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from osac_share.kernel.db import transaction
from osac_share.reports import actions
from tests.support.counting import counted_statements
from tests.support.factories import Words, make_draft, make_report, make_update, sections_saying

if TYPE_CHECKING:
    from datetime import datetime

    from flask.testing import FlaskClient
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from tests.support.cast import Cast, SignIn
    from tests.support.pages import Document, Visitor

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.one_database]

ABSENT = "x" * 20
HOSTILE = [
    "country=%00",
    "country=KE%00",
    "topic=%00",
    "kind=%27%3B+DROP+TABLE+report%3B--",
    "severity=%F0%9F%92%A5",
    "state=" + "draft",
    "page=0",
    "page=-1",
    "page=99999999999999999999",
    "page=1e3",
    "page=%D9%A3",
    "page=",
    "page=1&page=2",
    "region=nowhere",
    "region=%00",
    "&".join(f"country=C{number}" for number in range(2000)),
    "&".join(f"topic=t{number}" for number in range(2000)),
    "endpoint=x&_scheme=javascript&_external=1&_anchor=x&_method=POST&values=1",
    "public_id=x&self=1&page=x",
    "%FF=%FE",
    "a" * 4000,
]


def body_of(page: Document, public_id: str) -> str:
    (reference,) = page.texts("//code")
    return page.response.get_data(as_text=True).replace(reference, "").replace(public_id, "")


@pytest.mark.parametrize(
    ("marking", "addressees", "state"),
    [
        ("GREEN", (), "published"),
        ("AMBER", (), "published"),
        ("AMBER_STRICT", (), "published"),
        ("RED", ("person:1",), "published"),
        ("CLEAR", (), "draft"),
    ],
)
@pytest.mark.parametrize("path", ["/reports/{}", "/reports/{}/editions/1"])
def test_hidden_report_answers_like_one_that_never_was(
    visitor: Visitor,
    session: Session,
    cast: Cast,
    marking: str,
    addressees: tuple[str, ...],
    state: str,
    path: str,
) -> None:
    words = Words(marking=marking, addressees=addressees)
    make = make_report if state == "published" else make_draft
    with transaction(session):
        report, _ = make(session, cast.kenya, by=cast.actors["amara"], words=words)
    hidden = visitor.open(path.format(report.public_id))
    absent = visitor.open(path.format(ABSENT))
    assert hidden.status == absent.status == 404
    assert body_of(hidden, report.public_id) == body_of(absent, ABSENT)
    ignored = {"Content-Length", "Set-Cookie"}
    assert {name: value for name, value in hidden.response.headers if name not in ignored} == {
        name: value for name, value in absent.response.headers if name not in ignored
    }


def test_member_reads_what_the_marking_allows(
    signed_in: SignIn, session: Session, cast: Cast
) -> None:
    dora, chidi = signed_in(cast.dora), signed_in(cast.chidi)
    with transaction(session):
        reports = {
            marking: make_report(
                session, cast.kenya, by=cast.actors["amara"], words=Words(marking=marking)
            )[0].public_id
            for marking in ("CLEAR", "GREEN", "AMBER")
        }
    statuses = [
        [visitor.open(f"/reports/{public_id}").status for public_id in reports.values()]
        for visitor in (dora, chidi)
    ]
    assert statuses == [[200, 200, 200], [200, 200, 404]]


def test_page_of_a_report_says_all_that_matters(
    signed_in: SignIn, session: Session, cast: Cast
) -> None:
    words = Words(sections=sections_saying("a **march** at <b>noon</b>"), marking="AMBER")
    with transaction(session):
        report, _ = make_report(session, cast.kenya, by=cast.actors["amara"], words=words)
    page = signed_in(cast.dora).open(f"/reports/{report.public_id}")
    assert page.title == words.title
    for expected in ("TLP:AMBER", "Nairobi", "Civil unrest", "Kenya", "noon"):
        assert expected in page.text
    assert page.texts("//div[@class='body']//strong") == ["march"] * 4
    assert not page.texts("//div[@class='body']//b")
    assert page.response.headers["Cache-Control"] == "private, no-store"


def test_earlier_edition_says_that_it_is_superseded(
    visitor: Visitor, session: Session, cast: Cast, at: datetime
) -> None:
    clear = Words(marking="CLEAR")
    amara = cast.actors["amara"]
    with transaction(session):
        report, _ = make_report(session, cast.kenya, by=amara, words=clear)
        newer = Words(title="Nairobi: over", marking="CLEAR")
        make_update(session, report, by=amara, words=newer, at=at + timedelta(minutes=5))
    address = f"/reports/{report.public_id}"
    assert visitor.open(address).title == "Nairobi: over"
    earlier = visitor.open(f"{address}/editions/1")
    assert (earlier.status, earlier.title) == (200, clear.title)
    assert "earlier edition" in earlier.text
    assert address in earlier.links().values()
    assert visitor.open(f"{address}/editions/3").status == 404


def test_ended_report_stays_readable_and_says_so(
    visitor: Visitor, session: Session, cast: Cast, at: datetime
) -> None:
    with transaction(session):
        report, _ = make_report(
            session, cast.kenya, by=cast.actors["amara"], words=Words(marking="CLEAR")
        )
        actions.expire(session, report, at=at)
    page = visitor.open(f"/reports/{report.public_id}")
    assert page.status == 200
    assert "Expired" in page.text


def publish_many(session: Session, cast: Cast, count: int, *, at: datetime) -> None:
    with transaction(session):
        for number in range(count):
            words = Words(
                title=f"Number {number}",
                marking="CLEAR" if number % 2 else "GREEN",
                places=[("KE" if number % 3 else "UG", "")],
            )
            then = at - timedelta(minutes=count - number)
            make_report(session, cast.kenya, by=cast.actors["amara"], words=words, at=then)


def titles(page: Document) -> list[str]:
    return page.texts("//main//table//th[@scope='row']//a")


def test_list_shows_the_newest_first_in_pages_of_thirty(
    signed_in: SignIn, session: Session, cast: Cast, at: datetime
) -> None:
    publish_many(session, cast, 65, at=at)
    dora = signed_in(cast.dora)
    pages = [dora.open(f"/reports?page={number}") for number in (1, 2, 3, 4)]
    assert [len(titles(page)) for page in pages] == [30, 30, 5, 0]
    assert titles(pages[0])[0] == "Number 64"
    assert titles(pages[2])[-1] == "Number 0"
    assert "31 to 60 of 65" in pages[1].text
    assert pages[1].links()["Older"] == "/reports?page=3"
    assert pages[1].links()["Newer"] == "/reports?page=1"


def test_stranger_counts_what_is_public_and_nothing_else(
    visitor: Visitor, session: Session, cast: Cast, at: datetime
) -> None:
    publish_many(session, cast, 9, at=at)
    page = visitor.open("/reports")
    assert titles(page) == ["Number 7", "Number 5", "Number 3", "Number 1"]
    assert "1 to 4 of 4" in page.text


def test_list_is_narrowed_by_its_address_and_its_pages_keep_that(
    signed_in: SignIn, session: Session, cast: Cast, at: datetime
) -> None:
    publish_many(session, cast, 100, at=at)
    page = signed_in(cast.dora).open("/reports?country=ke&country=&kind=alert&page=2")
    assert "31 to 60 of 66" in page.text
    assert page.links()["Older"] == "/reports?country=ke&country=&kind=alert&page=3"


def test_region_stands_for_its_countries(
    signed_in: SignIn, session: Session, cast: Cast, at: datetime
) -> None:
    publish_many(session, cast, 3, at=at)
    dora = signed_in(cast.dora)
    assert len(titles(dora.open("/reports?region=AF"))) == 3
    assert len(titles(dora.open("/reports?region=WHA"))) == 0
    assert len(titles(dora.open("/reports?region=nowhere"))) == 3


def test_hostile_address_of_a_list_does_no_harm(
    visitor: Visitor, session: Session, cast: Cast, at: datetime
) -> None:
    publish_many(session, cast, 65, at=at)
    for query in HOSTILE:
        page = visitor.open(f"/reports?{query}")
        assert (query[:40], page.status) in {(query[:40], 200), (query[:40], 400)}
        assert all(address.startswith(("/", "#", "mailto:")) for address in page.links().values())


@pytest.mark.parametrize(
    "path",
    [
        "/reports/%00",
        "/reports/" + "x" * 3000,
        "/reports/%2e%2e%2fetc",
        "/reports/x/editions/99999999999999999999999",
        "/reports/x/editions/-1",
        "/reports/x/editions/one",
        "/countries/%00",
        "/countries/K%C3%8B",
        "/topics/%00",
        "/councils/%00",
        "/reports/x/",
    ],
)
def test_hostile_address_of_a_page_is_refused(visitor: Visitor, path: str) -> None:
    assert visitor.open(path).status in {400, 404}


@pytest.mark.parametrize("path", ["/reports", "/reports/{}"])
def test_number_of_statements_does_not_grow_with_what_is_shown(
    signed_in: SignIn, session: Session, cast: Cast, engine: Engine, at: datetime, path: str
) -> None:
    dora = signed_in(cast.dora)
    with transaction(session):
        report, _ = make_report(session, cast.kenya, by=cast.actors["amara"])
    address = path.format(report.public_id)

    def asked() -> int:
        with counted_statements(engine) as statements:
            assert dora.open(address).status == 200
        return len(statements)

    few = asked()
    publish_many(session, cast, 29, at=at)
    assert asked() <= few <= 12


def test_head_and_get_answer_alike(client: FlaskClient, session: Session, cast: Cast) -> None:
    with transaction(session):
        report, _ = make_report(
            session, cast.kenya, by=cast.actors["amara"], words=Words(marking="CLEAR")
        )
    for path in ("/reports", f"/reports/{report.public_id}", f"/reports/{ABSENT}"):
        assert client.head(path).status_code == client.get(path).status_code
