"""What staff say about a council, and whom they appoint."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import (
    DataRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
    ValidationError,
)
from wtforms.widgets import CheckboxInput, ListWidget

from osac_share.councils.actions import Particulars, Term
from osac_share.councils.forms.fields import CountriesField, line, name_field, zone_field
from osac_share.councils.models import COMMITTEES, JOINING, STATUSES
from osac_share.councils.policy import CHAIR, COCHAIR, PUBLISHING
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from osac_share.accounts.models import Person
    from osac_share.councils.models import Council, Post, Seat

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
NOBODY = 0
"""The choice of whom somebody takes over from, when it is nobody."""

JOINING_WORDS = {"request": "By request: somebody lets them in", "open": "By themselves"}
STATUS_WORDS = {
    "active": "Active",
    "dormant": "Dormant: it rests for now",
    "closed": "Closed: it is read and publishes nothing",
}


class CouncilForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """What a council is."""

    name = name_field()
    slug = StringField(
        "Address",
        [
            DataRequired("Give it an address."),
            Length(max=60),
            Regexp(SLUG, message="Use small letters, digits and single hyphens."),
        ],
        filters=[line],
    )
    kind = SelectField("Kind", choices=[])
    countries = CountriesField("Countries", [Length(max=4000)])
    posts = SelectMultipleField(
        "Posts that it works with",
        coerce=int,
        choices=[],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    about = StringField("About", [Length(max=1000)], filters=[line])
    time_zone = zone_field()
    status = RadioField("Status", choices=[])
    joining = RadioField("How members come to sit on it", choices=[])

    def __init__(self, council: Council | None = None, posts: Sequence[Post] = ()) -> None:
        """Ask about a council, or about one to be created.

        Args:
            council: the one that is edited.
            posts: those that may be attached to it.

        """
        super().__init__(data=_about_council(council))
        self.kind.choices = [(one.code, one.label) for one in taxonomy.council_kinds()]
        self.status.choices = [(one, STATUS_WORDS[one]) for one in STATUSES]
        self.joining.choices = [(one, JOINING_WORDS[one]) for one in JOINING]
        self.posts.choices = [(post.id, post.name) for post in posts]
        if council is not None:
            del self.slug

    def validate_countries(self, field: CountriesField) -> None:
        """Ask councils that are no committees for a country."""
        if self.kind.data not in COMMITTEES and not field.codes():
            raise ValidationError("Name at least one country.")

    def particulars(self) -> Particulars:
        """Return what was answered."""
        return Particulars(
            name=self.name.data or "",
            kind=self.kind.data or "",
            countries=self.countries.codes(),
            posts=self.posts.data or (),
            about=self.about.data or "",
            time_zone=self.time_zone.data or "",
            status=self.status.data or "",
            joining=self.joining.data or "",
        )


def _about_council(council: Council | None) -> dict[str, Any]:
    if council is None:
        return {"kind": "country", "time_zone": "UTC", "status": "active", "joining": "request"}
    return {
        "name": council.name,
        "kind": council.kind,
        "countries": CountriesField.written(one.country for one in council.countries),
        "posts": [post.id for post in council.posts],
        "about": council.about,
        "time_zone": council.time_zone,
        "status": council.status,
        "joining": council.joining,
    }


class TermForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """Who is to lead a council, from when, until when, and after whom."""

    kind = RadioField("Seat", choices=[])
    email = StringField(
        "Who takes the seat",
        [DataRequired("Give the mail address of their account."), Length(max=254)],
        filters=[line],
    )
    starts = DateField("First day", [Optional()])
    ends = DateField("Last day", [Optional()])
    replaces = SelectField("Takes over from", coerce=int, choices=[], default=NOBODY)
    overlap = IntegerField(
        "Days side by side",
        [Optional(), NumberRange(0, 90, "Between 0 and 90 days.")],
        default=0,
    )

    def __init__(self, council: Council, terms: Sequence[tuple[Seat, Person]]) -> None:
        """Offer the seats that can be handed over."""
        super().__init__()
        self._council = council
        self._zone = ZoneInfo(council.time_zone)
        self.kind.choices = [(one, taxonomy.seat_kind(one).label) for one in (CHAIR, COCHAIR)]
        held = [
            (seat.id, f"{person.name}, {taxonomy.seat_kind(seat.kind).label.lower()}")
            for seat, person in terms
            if seat.kind in PUBLISHING
        ]
        self.replaces.choices = [(NOBODY, "Nobody: beside those who serve"), *held]

    def term(self, person_id: int, *, at: datetime) -> Term:
        """Return the term; days are those of the council, and the last one is whole."""
        first, last = self.starts.data, self.ends.data
        return Term(
            self._council.id,
            person_id,
            self.kind.data or "",
            starts=at if first is None else max(self._midnight(first), at),
            ends=None if last is None else self._midnight(last + timedelta(days=1)),
            replaces=self.replaces.data or None,
            overlap=timedelta(days=self.overlap.data or 0),
        )

    def _midnight(self, on: date) -> datetime:
        return datetime.combine(on, time(), self._zone).astimezone(UTC)
