"""Pages on which councils are run, as staff, chairs and members meet them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from osac_share.accounts.models import Person
from osac_share.councils.models import CLOSED, JoinRequest, Post, SecurityOffice
from osac_share.councils.policy import MEMBER, SECRETARY
from osac_share.councils.queries import find_seat, get_council
from osac_share.kernel.db import transaction
from osac_share.proposals.models import OPEN, PERFORMED, Proposal
from tests.support.factories import make_organization, make_person

if TYPE_CHECKING:
    from tests.support.cast import SignIn
    from tests.support.governing import Government
    from tests.support.pages import Visitor

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.one_database]

OF_STAFF = (
    *("/admin/councils", "/admin/councils/new", "/admin/councils/kenya", "/admin/contacts"),
    *("/admin/councils/kenya/edit", "/admin/councils/kenya/appoint"),
    *("/admin/contacts/offices/new", "/admin/contacts/posts/new"),
)


@pytest.mark.parametrize("name", ["amara", "ben", "dora", "gus"])
def test_pages_of_staff_are_for_administrators(
    government: Government, signed_in: SignIn, name: str
) -> None:
    visitor = signed_in(government.cast.people[name])
    assert {visitor.open(path).status for path in OF_STAFF} == {403}


def test_administrator_founds_a_council(government: Government, signed_in: SignIn) -> None:
    ada = signed_in(government.ada)
    made = ada.submit(
        "/admin/councils/new",
        name="Horn of Africa",
        slug="horn",
        kind="countries",
        countries="Djibouti\nsomalia",
        time_zone="Africa/Djibouti",
    )
    assert (made.status, made.response.location) == (303, "/admin/councils/horn")
    horn = get_council(government.session, "horn")
    assert [one.country for one in horn.countries] == ["DJ", "SO"]


def test_what_is_wrong_with_a_council_is_said_beside_the_field(
    government: Government, signed_in: SignIn
) -> None:
    ada = signed_in(government.ada)
    wrong = ada.submit(
        "/admin/councils/new",
        name=" ",
        slug="Not A Slug",
        countries="Atlantis",
        time_zone="Nowhere/Else",
    )
    assert wrong.status == 422
    assert len(wrong.texts("//*[contains(@class, 'usa-error-message')]")) == 4
    taken = ada.submit("/admin/councils/new", name="K", slug="kenya", countries="Kenya")
    assert (taken.status, "This address is taken" in taken.text) == (409, True)


def test_slug_is_not_asked_for_twice(government: Government, signed_in: SignIn) -> None:
    form = (
        signed_in(government.ada)
        .open("/admin/councils/kenya/edit")
        .form_to("/admin/councils/kenya/edit")
    )
    assert "slug" not in form
    assert (form["name"], form["countries"][0].strip()) == (["Kenya"], "Kenya")


def test_administrator_proposes_a_chair_whom_another_seconds(
    government: Government, signed_in: SignIn
) -> None:
    ada, address = signed_in(government.ada), "/admin/councils/kenya/appoint"
    unknown = ada.submit(address, kind="chair_public", email="nobody@example.org")
    assert (unknown.status, "Nobody here has this address" in unknown.text) == (422, True)
    made = ada.submit(address, kind="chair_public", email="nia@example.org", starts="2026-04-01")
    assert made.status == 303
    proposal = government.session.query(Proposal).one()
    assert (proposal.state, proposal.words) == (
        OPEN,
        "Nia Newcomer becomes chair of Kenya on 1 Apr 2026",
    )
    page = made.response.location
    assert signed_in(government.abe).submit(page, to=f"{page}/second").status == 303
    government.session.rollback()
    assert proposal.state == PERFORMED
    shown = ada.open("/admin/councils/kenya")
    assert "Nia Newcomer" in shown.text


def test_administrator_keeps_contacts_that_the_country_page_shows(
    government: Government, signed_in: SignIn
) -> None:
    ada = signed_in(government.ada)
    made = ada.submit(
        "/admin/contacts/posts/new",
        kind="embassy",
        name="U.S. Embassy Nairobi",
        city="Nairobi",
        country="KE",
        time_zone="Africa/Nairobi",
    )
    assert made.status == 303
    post = government.session.query(Post).one()
    made = ada.submit(
        "/admin/contacts/offices/new",
        name="RSO Nairobi",
        post=str(post.id),
        countries="Kenya\nSomalia",
        mailbox="rso@example.org",
        verified_on="2025-11-01",
    )
    assert made.status == 303
    somalia = aside(signed_in(None), "/countries/SO")
    assert "RSO Nairobi" in somalia
    assert "Stale: last verified on 1 Nov 2025" in somalia
    government.session.rollback()
    office = government.session.query(SecurityOffice).one()
    verify = f"/admin/contacts/offices/{office.public_id}/verify"
    assert ada.submit("/admin/contacts", to=verify).status == 303
    assert "Verified on 2 Mar 2026" in aside(signed_in(None), "/countries/KE")
    edited = f"/admin/contacts/posts/{post.id}"
    assert ada.submit(edited, phone="not a number").status == 422
    assert ada.submit(edited, phone="+1 202 555 0100").status == 303


def aside(visitor: Visitor, path: str) -> str:
    return " ".join(visitor.open(path).texts("//aside"))


@pytest.mark.parametrize("name", ["amara", "ben", "sade"])
def test_list_is_for_the_steering_committee(
    government: Government, signed_in: SignIn, name: str
) -> None:
    page = signed_in(government.cast.people[name]).open("/councils/kenya/members")
    assert page.status == 200
    assert "Dora Member" in page.text


@pytest.mark.parametrize("name", ["dora", "chidi", "gus"])
def test_list_of_others_is_not_there(government: Government, signed_in: SignIn, name: str) -> None:
    visitor = signed_in(government.cast.people[name])
    assert visitor.open("/councils/kenya/members").status == 404
    page = visitor.open("/councils/kenya")
    assert "Sade Secretary" not in page.text
    assert "Amara Chair" in page.text


def test_member_asks_and_a_co_chair_lets_them_in(government: Government, signed_in: SignIn) -> None:
    with transaction(government.session):
        home = make_organization(government.session, "Example Hotels")
        pia = make_person(government.session, "Pia Porter", organization=home, at=government.at)
    visitor, ben = signed_in(pia), signed_in(government.cast.ben)
    asked = visitor.submit(
        "/councils/kenya", to="/councils/kenya/join", words="Two hotels.", follow=True
    )
    assert "You have asked to join." in " ".join(asked.texts("//aside"))
    request = government.session.query(JoinRequest).one()
    to = f"/councils/kenya/requests/{request.public_id}"
    assert "Two hotels." in ben.open("/councils/kenya/members").text
    empty = ben.submit("/councils/kenya/members", to=f"{to}/refuse", why=" ", follow=True)
    assert "why not" in empty.text
    assert ben.submit("/councils/kenya/members", to=f"{to}/accept").status == 303
    page = visitor.open("/councils/kenya")
    assert "You have a seat: member." in " ".join(page.texts("//aside"))
    left = visitor.submit("/councils/kenya", to="/councils/kenya/leave", follow=True)
    assert "You have given up your seat." in left.text


def test_member_takes_a_request_back(government: Government, signed_in: SignIn) -> None:
    dora = signed_in(government.cast.dora)
    dora.submit("/councils/nigeria", to="/councils/nigeria/join")
    back = dora.submit("/councils/nigeria", to="/councils/nigeria/join/take-back", follow=True)
    assert "Taken back." in back.text


def test_nobody_joins_a_closed_council(government: Government, signed_in: SignIn) -> None:
    with transaction(government.session):
        government.cast.nigeria.status = CLOSED
    page = signed_in(government.cast.dora).open("/councils/nigeria")
    assert "This council is closed." in page.text
    assert "/councils/nigeria/join" not in [form.action for form in page.root.forms]


def test_chair_adds_and_removes_members_and_seats_a_secretary(
    government: Government, signed_in: SignIn
) -> None:
    amara, address = signed_in(government.cast.amara), "/councils/kenya/members"
    kenya, session = government.cast.kenya, government.session
    stranger = amara.submit(address, to=address, email="nobody@example.org")
    assert (stranger.status, "Nobody in the community" in stranger.text) == (422, True)
    assert amara.submit(address, to=address, email="nia@example.org").status == 303
    nia = str(government.nia.id)
    made = amara.submit(address, to=f"{address}/seats", person=nia, kind=SECRETARY)
    assert made.status == 303
    seat = find_seat(session, kenya.id, government.nia.id, (SECRETARY,), at=government.at)
    assert seat is not None
    assert amara.submit(address, to=f"{address}/{seat.id}/remove").status == 303
    session.rollback()
    kinds = [
        find_seat(session, kenya.id, government.nia.id, (kind,), at=government.at)
        for kind in (MEMBER, SECRETARY)
    ]
    assert [held is not None for held in kinds] == [True, False]


def test_seat_of_another_council_is_not_ended_through_this_one(
    government: Government, signed_in: SignIn
) -> None:
    at, cast = government.at, government.cast
    foreign = find_seat(
        government.session, cast.nigeria.id, cast.chidi.id, ("chair_public",), at=at
    )
    assert foreign is not None
    amara = signed_in(cast.amara)
    token = amara.open("/councils/kenya/members").form_to("/councils/kenya/members")
    for council, status in (("kenya", 404), ("nigeria", 404)):
        path = f"/councils/{council}/members/{foreign.id}/remove"
        assert amara.client.post(path, data=token).status_code == status


def test_list_is_fetched_once_two_people_agreed(government: Government, signed_in: SignIn) -> None:
    ben, address = signed_in(government.cast.ben), "/councils/kenya/members"
    page = ben.submit(address, to=f"{address}/export").response.location
    assert ben.open(f"{page}/members.csv").status == 404
    signed_in(government.cast.amara).submit(page, to=f"{page}/second")
    assert ben.open(page).links()["Fetch the list (CSV)"] == f"{page}/members.csv"
    fetched = ben.open(f"{page}/members.csv").response
    assert fetched.status_code == 200
    assert (fetched.mimetype, fetched.headers["Cache-Control"]) == ("text/csv", "no-store")
    assert "TLP-AMBER-STRICT_kenya" in fetched.headers["Content-Disposition"]
    assert fetched.get_data(as_text=True).count("@example.org") == 4
    assert signed_in(government.cast.amara).open(f"{page}/members.csv").status == 404


def test_private_co_chair_reads_nothing_of_groups_or_officers_to_come(
    government: Government, signed_in: SignIn
) -> None:
    with transaction(government.session):
        person = government.session.get_one(Person, government.cast.dora.id)
        person.groups = ["law_enforcement"]
    government.propose()
    ben = signed_in(government.cast.ben)
    for path in ("/councils/kenya/members", "/proposals", "/councils/kenya"):
        text = ben.open(path).text.lower()
        assert "law" not in text
        assert "newcomer" not in text
