"""What a point of contact fills in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, Field, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from osac_share.accounts.policy import canonical_email
from osac_share.membership.actions import Profile
from osac_share.membership.forms.fields import (
    CountriesField,
    block,
    line,
    mail_address,
    web_site,
)
from osac_share.membership.policy import Invitee, read_invitees

if TYPE_CHECKING:
    from osac_share.accounts.models import Organization

LONGEST_LIST = 100_000


class InviteForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """One person to be invited."""

    name = StringField("Name", [InputRequired("Enter a name."), Length(max=120)], filters=[line])
    email = EmailField(
        "Mail address",
        [InputRequired("Enter an address."), Length(max=254), mail_address],
        filters=[line],
        render_kw={"autocapitalize": "none", "spellcheck": "false"},
    )

    def invitees(self) -> tuple[Invitee, ...]:
        """Return the one who is to be invited."""
        return (Invitee(self.name.data or "", canonical_email(self.email.data or "")),)


class InviteManyForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """Many people, pasted as a list."""

    people = TextAreaField(
        "People, one a line",
        [InputRequired("Paste at least one line."), Length(max=LONGEST_LIST)],
        filters=[block],
    )

    def validate_people(self, field: Field) -> None:
        """Refuse a list with lines that name nobody: nothing of it is done by halves."""
        found, unread = read_invitees(field.data)
        if unread:
            raise ValidationError(f"This line names nobody with an address: “{unread[0][:120]}”.")
        if not found:
            raise ValidationError("Paste at least one line.")

    def invitees(self) -> tuple[Invitee, ...]:
        """Return those who are to be invited."""
        return read_invitees(self.people.data or "")[0]


class ProfileForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """What the point of contact keeps up to date."""

    website = StringField(
        "Web site",
        [InputRequired("Enter the address of its web site."), Length(max=300), web_site],
        filters=[line],
    )
    parent = StringField("Parent organization", [Length(max=200)], filters=[line])
    countries = CountriesField("Countries in which it has people or interests")

    def __init__(self, organization: Organization) -> None:
        """Begin with what is kept."""
        super().__init__(obj=organization)

    def profile(self) -> Profile:
        """Return what the form says."""
        return Profile(
            website=self.website.data or "",
            parent=self.parent.data or "",
            countries=self.countries.data,
        )


class HandOverForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """Who is to be the point of contact next."""

    person = SelectField("Colleague", [InputRequired("Choose a colleague.")], choices=[])

    def __init__(self, colleagues: list[tuple[str, str]]) -> None:
        """Offer these, as public ids and names."""
        super().__init__()
        self.person.choices = [("", "Choose"), *colleagues]


class VerifyForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """The yearly look; the list of people is beside it."""

    still_true = BooleanField(
        "What is kept of the organization, above, is still true.",
        [InputRequired("Tick this, or have it corrected first.")],
    )
