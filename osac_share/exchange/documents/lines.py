"""One line of a file, as its publisher wrote it: checked for its shape, not for its sense."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from osac_share.kernel.errors import RuleBroken

LONGEST_LINE = 1_000_000
"""In bytes; the longest real text has 46,000 characters."""

_NO_MOMENT = "gives “{field}” as something that is no date and time"
_SENTENCES = {
    "missing": "has no “{field}”",
    "timezone_aware": "gives “{field}” without an offset from UTC, such as +00:00",
    "datetime_type": _NO_MOMENT,
    "datetime_parsing": _NO_MOMENT,
    "datetime_from_date_parsing": _NO_MOMENT,
    "string_too_long": "has too long a text in “{field}”",
    "string_too_short": "has no text in “{field}”",
    "model_type": "is no JSON object",
}
"""What is wrong with a line, by the validator's name for it."""


class Line(BaseModel):
    """A text as published, in the format of the country information archive."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    published_at: AwareDatetime
    iso2: Annotated[str, Field(max_length=2)] | None
    country: Annotated[str, Field(min_length=1, max_length=120)]
    section: Annotated[str, Field(max_length=150)] | None
    edition: Annotated[int, Field(ge=1, le=1_000_000)]
    level: Annotated[str, Field(max_length=100)] | None = None
    markdown: Annotated[str, Field(min_length=1)]


def read_line(raw: bytes) -> Line:
    """Return what a line of JSON (RFC 8259) says.

    Raises:
        RuleBroken: with what is wrong, to follow the words "line 17".

    """
    if len(raw) > LONGEST_LINE:
        raise RuleBroken(f"is longer than {LONGEST_LINE:,} bytes")
    try:
        return Line.model_validate_json(raw)
    except ValidationError as problem:
        raise RuleBroken(_explained(problem)) from None


def _explained(problem: ValidationError) -> str:
    first = problem.errors(include_input=False, include_url=False)[0]
    if first["type"] == "json_invalid":
        return f"is not JSON: {first['ctx']['error']}".replace(" line 1 ", " ")
    field = first["loc"][0] if first["loc"] else ""
    sentence = _SENTENCES.get(first["type"], "cannot be used for its “{field}”: {reason}")
    return sentence.format(field=field, reason=first["msg"])
