"""What an applicant fills in."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import EmailField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from osac_share.accounts.policy import canonical_email
from osac_share.membership.forms.fields import (
    CountriesField,
    DomainsField,
    block,
    line,
    mail_address,
    web_site,
)
from osac_share.membership.models import Answers
from osac_share.membership.policy import US_BASES
from osac_share.taxonomy import queries as taxonomy

CHOOSE = ("", "Choose")


class ApplicationForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """An organization, what makes it a U.S. one, and who speaks for it."""

    name = StringField(
        "Name of the organization",
        [InputRequired("Enter the organization's name."), Length(max=200)],
        filters=[line],
        render_kw={"autocomplete": "organization"},
    )
    type = SelectField("What it is", [InputRequired("Choose what it is.")], choices=[])
    sector = SelectField("Sector", [InputRequired("Choose the sector.")], choices=[])
    us_basis = RadioField(
        "What makes it a U.S. organization",
        [InputRequired("Choose what makes it a U.S. organization.")],
        choices=[],
    )
    us_basis_words = StringField(
        "In one sentence: who owns it, or where and when it was incorporated",
        [InputRequired("Say who owns it, or where it was incorporated."), Length(max=500)],
        filters=[line],
    )
    parent = StringField("Parent organization", [Length(max=200)], filters=[line])
    website = StringField(
        "Web site",
        [InputRequired("Enter the address of its web site."), Length(max=300), web_site],
        filters=[line],
        render_kw={"inputmode": "url", "autocomplete": "url"},
    )
    domains = DomainsField("Domains of its mail addresses", render_kw={"spellcheck": "false"})
    countries = CountriesField("Countries in which it has people or interests")
    abroad = TextAreaField(
        "What it does abroad",
        [InputRequired("Say in a few sentences what it does abroad."), Length(max=2000)],
        filters=[block],
    )
    contact_name = StringField(
        "Your name",
        [InputRequired("Enter your name."), Length(max=120)],
        filters=[line],
        render_kw={"autocomplete": "name"},
    )
    contact_title = StringField(
        "Your title",
        [InputRequired("Enter your title in the organization."), Length(max=120)],
        filters=[line],
        render_kw={"autocomplete": "organization-title"},
    )
    email = EmailField(
        "Your mail address at the organization",
        [InputRequired("Enter your mail address."), Length(max=254), mail_address],
        filters=[line],
        render_kw={"autocomplete": "email", "autocapitalize": "none", "spellcheck": "false"},
    )
    contact_phone = StringField(
        "Telephone",
        [InputRequired("Enter a telephone number."), Length(max=40)],
        filters=[line],
        render_kw={"inputmode": "tel", "autocomplete": "tel"},
    )

    def __init__(self) -> None:
        """Offer the types and sectors that the taxonomy knows."""
        super().__init__()
        self.us_basis.choices = list(US_BASES.items())
        types = taxonomy.organization_types()
        self.type.choices = [CHOOSE, *((one.code, one.label) for one in types)]
        self.sector.choices = [CHOOSE, *((one.code, one.label) for one in taxonomy.sectors())]

    def answers(self) -> Answers:
        """Return what the form says."""
        said = {name: field.data for name, field in self._fields.items() if name != "csrf_token"}
        return Answers(**said | {"email": canonical_email(self.email.data or "")})


class AnswerForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """What the applicant answers."""

    words = TextAreaField(
        "Your answer",
        [InputRequired("Write your answer."), Length(max=4000)],
        filters=[block],
    )
