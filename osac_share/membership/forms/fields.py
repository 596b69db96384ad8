"""What the forms of membership ask more than once, and how what is typed is read."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from wtforms import Field
from wtforms.validators import ValidationError
from wtforms.widgets import TextArea, TextInput

from osac_share.kernel.text import clean_block, clean_line, safe_link
from osac_share.membership.policy import canonical_domain, is_address
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_DOMAINS = 10
MOST_COUNTRIES = 60
SCHEMES = frozenset({"http", "https"})


def line(typed: str | None) -> str:
    """Return what was typed as one clean line."""
    return clean_line(typed or "")


def block(typed: str | None) -> str:
    """Return what was typed as clean lines."""
    return clean_block(typed or "").strip()


def mail_address(_form: object, field: Field) -> None:
    """Refuse what is no mail address."""
    if not is_address(field.data or ""):
        raise ValidationError("Enter an address such as name@example.org.")


def web_site(_form: object, field: Field) -> None:
    """Refuse what is no address of a web site."""
    address = field.data or ""
    parts = urlsplit(address) if safe_link(address) else None
    if parts is None or parts.scheme not in SCHEMES or not parts.hostname:
        raise ValidationError("Enter an address that begins with https://.")


class DomainsField(Field):
    """Mail domains in one line, with commas or blanks between them."""

    widget = TextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the line into `data`, a list of domain names as they are compared."""
        typed = (valuelist[0] if valuelist else "").replace(",", " ").replace(";", " ").split()
        found = [canonical_domain(one) for one in typed]
        self.wrong = [one for one, name in zip(typed, found, strict=True) if name is None]
        self.data = list(dict.fromkeys(name for name in found if name is not None))
        self.typed = " ".join(typed)

    def _value(self) -> str:
        return getattr(self, "typed", None) or ", ".join(self.data or [])

    def pre_validate(self, _form: object) -> None:
        """Refuse what is no domain name."""
        if wrong := getattr(self, "wrong", None):
            raise ValidationError(f"“{wrong[0][:80]}” is no domain such as example.org.")
        if not self.data:
            raise ValidationError("Name the domain of your mail addresses, such as example.org.")
        if len(self.data) > MOST_DOMAINS:
            raise ValidationError(f"Name at most {MOST_DOMAINS} domains.")


class CountriesField(Field):
    """Countries by name, one a line or with commas between them."""

    widget = TextArea()  # type: ignore[assignment]  # It asks for no more than a field has.

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the lines into `data`, a list of ISO 3166-1 alpha-2 codes."""
        self.typed = block(valuelist[0] if valuelist else "")
        names = [name for name in map(clean_line, _parts(self.typed)) if name]
        found = [taxonomy.find_country(name) for name in names]
        self.wrong = [name for name, country in zip(names, found, strict=True) if country is None]
        self.data = list(dict.fromkeys(country.iso2 for country in found if country is not None))

    def _value(self) -> str:
        typed = getattr(self, "typed", None)
        return typed or "\n".join(taxonomy.country(code).name for code in self.data or [])

    def pre_validate(self, _form: object) -> None:
        """Refuse what leads to no single country."""
        if wrong := getattr(self, "wrong", None):
            raise ValidationError(f"“{wrong[0][:80]}” is not one country that is known here.")
        if not self.data:
            raise ValidationError("Name at least one country.")
        if len(self.data) > MOST_COUNTRIES:
            raise ValidationError(f"Name at most {MOST_COUNTRIES} countries.")


def _parts(text: str) -> Iterable[str]:
    # "Congo, Democratic Republic of the" is one country; such a line is tried as a whole first.
    for one in text.splitlines():
        if taxonomy.find_country(clean_line(one)) is not None:
            yield one
        else:
            yield from one.replace(";", ",").split(",")
