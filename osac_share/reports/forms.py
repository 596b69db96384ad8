"""The shape of what a chair writes. Rules about content live with the models and actions."""

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
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from osac_share.kernel.text import clean_block, clean_line
from osac_share.reports.models import ALERT
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from osac_share.councils.models import Council
    from osac_share.reports.models import Edition, Section

LONGEST_SECTION = 20_000
NO_COUNTRY = "Name at least one country."
MOST_TOPICS = 3
YEARS = range(2000, 2100)
MARKINGS = ("CLEAR", "GREEN", "AMBER", "AMBER_STRICT")
"""TLP:RED is for named recipients and is not written with this form."""

SECTIONS = ("location", "event", "actions", "assistance")
"""The fields of an alert's four sections, in the order in which readers get them."""


class CheckboxesField(SelectMultipleField):
    """Several of a list, as check boxes: usable by thumb and without JavaScript."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class AlertForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """An alert, asked for in the order in which a chair thinks."""

    council = SelectField("For which council", coerce=int, choices=[])
    alert_kind = RadioField("What kind of alert", choices=[], default="security")
    title = StringField(
        "Title",
        [InputRequired("Give the alert a title."), Length(max=300)],
        filters=[lambda typed: clean_line(typed or "")],
    )
    places = TextAreaField("Where", [InputRequired(NO_COUNTRY), Length(max=4000)])
    topics = CheckboxesField("Topics", choices=[])
    severity = RadioField("How bad", choices=[], default="security")
    expires = DateTimeLocalField(
        "Until when it holds", [InputRequired("Say until when the alert holds.")]
    )
    location = TextAreaField("Location", [Optional(), Length(max=LONGEST_SECTION)])
    event = TextAreaField(
        "Event", [InputRequired("Say what happened or may happen."), Length(max=LONGEST_SECTION)]
    )
    actions = TextAreaField(
        "Actions to take",
        [InputRequired("Say what people should do."), Length(max=LONGEST_SECTION)],
    )
    assistance = TextAreaField("Assistance", [Optional(), Length(max=LONGEST_SECTION)])
    marking = RadioField("Who may know", choices=[], default="GREEN")
    lock = IntegerField(widget=HiddenInput(), default=0)

    def __init__(self, councils: Sequence[Council], **kwargs: Any) -> None:  # noqa: ANN401
        """Offer the councils that the author writes for and what the taxonomy knows."""
        super().__init__(**kwargs)
        self.councils = {council.id: council for council in councils}
        self.council.choices = [(council.id, council.name) for council in councils]
        self.alert_kind.choices = [(one.code, one.label) for one in taxonomy.alert_kinds()]
        self.severity.choices = [(one.code, one.label) for one in taxonomy.severities()]
        self.marking.choices = [(code, taxonomy.marking(code).label) for code in MARKINGS]
        self.topics.choices = [(topic.slug, topic.label) for topic in taxonomy.topics()]

    def validate_places(self, field: Field) -> None:
        """Refuse nothing but blanks, and a line that names no country we know, saying which."""
        lines = lines_of(field.data)
        if field.data and not lines:
            raise ValidationError(NO_COUNTRY)
        if unknown := [line for line in lines if not taxonomy.located(line)]:
            named = ", ".join(f"“{line}”" for line in unknown[:5])
            raise ValidationError(
                f"We do not know {named}. Write a country, or a city and its country: "
                "“Nairobi, Kenya”."
            )

    def validate_expires(self, field: Field) -> None:
        """Refuse a slip of the keyboard that no clock can show in every zone."""
        if field.data is not None and field.data.year not in YEARS:
            raise ValidationError("Look at the year again.")

    def validate_topics(self, field: Field) -> None:
        """Refuse more topics than a report may have."""
        if len(field.data or ()) > MOST_TOPICS:
            raise ValidationError(f"Choose at most {MOST_TOPICS} topics.")

    def located(self) -> list[tuple[str, str]]:
        """Return the places as `(iso2, place or "")`, each once."""
        found: dict[tuple[str, str], None] = {}
        for line in lines_of(self.places.data):
            found.update(dict.fromkeys(taxonomy.located(line)))
        return list(found)

    def expires_at(self) -> datetime | None:
        """Return until when the alert holds, in UTC; it was typed in the council's zone."""
        if self.expires.data is None:
            return None
        zone = ZoneInfo(self.councils[self.council.data].time_zone)
        moment: datetime = self.expires.data.replace(tzinfo=zone)
        return moment.astimezone(UTC)

    def written_sections(self) -> list[Section]:
        """Return the sections with the headings of the field's grammar."""
        bodies = {name: clean_block(self[name].data or "") for name in SECTIONS}
        bodies["actions"] = as_list(bodies["actions"])
        return [
            {"heading": section.heading, "body": bodies[name]}
            for name, section in zip(SECTIONS, taxonomy.kind(ALERT).sections, strict=True)
        ]


def as_list(body: str) -> str:
    """Return actions as a Markdown list, one a line, as the form asks for them.

    Whoever already wrote Markdown (a list, headings, a table, a line set in) knows better.
    """
    lines = body.splitlines()
    if any(line.startswith(("-", "*", "+", "#", ">", "|", " ", "1")) for line in lines):
        return body
    return "\n".join(f"- {line}" for line in lines if line.strip())


def lines_of(text: str | None) -> list[str]:
    """Return the lines of a field that holds one thing a line, without empty ones."""
    return [cleaned for line in (text or "").splitlines() if (cleaned := clean_line(line))]


def words_of(draft: Edition, council: Council) -> dict[str, Any]:
    """Return a draft as the values of an `AlertForm`."""
    bodies = dict.fromkeys(SECTIONS, "")
    bodies |= dict(zip(SECTIONS, (part["body"] for part in draft.sections), strict=False))
    expires = draft.expires_at
    local = expires.astimezone(ZoneInfo(council.time_zone)) if expires else None
    return bodies | {
        "council": council.id,
        "alert_kind": draft.alert_kind,
        "title": draft.title,
        "places": "\n".join(_spelled(place.country, place.place) for place in draft.places),
        "topics": draft.topic_slugs,
        "severity": draft.severity,
        "expires": local.replace(tzinfo=None) if local else None,
        "marking": draft.marking,
        "lock": draft.lock,
    }


def _spelled(country: str, place: str) -> str:
    name = taxonomy.country(country).name
    return f"{place}, {name}" if place else name
