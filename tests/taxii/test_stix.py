"""Every object is STIX 2.1, in the eyes of the validator of its committee and of its library."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import stix2

from osac_share.taxii.documents.regions import region_of
from osac_share.taxonomy import queries as taxonomy
from tests.support.factories import Words
from tests.support.machines.asking import ALL, VERSIONS, ask, everything, reports_in, said
from tests.support.machines.stix import faults

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.test import Client

    from osac_share.accounts.models import Person
    from tests.support.cast import Cast
    from tests.support.machines.newsroom import Newsroom

    TokenOf = Callable[[Person], str]

pytestmark = pytest.mark.usefixtures("clock")


def test_every_object_of_a_played_history_is_valid(
    program: Client, newsroom: Newsroom, token_of: TokenOf, cast: Cast
) -> None:
    newsroom.play()
    made = everything(program, token_of(cast.dora), asked=VERSIONS)
    assert len(reports_in(made)) == 7
    assert {one["id"]: faults(one) for one in made if faults(one)} == {}
    ids = {one["id"] for one in made}
    assert all(ref in ids for one in reports_in(made) for ref in one["object_refs"])
    assert all(one["object_marking_refs"] for one in made if one["type"] != "marking-definition")
    assert {ref for one in made for ref in one.get("object_marking_refs", [])} <= ids


def test_a_report_has_one_id_and_a_version_for_each_change(
    program: Client, newsroom: Newsroom, token_of: TokenOf, cast: Cast
) -> None:
    report = newsroom.publish()
    newsroom.update(report, Words(title="Nairobi: march moved"))
    newsroom.end(report, "cancelled")
    expired = newsroom.publish(Words(title="Short"))
    newsroom.expire(expired)
    versions = reports_in(everything(program, token_of(cast.dora), asked=VERSIONS))
    first, second, third, fourth, fifth = versions
    assert first["id"] == second["id"] == third["id"] != fourth["id"] == fifth["id"]
    assert first["created"] == first["modified"] == second["created"] == third["created"]
    assert first["modified"] < second["modified"] < third["modified"]
    assert fourth["modified"] < fifth["modified"]
    assert [first["name"], second["name"]] == [
        "Nairobi: march to the parliament",
        "Nairobi: march moved",
    ]
    states = [next(x for x in one["labels"] if x.startswith("state:")) for one in versions]
    assert states == [
        "state:active",
        "state:active",
        "state:cancelled",
        "state:active",
        "state:expired",
    ]
    assert not any("revoked" in one for one in versions)
    assert third["description"].startswith("Canceled. What this said does not hold.")
    last = reports_in(everything(program, token_of(cast.dora)))
    assert last == [third, fifth]


def test_a_report_says_where_under_which_words_and_for_whom(
    program: Client, newsroom: Newsroom, token_of: TokenOf, cast: Cast
) -> None:
    newsroom.publish(Words(marking="AMBER", places=(("KE", "Nairobi"), ("UG", ""))))
    made = everything(program, token_of(cast.dora))
    (report,) = reports_in(made)
    by_id = {one["id"]: one for one in made}
    where = [by_id[ref] for ref in report["object_refs"]]
    assert [(one["country"], one["region"]) for one in where] == [
        ("KE", "eastern-africa"),
        ("UG", "eastern-africa"),
    ]
    assert by_id[report["object_marking_refs"][0]]["name"] == "TLP:AMBER"
    assert by_id[report["created_by_ref"]]["type"] == "identity"
    assert set(report["labels"]) >= {"kind:alert", "topic:civil-unrest", "council:kenya"}
    assert "**Where:** Nairobi, Kenya; Uganda" in report["description"]
    assert "## Actions to take" in report["description"]
    assert "Do not pass it on" in report["description"]
    (reference,) = report["external_references"]
    assert reference["url"].startswith("http://share.example.org/reports/")


def test_what_was_withdrawn_is_revoked_and_says_no_word_of_what_it_said(
    program: Client, newsroom: Newsroom, token_of: TokenOf, cast: Cast
) -> None:
    report = newsroom.publish(Words(summary="zqsecretzq"))
    newsroom.withdraw(report)
    answer = ask(program, token_of(cast.dora), f"{ALL}/objects/?limit=500{VERSIONS}")
    (only,) = reports_in(said(answer)["objects"])
    assert only["revoked"] is True
    assert "It was wrong." in only["description"]
    assert "zqsecretzq" not in answer.text
    assert only["created"] < only["modified"]


def test_every_country_lies_somewhere() -> None:
    known = set(stix2.v21.vocab.REGION)
    assert {region_of(one.iso2) for one in taxonomy.all_countries()} <= known


def test_the_markings_are_those_that_were_published_for_tlp_2(
    program: Client, token_of: TokenOf, cast: Cast
) -> None:
    made = everything(program, token_of(cast.dora), asked="&match[type]=marking-definition")
    assert {one["name"]: one["id"].removeprefix("marking-definition--") for one in made} == {
        "TLP:CLEAR": "94868c89-83c2-464b-929b-a1a8aa3c8487",
        "TLP:GREEN": "bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
        "TLP:AMBER": "55d920b0-5e8b-4f79-9ee9-91f868d9b421",
        "TLP:AMBER+STRICT": "939a9414-2ddd-4d32-a0cd-375ea402b003",
    }
    assert {one["created"] for one in made} == {"2022-10-01T00:00:00.000Z"}
