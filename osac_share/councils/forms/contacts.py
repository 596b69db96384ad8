"""How posts and security offices are reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from osac_share.councils.actions import OfficeWords, PostWords
from osac_share.councils.forms.fields import (
    CountriesField,
    address_field,
    line,
    name_field,
    telephone_field,
    zone_field,
)
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from osac_share.councils.models import Post, SecurityOffice


class PostForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """How a post is reached, and whether it works as usual."""

    kind = SelectField("Kind", choices=[])
    name = name_field()
    city = StringField("City", [DataRequired("Name the city."), Length(max=80)], filters=[line])
    country = SelectField("Country", choices=[])
    time_zone = zone_field()
    address = StringField("Address", [Length(max=300)], filters=[line])
    phone = telephone_field("Telephone")
    after_hours_phone = telephone_field("After hours")
    email = address_field("Mail")
    departure_status = SelectField("Departure status", choices=[])
    verified_on = DateField("Verified on", [Optional()])

    def __init__(self, post: Post | None = None) -> None:
        """Ask about a post, or about one to be added."""
        super().__init__(obj=post)
        self.kind.choices = [(one.code, one.label) for one in taxonomy.post_kinds()]
        self.country.choices = [(one.iso2, one.name) for one in taxonomy.countries()]
        departures = taxonomy.departure_statuses()
        self.departure_status.choices = [(one.code, one.label) for one in departures]

    def words(self) -> PostWords:
        """Return what was answered."""
        answers: dict[str, Any] = {
            name: answer for name, answer in self.data.items() if name != "csrf_token"
        }
        return PostWords(**answers)


class OfficeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """How a security office is reached."""

    name = name_field()
    post = SelectField("Post at which it sits", coerce=int, choices=[])
    countries = CountriesField("Countries that it covers", [Length(max=4000)])
    mailbox = address_field("Mailbox")
    phone = telephone_field("Telephone")
    after_hours_phone = telephone_field("After hours")
    verified_on = DateField("Verified on", [Optional()])

    def __init__(self, posts: Sequence[Post], office: SecurityOffice | None = None) -> None:
        """Ask about an office, or about one to be added."""
        super().__init__(data=_about_office(office))
        self.post.choices = [(post.id, post.name) for post in posts]

    def validate_countries(self, field: CountriesField) -> None:
        """Ask for at least one country."""
        if not field.codes():
            raise ValidationError("Name at least one country.")

    def words(self) -> OfficeWords:
        """Return what was answered, the countries apart."""
        return OfficeWords(
            name=self.name.data or "",
            post_id=self.post.data,
            mailbox=self.mailbox.data or "",
            phone=self.phone.data or "",
            after_hours_phone=self.after_hours_phone.data or "",
            verified_on=self.verified_on.data,
        )


def _about_office(office: SecurityOffice | None) -> dict[str, Any]:
    if office is None:
        return {}
    return {
        "name": office.name,
        "post": office.post_id,
        "countries": CountriesField.written(one.country for one in office.countries),
        "mailbox": office.mailbox,
        "phone": office.phone,
        "after_hours_phone": office.after_hours_phone,
        "verified_on": office.verified_on,
    }
