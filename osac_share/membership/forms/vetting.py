"""What the staff writes about applications, organizations and accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from osac_share.membership.actions import Classification
from osac_share.membership.forms.fields import DomainsField, block, line
from osac_share.membership.policy import CHECKS
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from osac_share.accounts.models import Organization, Person

ACTS = {
    "end-sessions": "End their sessions on every device",
    "clear-factors": "Clear their second factors, because they lost them",
    "suspend": "Suspend the account",
    "restore": "Restore the account",
    "groups": "Say in which groups of government people they are",
    "remove": "End what they are to this organization",
}
"""What the staff can do about an account, by code."""


class ChecksForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """What was looked into."""

    checks = SelectMultipleField(
        "What you have made sure of",
        choices=[],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def __init__(self, done: Sequence[str] = ()) -> None:
        """Begin with what is done."""
        super().__init__(data={"checks": list(done)})
        self.checks.choices = [(check.code, check.words) for check in CHECKS]


class QuestionForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """What the staff asks the applicant."""

    words = TextAreaField(
        "Your question",
        [InputRequired("Write your question."), Length(max=2000)],
        filters=[block],
    )


class ReasonForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """Why something is done."""

    because = StringField(
        "Reason",
        [InputRequired("Say why."), Length(max=500)],
        filters=[line],
    )


class ClassificationForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """What only the staff changes of an organization."""

    name = StringField("Name", [InputRequired("Enter its name."), Length(max=200)], filters=[line])
    type = SelectField("Type", choices=[])
    sector = SelectField("Sector", choices=[])
    domains = DomainsField("Domains of its mail addresses", render_kw={"spellcheck": "false"})

    def __init__(self, organization: Organization) -> None:
        """Begin with what is kept."""
        super().__init__(obj=organization)
        self.type.choices = [(one.code, one.label) for one in taxonomy.organization_types()]
        self.sector.choices = [(one.code, one.label) for one in taxonomy.sectors()]

    def classification(self) -> Classification:
        """Return what the form says."""
        return Classification(
            name=self.name.data or "",
            type=self.type.data,
            sector=self.sector.data,
            domains=self.domains.data,
        )


class AccountForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """What is to be done about somebody's account, and why."""

    act = RadioField("What to do", [InputRequired("Choose what to do.")], choices=[])
    groups = SelectMultipleField(
        "Groups",
        choices=[],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    because = StringField(
        "Reason",
        [InputRequired("Say why: it is kept in the record."), Length(max=500)],
        filters=[line],
    )

    def __init__(self, person: Person, organization: Organization) -> None:
        """Offer what can be done, as the account is now."""
        super().__init__(data={"groups": person.groups})
        idle = {"suspend"} if person.suspended_at is not None else {"restore"}
        if organization.type != "government":
            idle.add("groups")
        self.act.choices = [(code, words) for code, words in ACTS.items() if code not in idle]
        self.groups.choices = [(one.code, one.label) for one in taxonomy.groups()]
