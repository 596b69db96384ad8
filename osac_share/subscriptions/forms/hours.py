"""When somebody wants to read."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING

from flask_wtf import FlaskForm
from wtforms import SelectField, TimeField
from wtforms.validators import Optional, ValidationError

from osac_share.councils.forms.fields import zone_field
from osac_share.subscriptions.actions import Hours

if TYPE_CHECKING:
    from wtforms import Field

    from osac_share.subscriptions.models import ReadingHours

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class HoursForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """The clock, the hour and weekday of digests, and the quiet hours."""

    time_zone = zone_field()
    digest_hour = SelectField("Hour of your digests", choices=[], coerce=int)
    digest_weekday = SelectField("Day of the weekly digest", choices=[], coerce=int)
    quiet_from = TimeField("Quiet from", [Optional()])
    quiet_until = TimeField("Quiet until", [Optional()])

    def __init__(self, **given: object) -> None:
        """Offer the hours of the day and the days of the week."""
        super().__init__(**given)
        self.digest_hour.choices = [(hour, f"{hour:02}:00") for hour in range(24)]
        self.digest_weekday.choices = list(enumerate(WEEKDAYS))

    @classmethod
    def of(cls, kept: ReadingHours | None, zone: str) -> HoursForm:
        """Return the form as somebody filled it in who has these hours, or has chosen none."""
        return cls(
            time_zone=zone,
            digest_hour=kept.digest_hour if kept else 7,
            digest_weekday=kept.digest_weekday if kept else 0,
            quiet_from=_clock(kept.quiet_from) if kept else None,
            quiet_until=_clock(kept.quiet_until) if kept else None,
        )

    def validate_quiet_from(self, _field: Field) -> None:
        """Refuse half of an answer."""
        if self.quiet_until.data is None:
            raise ValidationError("Give both times, or none.")

    def validate_quiet_until(self, field: Field) -> None:
        """Refuse half of an answer, and hours that would never end."""
        if self.quiet_from.data is None:
            raise ValidationError("Give both times, or none.")
        if field.data == self.quiet_from.data:
            raise ValidationError("Quiet hours begin and end at different times.")

    def hours(self) -> Hours:
        """Return what was chosen."""
        return Hours(
            self.digest_hour.data,
            self.digest_weekday.data,
            _minute(self.quiet_from.data),
            _minute(self.quiet_until.data),
        )


def _clock(minute: int | None) -> time | None:
    return None if minute is None else time(minute // 60, minute % 60)


def _minute(clock: time | None) -> int | None:
    return None if clock is None else clock.hour * 60 + clock.minute
