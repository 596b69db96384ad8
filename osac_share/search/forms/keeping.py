"""The shapes of keeping a search, being alerted by it, and recommending it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_wtf import FlaskForm
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length

from osac_share.search.models.saved import LONGEST_NAME
from osac_share.search.policy import LONGEST_WORDS
from osac_share.subscriptions.documents import CHANNELS
from osac_share.subscriptions.models import AT_ONCE, DAILY, WEEKLY

if TYPE_CHECKING:
    from collections.abc import Collection

NEVER = ""
HOW_OFTEN = (
    (NEVER, "never: I look by myself"),
    (AT_ONCE, "at once, a message for each"),
    (DAILY, "daily, all in one mail"),
    (WEEKLY, "weekly, all in one mail"),
)
_TOO_LONG = Length(max=LONGEST_NAME, message=f"A name has at most {LONGEST_NAME} characters.")


class KeptForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """What a kept search is called, and how often and by which ways it alerts."""

    name = StringField("Name", [_TOO_LONG])
    frequency = SelectField("Alert me", choices=[], default=NEVER)
    channel = SelectMultipleField("by", choices=[], default=["mail"])

    def __init__(self, channels: Collection[str], **given: object) -> None:
        """Offer the ways that somebody has."""
        super().__init__(**given)
        self.frequency.choices = list(HOW_OFTEN)
        self.channel.choices = [(channel, CHANNELS[channel]) for channel in channels]

    @property
    def channels(self) -> list[str]:
        """Return by which ways to alert; a digest comes by mail."""
        return (self.channel.data or ["mail"]) if self.frequency.data == AT_ONCE else ["mail"]


class RecommendForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """A search to recommend, and what to call it."""

    q = StringField(
        "Search",
        [
            InputRequired("Say what to search for."),
            Length(max=LONGEST_WORDS, message=f"A search has at most {LONGEST_WORDS} characters."),
        ],
        id="asked",
    )
    name = StringField("Name", [_TOO_LONG])
