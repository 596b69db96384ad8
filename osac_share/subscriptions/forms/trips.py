"""Where somebody will be, and where an organization is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    FileField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, ValidationError

from osac_share.councils.forms.fields import line, name_field
from osac_share.subscriptions.documents import CHANNELS
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Collection

MOST_PLACES = 12
LONGEST_PLACE = 200


class PlacesField(TextAreaField):
    """Places, one a line: "Nairobi, Kenya", or a country alone."""

    def places(self) -> list[tuple[str, str]]:
        """Return the places as `(iso2, place or "")`, each once, in their order."""
        found = [place for words in self._lines() for place in taxonomy.located(words)]
        return list(dict.fromkeys(found))

    def pre_validate(self, form: FlaskForm) -> None:
        """Refuse the first line that names no place abroad."""
        lines = self._lines()
        if not lines:
            raise ValidationError("Say where to.")
        if len(lines) > MOST_PLACES:
            raise ValidationError(f"Give {MOST_PLACES} places at most; make several trips of it.")
        for words in lines:
            if not taxonomy.located(words):
                raise ValidationError(
                    f"No country is known by {words[:60]!r}. Write the town, a comma, the country."
                )

    def _lines(self) -> list[str]:
        cleaned = (line(given)[:LONGEST_PLACE] for given in (self.data or "").splitlines())
        return [words for words in cleaned if words]


class TripForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """Places, days, and by which ways to be told."""

    places = PlacesField("Where to", [Length(max=2000)])
    first = DateField("First day", [InputRequired("Give the first day.")])
    last = DateField("Last day", [InputRequired("Give the last day.")])
    channel = SelectMultipleField("Tell me by", choices=[])

    def __init__(self, channels: Collection[str], **given: object) -> None:
        """Offer the ways that somebody has; all of them are meant unless they say otherwise."""
        super().__init__(**{"channel": list(channels), **given})
        self.channel.choices = [(channel, CHANNELS[channel]) for channel in channels]


class CalendarForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """A calendar file."""

    calendar = FileField("Calendar file")


class TakenForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """One of the stays that a calendar file told of."""

    place = HiddenField(validators=[Length(max=LONGEST_PLACE)], filters=[line])
    first = DateField()
    last = DateField()


class SiteForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """A site of an organization."""

    name = name_field()
    country = SelectField("Country", choices=[])
    place = StringField("Town", [Length(max=120)], filters=[line])

    def __init__(self) -> None:
        """Offer every country abroad."""
        super().__init__()
        choices = [(country.iso2, country.name) for country in taxonomy.countries()]
        self.country.choices = [("", "Choose one"), *choices]

    def validate_country(self, field: SelectField) -> None:
        """Refuse to leave it open."""
        if not field.data:
            raise ValidationError("Choose the country.")
