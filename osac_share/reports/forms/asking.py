"""The questions of the form for every kind of report; what a kind asks is in the taxonomy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from wtforms import (
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import HiddenInput

from osac_share.councils.login import current_actor
from osac_share.reports.forms import fields
from osac_share.reports.forms.circles import STEERING, circles_for
from osac_share.reports.forms.fields import CheckboxesField, LineField, MomentField, SectionField
from osac_share.reports.models import HOLDS, RELAY
from osac_share.reports.queries import tokens_of
from osac_share.taxonomy import queries as taxonomy
from osac_share.web.sessions import current_session

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from osac_share.councils.models import Council
    from osac_share.reports.models import Edition, Report
    from osac_share.taxonomy.models import Kind
    from osac_share.taxonomy.models import Section as AskedSection

MARKINGS = ("CLEAR", "GREEN", "AMBER", "AMBER_STRICT", "RED")

MAJOR, MINOR = "major", "minor"
RELAYED = ("issuer", "source_url", "text")
WINDOWS = ("event_from", "event_until", "advised_from", "advised_until")
OF_UPDATES = ("change_note", "weight", "lifted")


class Question(NamedTuple):
    """A section, the field that asks for it, and its rating where it has one."""

    section: AskedSection
    field: Field
    rating: Field | None


class Questions(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """What is asked of an author. Only what is malformed is refused here."""

    kind: ClassVar[Kind]
    origin: ClassVar[str]

    council = SelectField("For which council", coerce=int, choices=[])
    alert_kind = RadioField("What kind of alert", choices=[], default="security")
    issuer = LineField("Issuer", 200, InputRequired("Say whose text this is."))
    source_url = LineField(
        "Link", 500, InputRequired("Give the address of the original."), fields.on_the_web
    )
    subject = LineField("Subject", 200)
    title = LineField("Title", 300)
    title_proposed = HiddenField()
    text = SectionField("Text, word for word", InputRequired("Paste the text."))
    places = TextAreaField("Where", [Optional(), Length(max=4000), fields.known_places])
    lifted = CheckboxesField("Lifted", choices=[], validate_choice=False)
    topics = CheckboxesField("Topics", [fields.at_most_three], choices=[])
    severity = RadioField("How bad", choices=[], default="security")
    event_from = MomentField("It begins")
    event_until = MomentField("It ends")
    advised_from = MomentField("Keep away from")
    advised_until = MomentField("Keep away until")
    expires = MomentField("Until when this holds")
    stock = CheckboxesField("Add what is often advised", choices=[])
    change_note = LineField("What changed", 500)
    weight = RadioField("How large is the change", choices=[], default=MAJOR)
    marking = RadioField("Who may know", choices=[], default="GREEN")
    circles = CheckboxesField("Only for", choices=[])
    sectors = CheckboxesField("Only for these sectors", choices=[])
    recipients = TextAreaField("Only for these by name", [Optional(), Length(max=4000)])
    narrowed_because = LineField("Why fewer than all members", 500)
    told_officials = MomentField("When were official personnel told?")
    release = MomentField("Publish at a time")
    edition = IntegerField(widget=HiddenInput(), default=1)
    lock = IntegerField(widget=HiddenInput(), default=0)
    base = HiddenField()

    def __init__(
        self,
        councils: Sequence[Council],
        report: Report | None = None,
        draft: Edition | None = None,
        **kwargs: Any,  # noqa: ANN401 -- what WTForms takes.
    ) -> None:
        """Offer the councils that the author writes for, and what this kind asks for."""
        super().__init__(**kwargs)
        self.councils = {council.id: council for council in councils}
        self.report, self.draft = report, draft
        self._offer(councils)
        for name in self._unasked():
            del self[name]

    def _offer(self, councils: Sequence[Council]) -> None:
        self.council.choices = [(council.id, council.name) for council in councils]
        self.alert_kind.choices = [(one.code, one.label) for one in taxonomy.alert_kinds()]
        self.severity.choices = [(one.code, one.label) for one in taxonomy.severities()]
        self.marking.choices = [(code, taxonomy.marking(code).label) for code in MARKINGS]
        self.topics.choices = [(topic.slug, topic.label) for topic in taxonomy.topics()]
        self.circles.choices = circles_for(current_actor().clearance)
        self.sectors.choices = [(f"sector:{one.code}", one.label) for one in taxonomy.sectors()]
        self.stock.choices = [(one.code, one.label) for one in taxonomy.stock_actions()]
        self.weight.choices = [
            (MAJOR, "An update: members are told"),
            (MINOR, "A correction: nobody is mailed"),
        ]
        ratings = [("", "Not rated"), *((one.code, one.label) for one in taxonomy.ratings())]
        for section in self.kind.sections:
            if rating_field(section) in self:
                self[rating_field(section)].choices = ratings
        self.lifted.choices = [
            (place_key(one.country, one.place), fields.spelled_place(one.country, one.place))
            for one in (self.draft.places if self.draft else ())
        ]

    def _unasked(self) -> set[str]:
        unasked = {name for name in ("alert_kind", "severity") if name not in self.kind.asks}
        is_relay = self.origin == RELAY
        if self.kind.expiry is None:
            unasked.add("expires")
        if "windows" not in self.kind.asks or is_relay:
            unasked.update(WINDOWS)
        if is_relay or not any(one.stock for one in self.kind.sections):
            unasked.add("stock")
        if not is_relay:
            unasked.update(RELAYED)
        elif self.is_locked:
            unasked.update((*RELAYED, "subject", "title", "title_proposed"))
        else:
            unasked.update(("subject", "title_proposed"))
        if self.draft is None or self.draft.number == 1:
            unasked.update(OF_UPDATES)
        elif self.draft.outcome != HOLDS:
            unasked.update(("weight", "lifted", "expires"))
        return unasked.intersection(self._fields)

    @property
    def is_locked(self) -> bool:
        """Tell whether the words are an issuer's, and stay as they were pasted."""
        return self.origin == RELAY and self.report is not None

    @property
    def zone(self) -> ZoneInfo:
        """Return the time zone of the chosen council."""
        chosen = self.councils.get(self.council.data) or next(iter(self.councils.values()))
        return ZoneInfo(chosen.time_zone)

    def asked(self, step: str) -> list[Question]:
        """Return the sections that a step of the form asks for."""
        return [
            Question(
                one, self[one.field], self[rated] if (rated := rating_field(one)) in self else None
            )
            for one in self.kind.sections
            if one.step == step and one.field in self
        ]

    def addressed(self) -> tuple[list[str], list[str]]:
        """Return the audience tokens of all who are chosen, and the lines that name nobody."""
        lines = fields.lines_of(self.recipients.data)
        kept = self.draft.addressees if self.draft else ()
        named, unknown = tokens_of(current_session(), lines, kept=kept) if lines else ([], [])
        steering = f"steering:{self.council.data}"
        circles = [steering if one == STEERING else one for one in self.circles.data or ()]
        return [*circles, *(self.sectors.data or ()), *named], unknown

    def validate_recipients(self, field: Field) -> None:
        """Refuse whom we do not know, saying which."""
        if field.data and (unknown := self.addressed()[1]):
            named = ", ".join(f"“{line}”" for line in unknown[:5])
            raise ValidationError(
                f"We do not know {named}. Write the name of a member organization, or the mail "
                "address of somebody who can sign in."
            )

    def validate_event_until(self, field: Field) -> None:
        """Refuse an event that ends before it begins."""
        if _is_before(field.data, self.event_from.data):
            raise ValidationError("It ends before it begins.")

    def validate_advised_from(self, field: Field) -> None:
        """Refuse to let people stay until the event has begun."""
        if _is_before(self.event_from.data, field.data):
            raise ValidationError(
                "The event begins earlier. People should keep away from then on at the latest."
            )

    def validate_advised_until(self, field: Field) -> None:
        """Refuse to let people come back before the event is over."""
        if _is_before(field.data, self.advised_from.data):
            raise ValidationError("It ends before it begins.")
        if _is_before(field.data, self.event_until.data):
            raise ValidationError(
                "The event ends later. People should keep away until then at the least."
            )

    def validate_title(self, field: Field) -> None:
        """Refuse an issuer's text without its title: it could not be added later."""
        if self.origin == RELAY and not field.data:
            raise ValidationError("Paste the title.")


def place_key(country: str, place: str) -> str:
    """Return what a form calls a place."""
    return f"{country}:{place}"


def rating_field(section: AskedSection) -> str:
    """Return what a form calls the rating of a section."""
    return f"rating_{section.field}"


def _is_before(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and other is not None and one < other
