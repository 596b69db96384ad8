"""The channels that show many things at once: lists, search, feeds and mail."""

from __future__ import annotations

import json
import re
from itertools import count
from typing import TYPE_CHECKING

from sqlalchemy import select

from osac_share.delivery.models import ACCEPTED, Delivery
from osac_share.kernel.mail import read_outbox
from tests.support.matrix import oracle
from tests.support.matrix.canaries import COMMON, NOWHERE, canary
from tests.support.matrix.cells import title_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from sqlalchemy.orm import Session

    from osac_share.kernel.mail import SavedMail
    from tests.support.matrix.cells import Judge
    from tests.support.matrix.people import Account
    from tests.support.matrix.things import Thing

ALL = 1_000_000
OK = 200
FORMATS = ("atom", "rss", "json")
_TITLE = re.compile(rb"zq(\d{3})titlezq")

QUERIES = (
    f"/search?q={COMMON}&sort=date&country=KE&topic=civil-unrest",
    "/search?q=zq*",
    "/search?q=country:KE",
    "/search?q=marking:RED",
    "/search?q=marchnig",
    "/search",
    "/reports?country=KE&state=published",
    "/reports?state=draft",
    "/reports?state=in_review&state=withdrawn",
    "/reports?region=AF&kind=alert&severity=security",
    "/reports?page=99999",
    "/review?edition=1",
)
"""Lists narrowed in ways that might forget whose they are."""


def look_at_lists(judge: Judge) -> None:
    """Read the complete lists to their end, and the narrowed ones."""
    who, things = judge.who, judge.world.things
    readable = {title_of(thing) for thing in things if oracle.may_read(who, thing)}
    judge.expect("the list of reports", readable, _titles(judge, "/reports?page={}"))
    drafts = {
        thing.unpublished.canary
        for thing in things
        if thing.unpublished and oracle.is_listed_as_draft(who, thing)
    }
    judge.expect("the list of drafts", drafts, _titles(judge, "/drafts", pages=1))
    waiting = {
        thing.unpublished.canary
        for thing in things
        if thing.unpublished and oracle.may_decide(who, thing)
    }
    owed = {title_of(thing) for thing in things if oracle.may_look_again(who, thing)}
    judge.expect("what waits for review", waiting | owed, _titles(judge, "/review", pages=1))
    for path in QUERIES:
        judge.look_through("lists", judge.asker.get(path), path)


def _titles(judge: Judge, path: str, *, pages: int = 999) -> set[int]:
    found: set[int] = set()
    for number in count(1):
        answer = judge.asker.get(path.format(number))
        judge.look_through("lists", answer, path.format(number))
        new = {int(one) for one in _TITLE.findall(answer.body)} - found
        if answer.status != OK or not new or number > pages:
            return found
        found |= new
    raise AssertionError


def search_for_each(judge: Judge, things: Sequence[Thing]) -> None:
    """Search for a word that only one report has: it is found, or it is as if it never was."""
    nothing = judge.asker.get(f"/search?q={NOWHERE}")
    for thing in things:
        word = canary(title_of(thing), "title")
        answer = judge.asker.get(f"/search?q={word}")
        if oracle.may_read(judge.who, thing):
            found = judge.read("search", answer.whole)
            judge.expect(f"a search for {word}", {title_of(thing)}, found)
            judge.tally.cells += 1
        else:
            judge.same(answer, nothing, (word, NOWHERE), f"a search for {thing.plan.label}")
    for thing in things[::4]:
        # One letter is missing: what is offered instead must be theirs to know.
        path = f"/search?q={canary(title_of(thing), 'title')[:-1]}"
        judge.look_through("suggestions", judge.asker.get(path), path)


