"""Who may edit and publish which report. Pure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from osac_share.councils.policy import (
    ANALYST,
    CHAIR,
    COCHAIR,
    MEMBER,
    SECRETARY,
    STEERING,
    STRANGER,
    Standing,
)
from osac_share.reports.models import Edition, Report
from osac_share.reports.policy import (
    audience_of,
    may_act_alone,
    may_decide,
    may_edit,
    may_know,
    may_review,
    may_take,
    may_withdraw,
)

OURS, THEIRS = 1, 2


def seated(kind: str, council: int = OURS, *, active: bool = True) -> Standing:
    return Standing(
        person_id=1, organization_id=1, active=active, seats=frozenset({(council, kind)})
    )


ANALYST_ = Standing(person_id=1, active=True, staff_roles=frozenset({ANALYST}))


@pytest.mark.parametrize(
    ("who", "edits", "decides", "alone", "withdraws"),
    [
        (seated(CHAIR), True, True, True, True),
        (seated(COCHAIR), True, True, False, False),
        (seated(SECRETARY), True, False, False, False),
        (seated(STEERING), False, False, False, False),
        (seated(MEMBER), False, False, False, False),
        (seated(CHAIR, THEIRS), False, False, False, False),
        (seated(CHAIR, active=False), False, False, False, False),
        (ANALYST_, False, True, False, True),
        (STRANGER, False, False, False, False),
    ],
)
def test_seat_on_the_reports_council_decides(
    who: Standing, *, edits: bool, decides: bool, alone: bool, withdraws: bool
) -> None:
    report = Report(kind="alert", origin="council", council_id=OURS)
    draft = Edition(marking="AMBER", addressees=[], authors=[2])
    assert may_edit(who, report) == edits
    assert may_decide(who, report, draft) == may_review(who, report, draft) == decides
    assert may_act_alone(who, report) == alone
    assert may_withdraw(who, report) == withdraws


@pytest.mark.parametrize("who", [seated(CHAIR), seated(COCHAIR), ANALYST_])
def test_author_does_not_decide(who: Standing) -> None:
    report = Report(kind="alert", origin="council", council_id=OURS)
    assert not may_review(who, report, Edition(marking="GREEN", addressees=[], authors=[1]))


@pytest.mark.parametrize(
    ("marking", "addressees"),
    [("RED", ["person:9"]), ("AMBER", ["government"]), ("GREEN", ["group:law_enforcement"])],
)
def test_what_is_for_few_or_for_officials_is_not_the_private_officers_to_know(
    marking: str, addressees: list[str]
) -> None:
    report = Report(kind="alert", origin="council", council_id=OURS)
    draft = Edition(marking=marking, addressees=addressees, authors=[2])
    for kind in (COCHAIR, SECRETARY):
        assert not may_know(seated(kind), report, draft)
        assert not may_review(seated(kind), report, draft)
        assert not may_take("revise", seated(kind), report, draft)
        assert may_know(replace(seated(kind), person_id=2), report, draft)
    assert may_know(seated(CHAIR), report, draft)
    assert may_review(seated(CHAIR), report, draft)
    assert may_review(ANALYST_, report, draft)


def test_private_officer_who_is_named_may_know_and_decide() -> None:
    report = Report(kind="alert", origin="council", council_id=OURS)
    draft = Edition(marking="RED", addressees=["person:1"], authors=[2])
    assert may_review(seated(COCHAIR), report, draft)


@pytest.mark.parametrize("who", [seated(CHAIR), seated(COCHAIR), ANALYST_])
def test_report_of_no_council_is_nobodys_to_write(who: Standing) -> None:
    report = Report(kind="analysis", origin="council", council_id=None)
    assert not may_edit(who, report)
    assert not may_act_alone(who, report)


@pytest.mark.parametrize("who", [seated(CHAIR), seated(COCHAIR), ANALYST_])
@pytest.mark.parametrize("council", [OURS, None])
def test_relayed_text_is_locked_whoever_asks(who: Standing, council: int | None) -> None:
    report = Report(kind="advisory", origin="import", council_id=council)
    assert not may_edit(who, report)
    assert not may_act_alone(who, report)


def test_audience_is_that_of_the_marking_the_addressees_and_the_council() -> None:
    report = Report(kind="alert", council_id=OURS)
    edition = Edition(marking="AMBER", addressees=["steering:1"])
    assert audience_of(report, edition) == {"steering:1", "chair:1", "staff"}
