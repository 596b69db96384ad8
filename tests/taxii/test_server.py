"""What the server answers to whom, in the words of TAXII 2.1."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from osac_share.audit.models import AuditEntry
from osac_share.kernel.db import transaction
from osac_share.tokens import actions
from osac_share.tokens.models import OWNER
from osac_share.tokens.policy import SUBSCRIPTIONS
from tests.support.factories import Words
from tests.support.machines.asking import ALL, TAXII, ask, everything, refused, reports_in, said
from tests.support.tokens import basic, make_api_token, make_feed_token

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.orm import Session
    from werkzeug.test import Client

    from osac_share.accounts.models import Person
    from osac_share.settings import Settings
    from tests.support.cast import Cast
    from tests.support.machines.newsroom import Newsroom

    TokenOf = Callable[[Person], str]

pytestmark = pytest.mark.usefixtures("clock")

ADDRESSES = (
    "/taxii2/",
    "/taxii2/reports/",
    "/taxii2/reports/status/x/",
    "/taxii2/reports/collections/",
    f"{ALL}/",
    f"{ALL}/manifest/",
    f"{ALL}/objects/",
    f"{ALL}/objects/x/",
    f"{ALL}/objects/x/versions/",
    "/taxii2/nothing/at/all",
)


def names(program: Client, token: str, path: str, asked: str = "") -> set[str]:
    return {one["name"] for one in reports_in(everything(program, token, path, asked=asked))}


@pytest.mark.parametrize("path", ADDRESSES)
def test_nobody_is_let_in_without_a_token(program: Client, path: str) -> None:
    answer = ask(program, None, path)
    assert refused(answer) == (401, "A token is needed here.")
    assert 'Basic realm="API' in answer.headers["WWW-Authenticate"]
    assert 'Bearer realm="API"' in answer.headers["WWW-Authenticate"]


def test_a_token_opens_as_it_is_and_as_a_password_but_only_one_that_reads_reports(
    program: Client, cast: Cast, session: Session, settings: Settings, at: datetime
) -> None:
    token, reads = make_api_token(session, cast.dora, settings, at=at)
    _other, subscribes = make_api_token(
        session, cast.dora, settings, at=at, scopes=(SUBSCRIPTIONS,)
    )
    _feed, feed = make_feed_token(session, cast.dora, settings, at=at)
    password = {"Authorization": basic(reads), "Accept": TAXII}
    assert said(program.get("/taxii2/", headers=password)) == said(ask(program, reads, "/taxii2/"))
    assert refused(ask(program, subscribes, "/taxii2/"))[0] == 403
    assert refused(ask(program, feed, "/taxii2/"))[0] == 401
    # The API itself does not ask browsers for a password, and takes none.
    assert program.get("/api/v1/me", headers=password).status_code == 401
    with transaction(session):
        actions.revoke(session, token, because=OWNER, by=(cast.dora.id, "Dora"), at=at)
    assert refused(ask(program, reads, "/taxii2/"))[0] == 410


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/taxii2/elsewhere/", 404),
        ("/taxii2/reports/status/x/", 404),
        ("/taxii2/reports/collections/x/", 404),
        ("/taxii2/countries/collections/all/", 404),
        (f"{ALL}/objects/report--00000000-0000-4000-8000-000000000000/", 404),
        (f"{ALL}/objects/report--x/versions/", 404),
        (f"{ALL}/objects/?limit=0", 400),
        (f"{ALL}/objects/?limit=-1", 400),
        (f"{ALL}/objects/?limit=\u0663", 400),
        (f"{ALL}/objects/?next=x", 400),
        (f"{ALL}/objects/?next=", 400),
        (f"{ALL}/objects/?added_after=yesterday", 400),
        (f"{ALL}/objects/?added_after=2026-13-01T00:00:00Z", 400),
        (f"{ALL}/objects/?added_after=0000-01-01T00:00:00Z", 400),
        (f"{ALL}/objects/?match[version]=newest", 400),
        (f"{ALL}/objects/?match[id]={'x,' * 101}", 400),
    ],
)
def test_what_is_not_there_or_not_understood_is_said_so(
    program: Client, cast: Cast, token_of: TokenOf, path: str, status: int
) -> None:
    assert refused(ask(program, token_of(cast.dora), path))[0] == status


def test_no_words_of_a_client_break_the_server(
    program: Client, cast: Cast, token_of: TokenOf
) -> None:
    token = token_of(cast.dora)
    words = ("\x00", "\ud800", "9" * 5000, "%", "'", "9999-12-31T23:59:59.999999999Z", "a" * 4000)
    for word in words:
        for name in ("limit", "next", "added_after", "match[id]", "match[version]", "match[type]"):
            for place in ("objects", "manifest"):
                answer = program.get(
                    f"{ALL}/{place}/",
                    query_string={name: word.encode("utf-8", "surrogatepass")},
                    headers={"Authorization": f"Bearer {token}"},
                )
                assert answer.status_code in {200, 400}, (name, word[:9])
                assert answer.headers["Content-Type"] == TAXII


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("application/taxii+json", 200),
        ("application/taxii+json; version=2.1; q=0.5", 200),
        ("text/html, */*;q=0.1", 200),
        ("application/*", 200),
        ("application/taxii+json;version=2.0", 406),
        ("application/json", 406),
        ("text/html", 406),
        ("application/taxii+json;version=2.1;q=0", 406),
    ],
)
def test_answers_are_of_one_type(
    program: Client, cast: Cast, token_of: TokenOf, accept: str, status: int
) -> None:
    answer = ask(program, token_of(cast.dora), "/taxii2/", Accept=accept)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == TAXII


def test_nothing_is_ever_written(program: Client, cast: Cast, token_of: TokenOf) -> None:
    headers = {"Authorization": f"Bearer {token_of(cast.dora)}", "Accept": TAXII}
    envelope = json.dumps({"objects": []})
    to = f"{ALL}/objects/"
    assert refused(program.post(to, headers=headers, data=envelope, content_type=TAXII)) == (
        403,
        "This collection is read only.",
    )
    assert refused(program.post(to, headers=headers, json={}))[0] == 415
    assert refused(program.delete(f"{to}report--x/", headers=headers))[0] == 403
    nowhere = "/taxii2/reports/collections/x/objects/"
    assert refused(program.post(nowhere, headers=headers, content_type=TAXII))[0] == 404
    answer = program.put(to, headers=headers, content_type=TAXII)
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_a_collection_holds_what_the_owner_may_see_of_it_now(
    program: Client, newsroom: Newsroom, cast: Cast, token_of: TokenOf
) -> None:
    newsroom.publish(Words(title="green"))
    newsroom.publish(Words(title="amber", marking="AMBER"))
    newsroom.publish(Words(title="red", marking="RED", addressees=(f"person:{cast.dora.id}",)))
    newsroom.publish(
        Words(title="lagos", marking="AMBER", places=(("NG", "Lagos"),)), council="nigeria"
    )
    closed = newsroom.publish(Words(title="open once"))
    newsroom.update(closed, Words(title="closed now", marking="AMBER"))
    dora, chidi = token_of(cast.dora), token_of(cast.chidi)
    every, whole = f"{ALL}/objects/", "&match[version]=all"
    assert names(program, dora, every, whole) == {"green", "amber", "open once", "closed now"}
    assert names(program, chidi, every, whole) == {"green", "lagos"}
    countries, councils = "/taxii2/countries/collections", "/taxii2/councils/collections"
    assert names(program, chidi, f"{countries}/ng/objects/") == {"lagos"}
    assert names(program, chidi, f"{councils}/nigeria/objects/") == {"lagos"}
    assert names(program, chidi, f"{councils}/kenya/objects/") == {"green"}
    assert names(program, dora, "/taxii2/reports/collections/eap/objects/") == set()


def test_whoever_follows_a_country_hears_that_a_report_has_moved_elsewhere(
    program: Client, newsroom: Newsroom, cast: Cast, token_of: TokenOf
) -> None:
    report = newsroom.publish(Words(title="in Kenya"))
    newsroom.update(report, Words(title="in Uganda", places=(("UG", ""),)))
    token, countries = token_of(cast.dora), "/taxii2/countries/collections"
    whole = "&match[version]=all"
    assert names(program, token, f"{countries}/ke/objects/") == {"in Uganda"}
    assert names(program, token, f"{countries}/ke/objects/", whole) == {"in Kenya", "in Uganda"}
    assert names(program, token, f"{countries}/ug/objects/", whole) == {"in Uganda"}


def test_versions_are_chosen_by_word_and_by_moment(
    program: Client, newsroom: Newsroom, cast: Cast, token_of: TokenOf
) -> None:
    report = newsroom.publish(Words(title="one"))
    newsroom.update(report, Words(title="two"))
    newsroom.update(report, Words(title="three"))
    newsroom.expire(report)
    token, objects = token_of(cast.dora), f"{ALL}/objects/"
    made = reports_in(everything(program, token, asked="&match[version]=all"))
    here = f"{objects}{made[0]['id']}/"
    versions = said(ask(program, token, f"{here}versions/"))["versions"]
    assert versions == [one["modified"] for one in made]
    for asked, expected in (
        ("", made[3:]),
        ("?match[version]=first", made[:1]),
        ("?match[version]=first,last", [made[0], made[3]]),
        (f"?match[version]={versions[1]}", made[1:2]),
        (f"?match[version]={versions[3]}", made[3:]),
        ("?match[version]=2020-01-01T00:00:00Z", []),
        ("?match[spec_version]=2.0", []),
    ):
        assert said(ask(program, token, here + asked)).get("objects", []) == expected
    of_type = f"{objects}?match[type]=report&match[id]={made[0]['id']},identity--x"
    assert said(ask(program, token, of_type)) == {"objects": made[3:]}


def test_dates_in_the_head_of_an_answer_lead_on_and_manifests_tell_the_same(
    program: Client, newsroom: Newsroom, cast: Cast, token_of: TokenOf
) -> None:
    for title in ("one", "two", "three"):
        newsroom.publish(Words(title=title))
    token, of_type = token_of(cast.dora), "match[type]=report"
    answer = ask(program, token, f"{ALL}/objects/?limit=2&{of_type}")
    assert [one["name"] for one in said(answer)["objects"]] == ["one", "two"]
    last = answer.headers["X-TAXII-Date-Added-Last"]
    rest = ask(program, token, f"{ALL}/objects/?added_after={last}&{of_type}")
    assert [one["name"] for one in said(rest)["objects"]] == ["three"]
    assert "more" not in said(rest)
    assert rest.headers["X-TAXII-Date-Added-First"] > last
    told = said(ask(program, token, f"{ALL}/manifest/?limit=2&{of_type}"))
    assert told["next"] == said(answer)["next"]
    assert told["objects"][1]["date_added"] == last
    assert [one["id"] for one in told["objects"]] == [one["id"] for one in said(answer)["objects"]]
    assert said(ask(program, token, f"{ALL}/objects/?added_after=2999-01-01T00:00:00Z")) == {}


def test_hidden_reports_change_no_byte(
    program: Client, newsroom: Newsroom, cast: Cast, token_of: TokenOf
) -> None:
    for title in ("one", "two", "three"):
        newsroom.publish(Words(title=title))
    token = token_of(cast.chidi)
    before = [answer_of(program, token, limit) for limit in (2, 500)]
    for marking in ("AMBER", "AMBER_STRICT"):
        newsroom.withdraw(newsroom.publish(Words(title="hidden", marking=marking)))
    assert [answer_of(program, token, limit) for limit in (2, 500)] == before


def answer_of(program: Client, token: str, limit: int) -> tuple[bytes, list[tuple[str, str]]]:
    answer = ask(program, token, f"{ALL}/objects/?limit={limit}&match[type]=report")
    return answer.data, list(answer.headers)


def test_reading_what_is_restricted_is_put_on_record_once_an_hour(
    program: Client, newsroom: Newsroom, cast: Cast, token_of: TokenOf, session: Session
) -> None:
    newsroom.publish(Words(marking="GREEN"))
    restricted = [
        newsroom.publish(Words(marking=marking)).public_id for marking in ("AMBER", "AMBER_STRICT")
    ]
    token = token_of(cast.dora)
    ask(program, token, f"{ALL}/manifest/?limit=500")
    for _again in range(2):
        everything(program, token)
    read = select(AuditEntry.object_id, AuditEntry.actor_id).where(
        AuditEntry.action == "report.read"
    )
    session.rollback()
    assert [tuple(row) for row in session.execute(read)] == [
        (public_id, cast.dora.id) for public_id in restricted
    ]
