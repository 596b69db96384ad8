"""Posts, security offices and what councils are: kept by administrators, checked by somebody."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from osac_share.audit.models import AuditEntry
from osac_share.councils import actions
from osac_share.councils.actions import OfficeWords, Particulars, PostWords
from osac_share.councils.queries import get_council, offices_for, overdue_contacts
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import NotAllowed, RuleBroken

if TYPE_CHECKING:
    from osac_share.councils.models import Post, SecurityOffice
    from tests.support.governing import Government

EMBASSY = PostWords("embassy", "U.S. Embassy Nairobi", "Nairobi", "KE", "Africa/Nairobi")
HORN = Particulars("Horn of Africa", "countries", ("DJ", "SO"), time_zone="Africa/Djibouti")


def add(government: Government) -> tuple[Post, SecurityOffice]:
    """Let Ada add an embassy and a security office that covers two countries; committed."""
    session, at, ada = government.session, government.at, government.actor(government.ada)
    with transaction(session):
        post = actions.write_post(session, None, EMBASSY, by=ada, at=at)
        words = OfficeWords("RSO Nairobi", post.id, mailbox="rso@example.org")
        return post, actions.write_office(session, None, words, ["SO", "KE"], by=ada, at=at)


def test_office_covers_several_countries_from_one_post(government: Government) -> None:
    _post, office = add(government)
    assert [offices_for(government.session, iso2) for iso2 in ("KE", "SO", "UG")] == [
        [office],
        [office],
        [],
    ]


def test_contacts_that_nobody_checked_for_90_days_are_overdue(government: Government) -> None:
    post, office = add(government)
    session, at = government.session, government.at
    assert overdue_contacts(session, on=at.date()) == [office, post]
    with transaction(session):
        for contact in (post, office):
            actions.verify(session, contact, by=government.actor(government.abe), at=at)
    days = [at.date() + timedelta(days=number) for number in (0, 90, 91)]
    assert [len(overdue_contacts(session, on=day)) for day in days] == [0, 0, 2]


def test_countries_of_an_office_are_said_anew(government: Government) -> None:
    post, office = add(government)
    session, ada = government.session, government.actor(government.ada)
    with transaction(session):
        words = OfficeWords("RSO Nairobi", post.id)
        actions.write_office(session, office, words, ["KE", "UG"], by=ada, at=government.at)
    assert [one.country for one in office.countries] == ["KE", "UG"]


@pytest.mark.one_database
def test_nobody_verifies_in_the_future_or_gives_two_posts_one_name(
    government: Government,
) -> None:
    add(government)
    session, at, ada = government.session, government.at, government.actor(government.ada)
    tomorrow = at.date() + timedelta(days=1)
    with pytest.raises(RuleBroken, match="day to come"):
        actions.write_post(session, None, replace(EMBASSY, verified_on=tomorrow), by=ada, at=at)
    with pytest.raises(RuleBroken, match="name is taken"):
        actions.write_post(session, None, EMBASSY, by=ada, at=at)


def test_only_administrators_keep_councils_and_contacts(government: Government) -> None:
    post, _office = add(government)
    session, at = government.session, government.at
    for name in ("amara", "ben", "gus", "dora", "eve"):
        by = government.cast.actors[name]
        with pytest.raises(NotAllowed):
            actions.found(session, "horn", HORN, by=by, at=at)
        with pytest.raises(NotAllowed):
            actions.revise(session, government.cast.kenya, HORN, by=by, at=at)
        with pytest.raises(NotAllowed):
            actions.verify(session, post, by=by, at=at)
        with pytest.raises(NotAllowed):
            actions.write_post(session, None, EMBASSY, by=by, at=at)


def test_council_is_founded_once_at_its_address(government: Government) -> None:
    session, at, ada = government.session, government.at, government.actor(government.ada)
    with transaction(session):
        actions.found(session, "horn", HORN, by=ada, at=at)
    horn = get_council(session, "horn")
    assert (horn.kind, [one.country for one in horn.countries]) == ("countries", ["DJ", "SO"])
    with pytest.raises(RuleBroken, match="taken"):
        actions.found(session, "horn", HORN, by=ada, at=at)


def test_record_keeps_what_was_changed_about_a_council(government: Government) -> None:
    post, _office = add(government)
    session, at, kenya = government.session, government.at, government.cast.kenya
    said = Particulars(
        "Kenya", "country", ("KE", "SO"), posts=[post.id], time_zone="Africa/Nairobi"
    )
    with transaction(session):
        actions.revise(session, kenya, said, by=government.actor(government.ada), at=at)
        actions.revise(session, kenya, said, by=government.actor(government.ada), at=at)
    assert kenya.posts == [post]
    entries = session.query(AuditEntry).filter_by(action="council.revise").all()
    assert [entry.detail for entry in entries] == [
        {"changed": {"countries": [["KE"], ["KE", "SO"]], "posts": [[], [post.id]]}}
    ]
