"""The API gives out the fields that are promised, and never the rest of a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from osac_share.accounts.models import Person
from osac_share.kernel.db import transaction
from osac_share.reports.models import Edition, Report
from tests.support.factories import Words, make_report
from tests.support.tokens import make_api_token

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Flask
    from sqlalchemy.orm import Session

    from osac_share.settings import Settings
    from tests.support.cast import Cast

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.one_database]

LISTED = {
    *("id", "url", "kind", "state", "is_exercise", "origin", "issuer", "council", "edition"),
    *("title", "summary", "severity", "alert_kind", "level", "marking", "countries", "places"),
    *("topics", "published_at", "changed_at", "effective_at", "expires_at"),
}
WHOLE = LISTED | {"change_note", "source_url", "sight", "sections", "html"}
ABOUT_ONESELF = {"id", "name", "organization", "time_zone", "seats", "token"}
ABOUT_THE_TOKEN = {"label", "last_four", "scopes", "expires_at"}


def test_an_answer_holds_the_promised_fields_and_no_other(
    app: Flask, session: Session, cast: Cast, settings: Settings, at: datetime
) -> None:
    with transaction(session):
        report, _ = make_report(
            session, cast.kenya, by=cast.actors["amara"], words=Words(marking="AMBER"), at=at
        )
    _token, shown = make_api_token(session, cast.dora, settings, at=at)

    def said(path: str) -> dict[str, dict[str, object]]:
        headers = {"Authorization": f"Bearer {shown}"}
        answer = app.test_client().get(f"/api/v1/{path}", headers=headers)
        assert answer.status_code == 200
        told = answer.json
        assert isinstance(told, dict)
        return told

    me, listed, whole = said("me"), said("reports"), said(f"reports/{report.public_id}")
    assert (set(me), set(me["token"])) == (ABOUT_ONESELF, ABOUT_THE_TOKEN)
    assert set(listed) == {"reports", "next"}
    assert [set(one) for one in listed["reports"]] == [LISTED]
    assert set(whole) == WHOLE
    for inner in (cast.amara.email, cast.dora.email, cast.dora.password_hash, cast.amara.name):
        assert inner not in str((me, listed, whole))


def test_rows_hold_more_than_is_promised() -> None:
    columns = {
        column.key for model in (Person, Report, Edition) for column in model.__table__.columns
    }
    assert {"password_hash", "email", "addressees", "lock"} <= columns - WHOLE - ABOUT_ONESELF
