"""What the chairs say about their council's people."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField
from wtforms.validators import DataRequired, Length

from osac_share.councils.forms.fields import line
from osac_share.councils.forms.running import JOINING_WORDS
from osac_share.councils.models import JOINING
from osac_share.councils.policy import SECRETARY, STEERING
from osac_share.taxonomy import queries as taxonomy


class AskForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """Why somebody wants to join."""

    words = StringField("What brings you here", [Length(max=300)], filters=[line])


class AddForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """Whom to put on the list."""

    email = StringField(
        "Mail address of their account",
        [DataRequired("Give a mail address."), Length(max=254)],
        filters=[line],
    )


class SeatForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """Who helps the chair, and as what."""

    person = SelectField("Who", coerce=int, choices=[])
    kind = RadioField("Seat", choices=[])

    def __init__(self, people: dict[int, str]) -> None:
        """Offer the council's members, by id."""
        super().__init__()
        self.person.choices = list(people.items())
        kinds = (STEERING, SECRETARY)
        self.kind.choices = [(one, taxonomy.seat_kind(one).label) for one in kinds]


class AnswerForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """Why somebody is not let in."""

    why = StringField(
        "Why not",
        [DataRequired("Say in a few words why not; they read it."), Length(max=300)],
        filters=[line],
    )


class JoiningForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """How members come to sit on the council."""

    joining = RadioField("How members come to sit here", choices=[])

    def __init__(self, joining: str | None = None) -> None:
        """Offer the ways there are; with `joining`, show that one chosen and read no answer."""
        shown = {} if joining is None else {"formdata": None, "joining": joining}
        super().__init__(**shown)
        self.joining.choices = [(one, JOINING_WORDS[one]) for one in JOINING]
