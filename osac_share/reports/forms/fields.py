"""Fields of our own, and what is made of their values."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from wtforms import DateTimeLocalField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from osac_share.kernel.text import clean_block, clean_line
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wtforms import Field, Form

LONGEST_SECTION = 20_000
MOST_TOPICS = 3
YEARS = range(2000, 2100)


class CheckboxesField(SelectMultipleField):
    """Several of a list, as check boxes: usable by thumb and without JavaScript."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class LineField(StringField):
    """One line of visible text."""

    def __init__(self, label: str, longest: int, *validators: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Take at most `longest` characters."""
        checks = [*validators, Length(max=longest)]
        super().__init__(label, checks, filters=[lambda typed: clean_line(typed or "")], **kwargs)


class SectionField(TextAreaField):
    """The text of a section, in Markdown."""

    def __init__(self, label: str, *validators: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Take as much as a section may hold."""
        checks = [*validators, Length(max=LONGEST_SECTION)]
        super().__init__(label, checks, **kwargs)


class MomentField(DateTimeLocalField):
    """A day and an hour in the council's own zone; empty when there is none."""

    def __init__(self, label: str, **kwargs: Any) -> None:  # noqa: ANN401
        """Refuse slips of the keyboard."""
        super().__init__(label, [Optional(), in_our_time], **kwargs)


def in_our_time(_form: Form, field: Field) -> None:
    """Refuse a year that no clock can show in every zone."""
    if field.data is not None and field.data.year not in YEARS:
        raise ValidationError("Look at the year again.")


def on_the_web(_form: Form, field: Field) -> None:
    """Refuse an address that a browser could not open."""
    try:
        parts = urlsplit(field.data or "")
        is_there = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        is_there = False
    if not is_there:
        raise ValidationError("Give the address of the original: https://...")


def at_most_three(_form: Form, field: Field) -> None:
    """Refuse more topics than a report may have."""
    if len(field.data or ()) > MOST_TOPICS:
        raise ValidationError(f"Choose at most {MOST_TOPICS} topics.")


def known_places(_form: Form, field: Field) -> None:
    """Refuse a line that names no country we know, saying which."""
    if unknown := [line for line in lines_of(field.data) if not taxonomy.located(line)]:
        named = ", ".join(f"“{line}”" for line in unknown[:5])
        raise ValidationError(
            f"We do not know {named}. Write a country, or a city and its country: “Nairobi, Kenya”."
        )


def lines_of(text: str | None) -> list[str]:
    """Return the lines of a field that holds one thing a line, without empty ones."""
    return [cleaned for line in (text or "").splitlines() if (cleaned := clean_line(line))]


def as_list(body: str) -> str:
    """Return actions as a Markdown list, one a line, as the form asks for them.

    Whoever already wrote Markdown (a list, headings, a table, a line set in) knows better.
    """
    lines = body.splitlines()
    if any(line.startswith(("-", "*", "+", "#", ">", "|", " ", "1")) for line in lines):
        return body
    return "\n".join(f"- {line}" for line in lines if line.strip())


def with_stock(body: str, codes: Iterable[str]) -> str:
    """Return a list of actions with these stock actions added, none of them twice."""
    body = as_list(clean_block(body))
    there = {line.lstrip("-*+0123456789.) ").strip().casefold() for line in body.splitlines()}
    labels = [taxonomy.stock_action(code).label for code in codes]
    added = [f"- {label}" for label in labels if label.casefold() not in there]
    return "\n".join([body, *added] if body else added)


def spelled_place(country: str, place: str) -> str:
    """Return a place as a line that leads to it again: "Nairobi, Kenya"."""
    name = taxonomy.country(country).name
    return f"{place}, {name}" if place else name


def spelled(value: object) -> list[str]:
    """Return the value of a field as a browser would send it, so that two can be compared."""
    match value:
        case None | "":
            return []
        case datetime():
            return [value.isoformat()]
        case list() | tuple():
            return sorted(str(one) for one in value)
        case _:
            return [text] if (text := clean_block(str(value))) else []
