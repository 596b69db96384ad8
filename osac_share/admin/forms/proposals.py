"""What is asked of a second person."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from osac_share.kernel.text import clean_line


def _line(typed: str | None) -> str:
    return clean_line(typed or "")


class RefusalForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """Why something is not to be done."""

    why = StringField(
        "Why not",
        [DataRequired("Say in a few words why this is not to be done."), Length(max=500)],
        filters=[_line],
    )
