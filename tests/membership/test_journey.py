"""From the form to a member who signs in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.membership.applicants import FORM
from tests.support.factories import PASSPHRASE

if TYPE_CHECKING:
    from tests.membership.applicants import Mailbox, Members
    from tests.support.cast import SignIn

ADA = FORM["email"]
CHECKS = ["us", "parent", "lawful", "abroad", "authority"]


def test_applicant_becomes_a_member_and_signs_in(
    signed_in: SignIn, members: Members, mailbox: Mailbox
) -> None:
    ada, adam = signed_in(None), signed_in(members.adam)

    assert ada.submit("/apply", **FORM).response.location == "/apply/sent"
    confirm = mailbox.path(ADA, "application")
    page = ada.submit(confirm, follow=True)
    assert page.title == "Your application for Acme Wells Inc."
    assert "waits for a decision" in page.text

    queue = adam.open("/admin/applications")
    path = queue.links()["Acme Wells Inc."]
    asked = adam.submit(path, to=f"{path}/ask", follow=True, **{"ask-words": "Who owns you?"})
    assert "Waiting for the applicant" in asked.text
    status = mailbox.path(ADA, "application_question")
    assert "Who owns you?" in ada.open(status).text
    ada.submit(status, to=f"{status}/answer", words="Its staff.")
    assert "Its staff." in adam.open(path).text

    adam.submit(path, to=f"{path}/checks", checks=CHECKS)
    accepted = adam.submit(path, to=f"{path}/accept", follow=True)
    assert accepted.title == "Acme Wells Inc."

    invitation = mailbox.path(ADA, "invitation")
    ada.submit(invitation, name="Ada Acme", new=PASSPHRASE, again=PASSPHRASE)
    ada.sign_in(ADA, PASSPHRASE)
    assert "You are its point of contact" in ada.open("/organization").text
