"""Questions that several forms ask: lines, countries, time zones, addresses, telephones."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from wtforms import Field, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional, Regexp, ValidationError

from osac_share.kernel.errors import Refusal
from osac_share.kernel.mail import clean_address
from osac_share.kernel.text import clean_line
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask_wtf import FlaskForm


def line(typed: str | None) -> str:
    """Return what was typed as one clean line."""
    return clean_line(typed or "")


def is_zone(_form: FlaskForm, field: Field) -> None:
    """Refuse what is no IANA time zone."""
    if field.data not in available_timezones():
        raise ValidationError("Give a time zone by its IANA name, such as Africa/Nairobi.")


def _is_address(_form: FlaskForm, field: Field) -> None:
    try:
        clean_address(field.data)
    except Refusal:
        raise ValidationError("This is not a mail address.") from None


def name_field() -> StringField:
    """Ask for a name."""
    return StringField("Name", [DataRequired("Name it."), Length(max=120)], filters=[line])


def zone_field() -> StringField:
    """Ask for a time zone."""
    return StringField("Time zone", [Length(max=60), is_zone], filters=[line])


def address_field(label: str) -> StringField:
    """Ask for a mail address, or none."""
    return StringField(label, [Optional(), Length(max=254), _is_address], filters=[line])


def telephone_field(label: str) -> StringField:
    """Ask for a telephone number, or none."""
    digits = Regexp(r"^[+()0-9 ./-]*$", message="Use digits, spaces and + ( ) - only.")
    return StringField(label, [Length(max=40), digits], filters=[line])


class CountriesField(TextAreaField):
    """Countries and areas, one a line, by name or code."""

    def codes(self) -> list[str]:
        """Return the ISO 3166-1 alpha-2 codes of the lines, each once."""
        found = [taxonomy.find_country(name) for name in self._names()]
        return list(dict.fromkeys(country.iso2 for country in found if country))

    def pre_validate(self, form: FlaskForm) -> None:
        """Refuse the first line that names no country."""
        for name in self._names():
            if taxonomy.find_country(name) is None:
                raise ValidationError(f"No country is called {name[:60]!r}.")

    def _names(self) -> list[str]:
        return [line(name) for name in (self.data or "").splitlines() if name.strip()]

    @staticmethod
    def written(codes: Iterable[str]) -> str:
        """Return codes as people write them: names, one a line."""
        return "\n".join(taxonomy.country(code).name for code in codes)
