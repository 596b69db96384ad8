"""The shapes of what is asked about sources and about what comes from them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from wtforms import (
    DateTimeLocalField,
    Field,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from osac_share.kernel.errors import Refusal
from osac_share.kernel.fetching import web_address
from osac_share.kernel.text import clean_line
from osac_share.relays.actions import Choice
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from osac_share.councils.models import Council

KINDS = ("alert", "advisory")
NO_COUNTRY = "Name at least one country."
MOST_TOPICS = 3
RAREST = 24 * 60
MOST_OFTEN = 5
YEARS = range(2000, 2100)


def _line(typed: str | None) -> str:
    return clean_line(typed or "")


class SourceForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """A source to be polled for a council."""

    council = SelectField("For which council", coerce=int, choices=[])
    issuer = StringField(
        "Issuer",
        [InputRequired("Name the issuer, as reports will."), Length(max=200)],
        filters=[_line],
    )
    url = StringField(
        "Address of the feed",
        [InputRequired("Give the address of the feed."), Length(max=500)],
        filters=[_line],
    )
    every_minutes = IntegerField(
        "How often to look, in minutes",
        [
            InputRequired("Say how often to look."),
            NumberRange(MOST_OFTEN, RAREST, f"Between {MOST_OFTEN} and {RAREST} minutes."),
        ],
        default=15,
    )

    def __init__(self, councils: Sequence[Council]) -> None:
        """Offer the councils whose sources this person chooses."""
        super().__init__()
        self.councils = {council.id: council for council in councils}
        self.council.choices = [(council.id, council.name) for council in councils]

    def validate_url(self, field: Field) -> None:
        """Refuse what is no web address."""
        try:
            web_address(field.data)
        except Refusal as problem:
            raise ValidationError(problem.message) from None


class AsideForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """Why a text is not passed on."""

    why = StringField(
        "Why it is not passed on",
        [InputRequired("Say in a few words why this is not passed on."), Length(max=500)],
        filters=[_line],
    )


class TakeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """All about a text but its words, which are the issuer's."""

    kind = RadioField("What it becomes", choices=[])
    places = TextAreaField("Where", [InputRequired(NO_COUNTRY), Length(max=4000)])
    topics = SelectMultipleField(
        "Topics",
        choices=[],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    severity = RadioField("How bad", choices=[])
    alert_kind = RadioField("What kind of alert", choices=[])
    expires = DateTimeLocalField("Until when it holds", [Optional()])
    change_note = StringField("What changed", [Length(max=500)], filters=[_line])

    def __init__(self, council: Council, *, is_update: bool, **values: Any) -> None:  # noqa: ANN401
        """Offer what the taxonomy knows; `values` are what the text seems to be about."""
        super().__init__(**values)
        self._zone = ZoneInfo(council.time_zone)
        self._is_update = is_update
        self.kind.choices = [(code, taxonomy.kind(code).label) for code in KINDS]
        self.topics.choices = [(topic.slug, topic.label) for topic in taxonomy.topics()]
        self.severity.choices = [(one.code, one.label) for one in taxonomy.severities()]
        self.alert_kind.choices = [(one.code, one.label) for one in taxonomy.alert_kinds()]

    def validate_places(self, field: Field) -> None:
        """Refuse a line that names no country we know, saying which."""
        lines = _lines_of(field.data)
        if field.data and not lines:
            raise ValidationError(NO_COUNTRY)
        if unknown := [line for line in lines if not taxonomy.located(line)]:
            named = ", ".join(f"“{line}”" for line in unknown[:5])
            raise ValidationError(
                f"We do not know {named}. Write a country, or a city and its country."
            )

    def validate_topics(self, field: Field) -> None:
        """Refuse more topics than a report may have."""
        if len(field.data or ()) > MOST_TOPICS:
            raise ValidationError(f"Choose at most {MOST_TOPICS} topics.")

    def validate_expires(self, field: Field) -> None:
        """Refuse a slip of the keyboard that no clock can show in every zone."""
        if field.data is not None and field.data.year not in YEARS:
            raise ValidationError("Look at the year again.")

    def validate_change_note(self, field: Field) -> None:
        """Refuse an update that does not say what changed."""
        if self._is_update and not field.data:
            raise ValidationError("Say in a sentence what changed.")

    def choice(self) -> Choice:
        """Return what was decided."""
        lines = _lines_of(self.places.data)
        return Choice(
            places=list(dict.fromkeys(one for line in lines for one in taxonomy.located(line))),
            topics=self.topics.data or (),
            severity=self.severity.data,
            kind=self.kind.data,
            alert_kind=self.alert_kind.data,
            expires_at=self._expires_at(),
            change_note=self.change_note.data or "",
        )

    def _expires_at(self) -> datetime | None:
        if self.expires.data is None:
            return None
        moment: datetime = self.expires.data.replace(tzinfo=self._zone)
        return moment.astimezone(UTC)


def _lines_of(text: str | None) -> list[str]:
    return [cleaned for line in (text or "").splitlines() if (cleaned := clean_line(line))]


def values_of(
    places: Sequence[tuple[str, str]], expires_at: datetime | None, council: Council
) -> dict[str, Any]:
    """Return places and a moment as the fields of a `TakeForm` show them."""
    local = expires_at.astimezone(ZoneInfo(council.time_zone)) if expires_at else None
    return {
        "places": "\n".join(_spelled(*place) for place in places),
        "expires": local.replace(tzinfo=None, second=0, microsecond=0) if local else None,
    }


def _spelled(country: str, place: str) -> str:
    name = taxonomy.country(country).name
    return f"{place}, {name}" if place else name
