"""The shape of a wish."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, SelectMultipleField

from osac_share.subscriptions.documents import CHANNELS
from osac_share.subscriptions.models import AT_ONCE, DAILY, WEEKLY
from osac_share.subscriptions.policy import (
    Wish,
    council_in,
    place_of_council,
    place_of_region,
    region_in,
)
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from osac_share.councils.models import Council

HOW_OFTEN = (
    (AT_ONCE, "at once, a mail for each"),
    (DAILY, "daily, all in one mail"),
    (WEEKLY, "weekly, all in one mail"),
)


class WishForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """How often, which kinds, topics, places and severities, by which ways; none means any."""

    frequency = SelectField("Tell me", choices=[], default=AT_ONCE)
    kind = SelectMultipleField("about", choices=[])
    topic = SelectMultipleField("on", choices=[])
    region = SelectMultipleField("in", choices=[])
    country = SelectMultipleField("in", choices=[])
    council = SelectMultipleField("from", choices=[])
    min_severity = SelectField("how grave at least", choices=[], default="routine")
    channel = SelectMultipleField("by", choices=[], default=["mail"])
    back = HiddenField()

    def __init__(
        self, councils: Sequence[Council], channels: Collection[str], **given: object
    ) -> None:
        """Offer what the taxonomy knows, these councils, and the ways that somebody has."""
        super().__init__(**given)
        self.frequency.choices = list(HOW_OFTEN)
        self._ids = {council.slug: council.id for council in councils}
        self.kind.choices = [(kind.code, kind.plural) for kind in taxonomy.kinds()]
        self.topic.choices = [(topic.slug, topic.label) for topic in taxonomy.topics()]
        self.region.choices = [(region.code, region.label) for region in taxonomy.regions()]
        self.country.choices = [(one.iso2, one.name) for one in taxonomy.countries()]
        self.council.choices = [(council.slug, council.name) for council in councils]
        self.min_severity.choices = [(one.code, one.label) for one in taxonomy.severities()]
        self.channel.choices = [(channel, CHANNELS[channel]) for channel in channels]

    def wish(self, words: str = "") -> Wish:
        """Return what was wished; a digest comes by mail.

        With `words` it is for what that search finds, and says only how often and by which ways.
        """
        is_at_once = self.frequency.data == AT_ONCE
        channels = (self.channel.data or ["mail"]) if is_at_once else ["mail"]
        if words:
            return Wish(words=words, frequency=self.frequency.data, channels=channels)
        return Wish(
            places=[
                *map(place_of_region, self.region.data or ()),
                *(self.country.data or ()),
                *(place_of_council(self._ids[slug]) for slug in self.council.data or ()),
            ],
            topics=self.topic.data or (),
            kinds=self.kind.data or (),
            min_severity=self.min_severity.data,
            frequency=self.frequency.data,
            channels=channels,
        )

    @staticmethod
    def answers(wish: Wish, councils: Sequence[Council]) -> dict[str, Any]:
        """Return the answers by which somebody would have said this wish."""
        wished = {council_in(place) for place in wish.places}
        return {
            "frequency": wish.frequency,
            "kind": wish.kinds,
            "topic": wish.topics,
            "region": [code for place in wish.places if (code := region_in(place))],
            "country": [place for place in wish.places if ":" not in place],
            "council": [council.slug for council in councils if council.id in wished],
            "min_severity": wish.min_severity,
            "channel": wish.channels,
        }
