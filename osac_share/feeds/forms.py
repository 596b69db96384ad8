"""The shape of a feed of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the types.

from osac_share.feeds.queries import SEARCH
from osac_share.taxonomy import queries as taxonomy
from osac_share.tokens.forms import days_field, label_field

if TYPE_CHECKING:
    from collections.abc import Iterable

    from osac_share.councils.models import Council

_NARROWER = ("topics", "kinds", "severities")


class PrivateFeedForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """What the feed is about, to what it is narrowed, and which reader will hold it."""

    about = SelectField("About")
    topics = SelectField("Topic", default="")
    kinds = SelectField("Kind", default="")
    severities = SelectField("Severity", default="")
    q = HiddenField(id="asked")
    label = label_field("Feed reader")
    days = days_field()

    def __init__(
        self, councils: Iterable[Council], council_label: str, words: str = "", **chosen: str
    ) -> None:
        """Offer what the taxonomy knows, these councils, and a search for `words` if there are any.

        What is in `chosen` is filled in.
        """
        super().__init__(q=words, **chosen)
        self.about.choices = [
            *([SelectChoice(SEARCH, f"Search: {words}")] if words else []),
            SelectChoice("reports", "All reports"),
            *_shelf("countries", "Countries", ((c.iso2, c.name) for c in taxonomy.countries())),
            *_shelf("regions", "Regions", ((one.code, one.label) for one in taxonomy.regions())),
            *_shelf("topics", "Topics", ((one.slug, one.label) for one in taxonomy.topics())),
            *_shelf("councils", f"{council_label}s", ((one.slug, one.name) for one in councils)),
        ]
        self.topics.choices = _any("topic", ((t.slug, t.label) for t in taxonomy.topics()))
        self.kinds.choices = _any("kind", ((kind.code, kind.label) for kind in taxonomy.kinds()))
        severities = ((one.code, one.label) for one in taxonomy.severities())
        self.severities.choices = _any("severity", severities)

    @property
    def feed(self) -> dict[str, Any]:
        """Return what the token will be bound to, as `feeds.queries.find_scope` reads it."""
        if self.about.data == SEARCH:
            # What narrows a search is said in its words.
            return {"path": SEARCH, "words": self.q.data}
        narrower = {name: self[name].data for name in _NARROWER if self[name].data}
        if self.about.data.startswith("topics/"):
            # A report on one topic and on another is hard to find; the first is meant.
            narrower.pop("topics", None)
        return {"path": self.about.data} | {name: [code] for name, code in narrower.items()}


def _shelf(path: str, group: str, things: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice(f"{path}/{key}", words, optgroup=group) for key, words in things]


def _any(what: str, things: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice("", f"Any {what}"), *(SelectChoice(*one) for one in things)]
