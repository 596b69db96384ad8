"""What a request says: its parameters, its body, which version it is about, and its name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar, get_origin

from flask import request
from pydantic import ValidationError

from osac_share.api.documents.openapi import KEY, SLOTS
from osac_share.api.documents.problems import (
    Error,
    Mistaken,
    NotAsDescribed,
    NotJson,
    Overtaken,
    Unread,
)
from osac_share.kernel.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from osac_share.api.documents.shapes.asking import Query
    from osac_share.api.documents.shapes.words import Shape

    AQuery = TypeVar("AQuery", bound=Query)
    AShape = TypeVar("AShape", bound=Shape)

_ID = re.compile(SLOTS["public_id"]["pattern"])
_KEY = re.compile(KEY)
_MOST_ERRORS = 20
_NO_JSON = frozenset({"json_invalid", "json_type"})


def require_addresses(slots: Mapping[str, str | int]) -> None:
    """Refuse an address in which something stands that nothing is ever called.

    Raises:
        NotFound: it does.

    """
    for name, value in slots.items():
        if isinstance(value, int):
            if not SLOTS[name]["minimum"] <= value <= SLOTS[name]["maximum"]:
                raise NotFound
        elif not _ID.fullmatch(value):
            raise NotFound


def read_query(shape: type[AQuery]) -> AQuery:
    """Return the parameters of the request.

    Raises:
        Mistaken: one is unknown, given twice, or has a value that does not fit.

    """
    lists = {
        name for name, one in shape.model_fields.items() if get_origin(one.annotation) is tuple
    }
    given: dict[str, object] = {}
    for name, values in request.args.lists():
        if name not in lists and len(values) > 1:
            raise Mistaken(f"The parameter {name[:60]!r} is given twice.")
        given[name] = tuple(values) if name in lists else values[0]
    try:
        return shape.model_validate(given)
    except ValidationError as problem:
        raise Mistaken(_in_words(problem)) from None


def require_no_query() -> None:
    """Refuse parameters where there are none to give.

    Raises:
        Mistaken: there is one.

    """
    for name in request.args:
        raise Mistaken(f"There is no parameter {name[:60]!r} here.")


def read_body(shape: type[AShape]) -> AShape:
    """Return what was sent.

    Raises:
        NotJson: it is of another type.
        Mistaken: it is no JSON.
        NotAsDescribed: it is not of that shape.

    """
    if request.mimetype != "application/json":
        raise NotJson("Send JSON, with Content-Type: application/json.")
    try:
        return shape.model_validate_json(request.get_data())
    except ValidationError as problem:
        found = problem.errors(include_url=False, include_context=False, include_input=False)
        if any(one["type"] in _NO_JSON for one in found):
            raise Mistaken("The body is no JSON that could be read.") from None
        raise NotAsDescribed(
            [Error(pointer=pointer(one["loc"]), detail=one["msg"]) for one in found[:_MOST_ERRORS]]
        ) from None


def require_no_body() -> None:
    """Refuse a body where nothing is to be sent: whoever sends one means something else.

    Raises:
        Mistaken: there is one.

    """
    if request.get_data():
        raise Mistaken("Nothing is to be sent to this address.")


def require_version(tag: str) -> None:
    """Refuse a write that is not about the version that holds.

    Raises:
        Unread: it names none.
        Overtaken: it names another one.

    """
    if "If-Match" not in request.headers:
        raise Unread("Send the ETag of what you have read as If-Match.")
    if not request.if_match.contains(tag):
        raise Overtaken("Somebody changed this after you read it. Read it again.")


def is_known(tag: str) -> bool:
    """Tell whether who asks has this version already (RFC 9110, 13.1.2)."""
    # Werkzeug's own way of answering would also look at If-Match, and refuse a star in it.
    return request.if_none_match.contains_weak(tag)


def find_key() -> str | None:
    """Return the idempotency key of the request, without its quotes; None if it has none.

    Raises:
        Mistaken: it is no key.

    """
    given = request.headers.get("Idempotency-Key")
    if given is None:
        return None
    if not _KEY.fullmatch(given):
        raise Mistaken("An idempotency key has 1 to 200 visible characters of ASCII.")
    return given.strip('"')


def pointer(path: Iterable[str | int]) -> str:
    """Return the way to a part of a body as a JSON pointer (RFC 6901)."""
    return "".join(f"/{str(one).replace('~', '~0').replace('/', '~1')}"[:100] for one in path)


def _in_words(problem: ValidationError) -> str:
    first = problem.errors(include_url=False, include_context=False, include_input=False)[0]
    name = str(first["loc"][0])[:60]
    if first["type"] == "extra_forbidden":
        return f"There is no parameter {name!r} here."
    return f"The parameter {name!r}: {first['msg'][:300]}."
