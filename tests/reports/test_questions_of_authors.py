"""What authors are given of drafts, who may know which, and what the clock ends; row by row."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from osac_share.accounts.models import Person
from osac_share.councils.policy import CHAIR, MEMBER, SECRETARY, STRANGER, Standing
from osac_share.kernel.errors import NotFound
from osac_share.reports import queries
from osac_share.reports.models import Attachment, Edition, EditionAttachment, Report
from osac_share.reports.queries.knowing import hidden_from, known_to
from tests.reports.questions import HOUR, Facts, Shelf, draft, edition, seated
from tests.support.factories import MOMENT

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

SECRET: dict[str, Facts] = {
    "red": {"marking": "RED", "addressees": ["person:9"]},
    "official": {"addressees": ["government"]},
    "police": {"addressees": ["group:law_enforcement"]},
}
PEOPLE: dict[str, Standing] = {
    "chair": seated(CHAIR),
    "secretary": seated(SECRETARY),
    "named": seated(SECRETARY, person_id=9),
    "author": seated(SECRETARY, person_id=8),
    "nearly the author": seated(SECRETARY, person_id=88),
    "chair elsewhere": seated(CHAIR, 2),
    "member": seated(MEMBER),
    "suspended": seated(CHAIR, active=False),
    "stranger": STRANGER,
}
PLAIN = {"writing", "in_review", "scheduled", "update"}
WRITTEN: dict[str, set[str]] = {
    "chair": PLAIN | set(SECRET) | {"kept update"},
    "secretary": PLAIN,
    "named": PLAIN | {"red"},
    "author": PLAIN | set(SECRET),
    "nearly the author": PLAIN,
    "chair elsewhere": {"theirs", "their red"},
    "member": set(),
    "suspended": set(),
    "stranger": set(),
}
"""Whose which drafts are."""

CLOSED = {"rejected", "published"}
"""What has no draft that is still worked on."""


@pytest.fixture
def shelf(session: Session) -> Shelf:
    """Return a shelf with drafts of every stage and of every kind of secret."""
    shelf = Shelf(session)
    for stage in ("writing", "in_review", "scheduled", "rejected"):
        shelf.put(stage, draft(stage), state="draft")
    for name, facts in SECRET.items():
        shelf.put(name, draft(authors=[18, 8, 80], **facts), state="draft")
    shelf.put("published", edition(["council:1"]), current=1)
    shelf.put("update", edition(["council:1"]), draft(), current=1)
    shelf.put("kept update", edition(["chair:1"]), draft(), current=1)
    shelf.put("theirs", draft(), state="draft", council_id=2)
    shelf.put("their red", draft(**SECRET["red"]), state="draft", council_id=2)
    shelf.put("spilled", draft(), state="draft", quarantined_at=MOMENT)
    return shelf


def found_by(question: Callable[..., object], shelf: Shelf, standing: Standing) -> set[str]:
    """Return the addresses at which a question finds something."""
    found = set()
    for name in shelf.session.scalars(select(Report.public_id)).all():
        try:
            question(shelf.session, name, standing)
        except NotFound:
            continue
        found.add(name)
    return found


@pytest.mark.parametrize("name", PEOPLE)
def test_draft_is_for_those_authors_of_its_council_who_may_know_it(shelf: Shelf, name: str) -> None:
    standing = PEOPLE[name]
    listed = {report.public_id for report, _ in queries.drafts_of(shelf.session, standing)}
    assert listed == WRITTEN[name]
    assert found_by(queries.get_draft, shelf, standing) == WRITTEN[name]
    writes_here = standing.active and bool(standing.councils_as({CHAIR, SECRETARY}) & {1})
    closed = CLOSED if writes_here else set()
    assert found_by(queries.get_own, shelf, standing) == WRITTEN[name] | closed


def test_draft_that_is_to_change_is_the_same_one(shelf: Shelf) -> None:
    chair = PEOPLE["chair"]
    report, found = queries.get_draft(shelf.session, "update", chair, to_change=True)
    assert (report.public_id, found.number, found.report_id) == ("update", 2, report.id)


@pytest.mark.parametrize("name", ["chair", "secretary", "named", "author", "stranger"])
def test_hidden_is_what_is_not_to_be_known_and_open_or_all_there_is(
    shelf: Shelf, name: str
) -> None:
    session, standing = shelf.session, PEOPLE[name]
    shelf.put("rejected red", draft("rejected", **SECRET["red"]), state="draft")
    shelf.put("published red", edition(**SECRET["red"]), current=1)
    with_a_rest = (edition(["council:1"]), draft("rejected", **SECRET["red"]))
    shelf.put("update rejected", *with_a_rest, current=1)
    ids = session.scalars(hidden_from(standing)).all()
    hidden = {one.public_id for one in session.query(Report) if one.id in ids}
    theirs = set() if name == "named" else {"their red"}
    kept = {
        "chair": set[str](),
        "author": set[str](),
        "secretary": {*SECRET, "rejected red"},
        "named": set(SECRET) - {"red"},
        "stranger": {*SECRET, "rejected red"},
    }
    # The author of the other council's draft is the same person.
    assert hidden == kept[name] | (set() if name == "author" else theirs)


def test_official_knows_what_is_for_officials(shelf: Shelf) -> None:
    officer = replace(seated(SECRETARY), organization_type="government")
    listed = {report.public_id for report, _ in queries.drafts_of(shelf.session, officer)}
    assert listed == PLAIN | {"official"}
    police = replace(officer, groups=frozenset({"law_enforcement"}))
    like = draft(addressees=["group:law-enforcement"])
    shelf.put("of another circle", like, state="draft")
    listed = {report.public_id for report, _ in queries.drafts_of(shelf.session, police)}
    assert listed == PLAIN | {"official", "police"}


def test_condition_is_about_the_edition_that_it_is_given(shelf: Shelf) -> None:
    stranger = known_to(STRANGER)
    question = select(Report.public_id).join(Edition).where(stranger)
    known = set(shelf.session.scalars(question))
    assert known.isdisjoint({*SECRET, "their red"})
    assert {"writing", "published"} <= known


def test_rejected_lately_is_told_to_those_who_might_have_gone_on_writing(session: Session) -> None:
    shelf = Shelf(session)
    shelf.put("lately", draft("rejected"), state="draft")
    shelf.put("secret", draft("rejected", **SECRET["red"]), state="draft")
    shelf.put("theirs", draft("rejected"), state="draft", council_id=2)
    shelf.put("writing", draft(), state="draft")

    def told(name: str, since: int) -> set[str]:
        rows = queries.rejected_lately(session, PEOPLE[name], since=MOMENT + since * HOUR)
        return {report.public_id for report, _ in rows}

    assert told("secretary", -1) == {"lately"}
    assert told("chair", -1) == {"lately", "secret"}
    assert told("chair", 0) == told("stranger", -1) == set()


def test_report_ends_when_its_current_edition_has_run_out(session: Session) -> None:
    shelf = Shelf(session)
    over: Facts = {"expires_at": MOMENT}
    later: Facts = {"expires_at": MOMENT + HOUR}
    shelf.put("over", edition(**over), current=1)
    shelf.put("later", edition(**later), current=1)
    shelf.put("open-ended", edition(), current=1)
    shelf.put("extended", edition(**over), edition(**later), current=2)
    for state in ("all_clear", "cancelled", "expired", "withdrawn"):
        shelf.put(state, edition(**over), current=1, state=state)
    due = queries.due_to_expire(session, at=MOMENT)
    assert [report.public_id for report in due] == ["over"]
    assert len(queries.due_to_expire(session, at=MOMENT + HOUR)) == 3


@pytest.fixture
def files(shelf: Shelf) -> dict[str, Attachment]:
    """Return a file for the draft or the edition of each report on the shelf."""
    session = shelf.session
    person = Person(email="a@example.org", name="Ada", password_hash="x", created_at=MOMENT)
    session.add(person)
    session.flush()
    found = {}
    for report in session.query(Report).all():
        file = Attachment(
            public_id=f"f {report.public_id}"[:20],
            report_id=report.id,
            name="map.png",
            media_type="image/png",
            size=9,
            digest=report.public_id,
            added_at=MOMENT,
            added_by=person.id,
        )
        session.add(file)
        session.flush()
        session.add(EditionAttachment(edition_id=report.editions[-1].id, attachment_id=file.id))
        found[report.public_id] = file
    session.flush()
    return found


@pytest.mark.parametrize("name", PEOPLE)
def test_file_of_a_draft_is_for_those_who_may_read_the_draft(
    shelf: Shelf, files: dict[str, Attachment], name: str
) -> None:
    question = queries.get_drafted_attachment
    found = set()
    for report, file in files.items():
        try:
            assert question(shelf.session, file.public_id, PEOPLE[name]) is file
        except NotFound:
            continue
        found.add(report)
    reviewed = {"red", "official", "police", "in_review", "scheduled"} if name == "chair" else set()
    assert found == WRITTEN[name] | reviewed


def test_file_of_an_edition_is_not_reached_through_a_later_draft(
    shelf: Shelf, files: dict[str, Attachment]
) -> None:
    session = shelf.session
    session.delete(
        session.query(EditionAttachment).filter_by(attachment_id=files["rejected"].id).one()
    )
    shelf.put("updated", edition(["council:1"]), draft(), current=1)
    shelf.put("begun again", draft("rejected"), draft(), state="draft")
    for name in ("updated", "begun again"):
        report, _ = queries.get_draft(session, name, PEOPLE["chair"])
        link = EditionAttachment(
            edition_id=report.editions[0].id, attachment_id=files["rejected"].id
        )
        session.add(link)
        session.flush()
        with pytest.raises(NotFound):
            queries.get_drafted_attachment(session, files["rejected"].public_id, PEOPLE["chair"])
        session.delete(link)


def test_file_is_for_those_who_see_an_edition_with_it(
    shelf: Shelf, files: dict[str, Attachment]
) -> None:
    session, published = shelf.session, files["published"]
    seen = queries.get_visible_attachment(session, published.public_id, frozenset({"council:1"}))
    assert seen is published
    for file in (published, files["writing"], files["update"]):
        with pytest.raises(NotFound):
            queries.get_visible_attachment(session, file.public_id, frozenset({"members"}))
    with pytest.raises(NotFound):
        queries.get_visible_attachment(session, "none", frozenset({"members"}))
    with pytest.raises(NotFound):
        queries.get_drafted_attachment(session, "none", PEOPLE["chair"])


def test_file_is_for_everyone_when_it_goes_with_what_is_public(
    shelf: Shelf, files: dict[str, Attachment]
) -> None:
    session, file = shelf.session, files["published"]
    clear = shelf.put("clear", edition(["public"]), current=1)
    assert not queries.is_for_everyone(session, file)
    session.add(EditionAttachment(edition_id=clear.editions[0].id, attachment_id=file.id))
    session.flush()
    assert queries.is_for_everyone(session, file)


def test_file_that_was_taken_off_goes_with_nothing(
    shelf: Shelf, files: dict[str, Attachment]
) -> None:
    session, file = shelf.session, files["writing"]
    assert queries.is_attached(session, file)
    session.delete(session.query(EditionAttachment).filter_by(attachment_id=file.id).one())
    session.flush()
    assert not queries.is_attached(session, file)


def test_digests_that_some_file_has_are_claimed(shelf: Shelf, files: dict[str, Attachment]) -> None:
    asked = ["writing", "update", *(f"none {number}" for number in range(600))]
    assert queries.claimed_digests(shelf.session, asked) == {"writing", "update"}
    assert queries.claimed_digests(shelf.session, []) == set()
