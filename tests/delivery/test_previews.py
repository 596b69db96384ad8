"""A preview is what goes out: the same bytes but for the reader's own link and reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from osac_share.audit.models import AuditEntry
from osac_share.kernel.db import transaction
from osac_share.kernel.outbox import OutboxRow
from osac_share.reports.models import Edition
from tests.support.factories import Words, make_draft
from tests.support.rehearsing import Shape, Stage, shapes

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.settings import Settings
    from tests.support.cast import Cast, SignIn

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def stage(
    session: Session, engine: Engine, settings: Settings, cast: Cast, signed_in: SignIn
) -> Stage:
    stage = Stage(
        session, engine, settings, cast.kenya, cast.actors["amara"], signed_in(cast.amara)
    )
    stage.subscribe()
    return stage


@pytest.mark.one_database
@pytest.mark.parametrize("shape", list(shapes()), ids=str)
def test_preview_is_what_is_sent(stage: Stage, shape: Shape) -> None:
    assert stage.differences(shape) == []


def test_preview_changes_nothing(stage: Stage, session: Session, cast: Cast) -> None:
    with transaction(session):
        report, draft = make_draft(session, cast.kenya, by=cast.actors["amara"])
    counted = [select(func.count()).select_from(table) for table in (AuditEntry, OutboxRow)]
    before = [session.scalar(one) for one in counted]
    assert stage.visitor.open(f"/reports/{report.public_id}/preview/mail").status == 200
    session.rollback()
    session.expire_all()
    assert [session.scalar(one) for one in counted] == before
    assert (report.state, draft.published_at, draft.text_digest) == ("draft", None, "")
    assert session.scalar(select(func.count()).select_from(Edition)) == 1


def test_preview_of_what_cannot_be_addressed_says_why(
    stage: Stage, session: Session, cast: Cast
) -> None:
    with transaction(session):
        report, _ = make_draft(
            session, cast.kenya, by=cast.actors["amara"], words=Words(marking="RED")
        )
    page = stage.visitor.open(f"/reports/{report.public_id}/preview/mail")
    assert page.status == 409
    assert "named recipients" in page.text


@pytest.mark.parametrize(("name", "status"), [("sade", 200), ("ben", 200), ("dora", 404)])
def test_preview_is_for_authors_and_reviewers(
    session: Session, cast: Cast, signed_in: SignIn, name: str, status: int
) -> None:
    with transaction(session):
        report, _ = make_draft(session, cast.kenya, by=cast.actors["amara"])
    page = signed_in(getattr(cast, name)).open(f"/reports/{report.public_id}/preview/mail")
    assert page.status == status
