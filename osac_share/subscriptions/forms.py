"""The shape of a wish."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, SelectMultipleField

from osac_share.taxonomy import queries as taxonomy


class SubscribeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """Countries x topics x lowest severity; nothing chosen means any."""

    country = SelectMultipleField("Countries", choices=[])
    topic = SelectMultipleField("Topics", choices=[])
    min_severity = SelectField("Lowest severity", choices=[], default="routine")
    back = HiddenField()

    def __init__(self) -> None:
        """Offer what the taxonomy knows."""
        super().__init__()
        self.country.choices = [(one.iso2, one.name) for one in taxonomy.countries()]
        self.topic.choices = [(topic.slug, topic.label) for topic in taxonomy.topics()]
        self.min_severity.choices = [(one.code, one.label) for one in taxonomy.severities()]
