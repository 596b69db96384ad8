"""Pages are kept in memory; nothing kept outlives anybody's right to see it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from osac_share.councils.policy import MEMBER
from osac_share.kernel.db import transaction
from tests.support.factories import MOMENT, Words, make_person, make_report, make_update

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tests.support.cast import Cast, SignIn

TITLE = "Nairobi: zebra crossing closed"


def test_report_marked_higher_leaves_kept_pages_at_once(
    signed_in: SignIn, cast: Cast, session: Session
) -> None:
    amara = cast.actors["amara"]
    with transaction(session):
        report, _ = make_report(
            session, cast.kenya, by=amara, words=Words(title=TITLE, marking="GREEN")
        )
    address = f"/reports/{report.public_id}"
    chidi = signed_in(cast.chidi)
    assert chidi.open(address).status == 200
    assert chidi.open(address).title == TITLE
    assert TITLE in chidi.open("/").text
    with transaction(session):
        make_update(
            session,
            report,
            by=amara,
            words=Words(title=TITLE, marking="AMBER"),
            at=MOMENT + timedelta(seconds=1),
        )
    assert chidi.open(address).status == 404
    assert chidi.open(f"{address}/editions/1").status == 404
    assert TITLE not in chidi.open("/").text
    assert TITLE in signed_in(cast.dora).open("/").text


def test_what_one_reader_warmed_is_not_served_to_another(
    signed_in: SignIn, cast: Cast, session: Session
) -> None:
    with transaction(session):
        report, _ = make_report(
            session,
            cast.kenya,
            by=cast.actors["amara"],
            words=Words(title=TITLE, marking="AMBER"),
        )
    address = f"/reports/{report.public_id}"
    dora, chidi = signed_in(cast.dora), signed_in(cast.chidi)
    assert dora.open(address).title == TITLE
    assert TITLE in dora.open("/").text
    assert chidi.open(address).status == 404
    assert TITLE not in chidi.open("/").text


def test_kept_page_names_and_serves_each_reader_alone(
    signed_in: SignIn, cast: Cast, session: Session
) -> None:
    with transaction(session):
        person = make_person(session, "Femi Member", seats=[(cast.nigeria, MEMBER)])
        report, _ = make_report(
            session, cast.kenya, by=cast.actors["amara"], words=Words(title=TITLE)
        )
    address = f"/reports/{report.public_id}"
    dora, femi = signed_in(cast.dora), signed_in(person)
    warm, after = dora.open(address), femi.open(address)
    assert warm.texts("//*[@class='person']/a[@href='/account']") == [cast.dora.name]
    assert after.texts("//*[@class='person']/a[@href='/account']") == [person.name]
    # The form in the frame holds the second reader's own token: it signs them out.
    assert femi.submit(address, to="/logout").status == 303
    assert femi.open("/subscriptions").status == 303
