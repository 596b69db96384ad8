"""Who still gets a mail, who is called to work, and how often a mail is tried. No database."""

from __future__ import annotations

from dataclasses import replace

import pytest
from itsdangerous import URLSafeSerializer

from osac_share.delivery import policy
from osac_share.delivery.policy import Facts, Work

FINE = Facts(
    clearance={"members"},
    audience={"members"},
    current_audience={"members"},
    suspended=False,
    subscribed=True,
    report_state="published",
    marking="GREEN",
    current_marking="GREEN",
)
CALLED = Work(suspended=False, in_office=True, is_open=True)


@pytest.mark.parametrize("state", ["published", "all_clear", "cancelled"])
def test_news_is_mailed(state: str) -> None:
    assert policy.reason_to_skip(replace(FINE, report_state=state)) is None


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (replace(FINE, suspended=True), "suspended"),
        (replace(FINE, subscribed=False), "subscription"),
        (replace(FINE, report_state="expired"), "the report is expired"),
        (replace(FINE, report_state="withdrawn"), "the report is withdrawn"),
        (replace(FINE, audience={"staff"}), "not among those who may see it"),
        (replace(FINE, current_audience={"staff"}), "its newest edition"),
    ],
)
def test_mail_that_must_not_go_out_is_skipped_with_the_reason(facts: Facts, reason: str) -> None:
    assert reason in (policy.reason_to_skip(facts) or "")


@pytest.mark.parametrize(
    ("work", "reason"),
    [
        (replace(CALLED, suspended=True), "suspended"),
        (replace(CALLED, in_office=False), "office"),
        (replace(CALLED, is_open=False), "somebody has done it"),
    ],
)
def test_nobody_is_called_to_what_is_not_theirs_to_do(work: Work, reason: str) -> None:
    assert policy.reason_not_to_call(CALLED) is None
    assert reason in (policy.reason_not_to_call(work) or "")


@pytest.mark.parametrize(
    ("marking", "withheld"),
    [("CLEAR", False), ("GREEN", False), ("AMBER_STRICT", True), ("RED", True)],
)
def test_words_of_what_is_for_few_are_not_mailed(marking: str, *, withheld: bool) -> None:
    assert policy.is_withheld(marking) is withheld


def test_delivery_has_one_message_id() -> None:
    name = policy.message_id("key", "share.example.org", 5)
    assert name == policy.message_id("key", "share.example.org", 5)
    assert name.endswith("@share.example.org>")
    assert name != policy.message_id("key", "share.example.org", 6)


def test_link_ends_the_subscription_that_it_names_and_no_other() -> None:
    token = policy.unsubscribe_token("key", "abc")
    assert policy.subscription_named_by("key", token) == "abc"
    assert policy.subscription_named_by("another key", token) is None
    assert policy.subscription_named_by("key", f"{token}x") is None
    number = URLSafeSerializer("key", salt="unsubscribe").dumps(5)
    assert policy.subscription_named_by("key", str(number)) is None


def test_decisions_that_authors_are_told_of() -> None:
    assert {"approved", "held_back", "returned", "rejected"} == policy.DECIDED
