"""What the house finds out about an application by itself."""

from __future__ import annotations

import pytest

from osac_share.membership.models import Application
from osac_share.membership.policy import Known, findings_about
from tests.membership.applicants import answers


def told(*others: Known, **said: object) -> list[str]:
    application = Application()
    application.take_answers(answers(**said))
    return [finding.words for finding in findings_about(application, others) if finding.is_warning]


def test_good_application_raises_no_warning() -> None:
    assert told(Known("Other Ltd", frozenset({"other.example.org"}))) == []


def test_contact_of_another_domain_is_pointed_out() -> None:
    assert told(email="ada@sub.acme.example.org") == [
        "The contact's domain, sub.acme.example.org, is none of the organization's."
    ]


def test_free_mail_is_pointed_out() -> None:
    said = told(email="ada@gmail.com", domains=["gmail.com"])
    assert said[0] == "The contact writes from gmail.com, where anybody gets an address."
    assert "names gmail.com as its own" in said[1]


def test_domain_of_a_member_is_pointed_out() -> None:
    member = Known("Other Ltd", frozenset({"acme.example.org"}), "abc")
    assert told(member) == ["The domain acme.example.org is already used by"]


def test_name_of_a_member_is_pointed_out_in_any_form() -> None:
    member = Known("ACME Wells LLC", frozenset(), "abc")
    assert told(member) == ["It has the same name as"]


def test_name_that_looks_like_a_members_names_that_member() -> None:
    member = Known("Acme We11s", frozenset(), "abc")
    application = Application()
    application.take_answers(answers())
    finding = findings_about(application, [member])[0]
    assert (finding.words, finding.known) == ("Its name looks like that of", member)


def test_domain_of_the_contact_counts_like_one_that_was_named() -> None:
    member = Known("Other Ltd", frozenset({"sub.acme.example.org", "else.example.org"}), "abc")
    assert told(member, email="ada@sub.acme.example.org")[1:] == [
        "The domain sub.acme.example.org is already used by"
    ]
    assert told(member, email="nobody", domains=[""])[1:] == []


NO_SUCH_NAME = "No member, and no open application, has a name like this one."


@pytest.mark.parametrize(
    ("name", "is_other"), [("Other Ltd", True), ("ACME Wells LLC", False), ("Acme We11s", False)]
)
def test_name_like_no_other_is_told_without_a_warning(name: str, *, is_other: bool) -> None:
    application = Application()
    application.take_answers(answers())
    found = findings_about(application, [Known(name, frozenset())])
    said = {finding.words: finding.is_warning for finding in found}
    assert said.get(NO_SUCH_NAME) is (False if is_other else None)
    assert said["The contact's address is at the organization's own domain."] is False
