"""The shape of a question whether something is genuine."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

LONGEST = 300_000
"""In characters: several times the longest message."""


class CheckForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """A code, an address, or a whole CAP message."""

    said = TextAreaField(
        "A code, an address, or a CAP message",
        [
            DataRequired("Paste what you want to have checked."),
            Length(max=LONGEST, message="That is longer than any alert of ours."),
        ],
    )
