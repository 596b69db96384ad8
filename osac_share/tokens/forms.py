"""The shapes of what people type about tokens."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the types.
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from osac_share.kernel.text import clean_line
from osac_share.tokens.policy import LASTS, READ_REPORTS, SCOPES

_LASTS = {365: "1 year", 90: "90 days", 30: "30 days"}


def label_field(words: str) -> StringField:
    """Return the question how the owner calls what will hold a token."""
    return StringField(
        words,
        [DataRequired("Say what will hold it, so that you know it again."), Length(max=80)],
        filters=[lambda text: clean_line(text) if text else text],
        render_kw={"autocomplete": "off"},
    )


def days_field() -> SelectField:
    """Return the question for how long a token is to open anything."""
    return SelectField(
        "Ends after",
        choices=[SelectChoice(str(days), _LASTS[days]) for days in LASTS],
        default=str(LASTS[0]),
    )


class ScopesField(SelectMultipleField):
    """What a program may do, as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ProgramForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """A token for a program that comes to the API."""

    label = label_field("Program")
    scopes = ScopesField(
        "It may",
        [DataRequired("Choose what it may do.")],
        choices=[SelectChoice(scope, words) for scope, words in SCOPES.items()],
        default=[READ_REPORTS],
    )
    days = days_field()


class FoundForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """What somebody found: a token alone, an address, or a whole file."""

    text = TextAreaField(
        "What you found",
        [InputRequired("Paste the token, or the text in which it stands."), Length(max=10_000)],
        render_kw={"rows": 4, "spellcheck": "false", "autocomplete": "off"},
    )