def poll_feeds(judge: Judge, kinds: Sequence[str] = FORMATS) -> None:
    """Read the feeds of both countries: what is for everyone and holds is in them."""
    for council, country in (("kenya", "KE"), ("nigeria", "NG")):
        wanted = {
            title_of(thing)
            for thing in judge.world.things
            if thing.council == council and _is_news(thing)
        }
        for kind in kinds:
            path = f"/feeds/countries/{country}.{kind}"
            answer = judge.asker.get(path)
            judge.look_through("feeds", answer, path)
            lacking = wanted - {int(one) for one in _TITLE.findall(answer.body)}
            judge.expect(path, lacking, set())


def _is_news(thing: Thing) -> bool:
    current = thing.current
    if current is None or current.marking != "CLEAR":
        return False
    return thing.plan.state in {"published", "updated", "urgent"} and not thing.plan.raised_to


def read_by_program(judge: Judge, account: Account) -> None:
    """Read with somebody's tokens what their programs are given."""
    for kind in FORMATS:
        path = f"/feeds/private/{account.feed_token or 'x'}.{kind}"
        judge.look_through("private feed", judge.asker.get(path), path)
    path, found = "/api/v1/reports?limit=100", set[int]()
    while path:
        answer = judge.asker.get(path)
        judge.look_through("the API", answer, path)
        found |= {int(one) for one in _TITLE.findall(answer.body)}
        following = json.loads(answer.body)["next"] if answer.status == OK else None
        path = (following or "").removeprefix("http://localhost")
    for collection in ("reports/collections/all", "councils/collections/kenya"):
        objects = f"/taxii2/{collection}/objects/?limit=500&match[type]=report"
        for path in (objects, f"{objects}&match[version]=all"):
            judge.look_through("TAXII", judge.asker.get(path), path)
    calendar = f"/calendars/private/{account.feed_token or 'x'}.ics"
    judge.look_through("private calendar", judge.asker.get(calendar), calendar)
    if account.api_token:
        readable = {
            title_of(thing)
            for thing in judge.world.things
            if oracle.may_read(judge.who, thing)
            and thing.current
            and thing.current.marking != "RED"
        }
        judge.expect("the API", readable if judge.who.is_in_good_standing else set(), found)


def open_mail(judge: Judge, folder: Path, session: Session, account: Account) -> None:
    """Read everything that somebody was sent, and see that they were sent all that is theirs."""
    judge.who = account.who.by_mail
    for mail in read_outbox(folder, account.email, limit=ALL) if account.email else ():
        judge.read(f"mail {mail.id}", _spelled(mail))
    allowed, wanted = set(), set()
    for thing in judge.world.things:
        for words in thing.published:
            if judge.who.is_in_good_standing and oracle.may_read(judge.who, thing, words):
                allowed.add(words.row_id)
                # What was overtaken or has ended before the first mail went out, nobody hears of.
                if words == thing.current and thing.plan.state not in {"expired", "withdrawn"}:
                    wanted.add(words.row_id)
    told = _told(session, account)
    rows = {words.row_id: words.canary for one in judge.world.things for words in one.editions}
    right = wanted | (told & allowed)
    judge.expect("mail", {rows[one] for one in right}, {rows[one] for one in told})
    judge.tally.cells += len(rows)
    judge.who = account.who


def _told(session: Session, account: Account) -> set[int]:
    question = select(Delivery.edition_id).where(
        Delivery.person_id == account.person_id,
        Delivery.state == ACCEPTED,
        Delivery.purpose == "read",
    )
    return set(session.scalars(question)) if account.person_id else set()


def _spelled(mail: SavedMail) -> bytes:
    headers = "\n".join(f"{name}: {value}" for name, value in mail.headers)
    return f"{headers}\n\n{mail.text}\n\n{mail.html}".encode()


def mails_of(folder: Path, accounts: Iterable[Account]) -> Mapping[str, Sequence[str]]:
    """Return the ids of a mail or two of everybody, of those that have pages."""
    return {
        one.who.name: [
            mail.id for mail in read_outbox(folder, one.email, limit=9) if mail.html is not None
        ][:2]
        for one in accounts
        if one.email
    }
