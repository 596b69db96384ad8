"""The description of the API (OpenAPI 3.1), made of what serves it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from pydantic.json_schema import models_json_schema

from osac_share.api.documents.problems import KINDS, MEDIA_TYPE, Problem
from osac_share.api.documents.shapes.words import ID
from osac_share.tokens.policy import SCOPES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from osac_share.api.documents.operations import Operation
    from osac_share.api.documents.shapes.words import Shape

Json = dict[str, Any]

VERSION = "1.0.0"
SCHEMAS = "#/components/schemas/"
KEY = r'^("[!#-\[\]-~]{1,200}"|[!#-\[\]-~]{1,200})$'
"""What an idempotency key may be; the quotes of a structured field may be left out (RFC 9651)."""

SLOTS: Mapping[str, Json] = {
    "public_id": {"type": "string", "pattern": ID},
    "number": {"type": "integer", "minimum": 1, "maximum": 1_000_000},
}
"""What may stand in the variable parts of an address."""

_TEXT: Json = {"type": "string"}
_HEADERS: Mapping[str, Json] = {
    "ETag": {"description": "The version of this answer (RFC 9110).", "schema": _TEXT},
    "Location": {"description": "The address of what was made.", "schema": _TEXT},
    "RateLimit": {"description": "How many requests are left, for how long.", "schema": _TEXT},
    "RateLimit-Policy": {"description": "How many there are in how long.", "schema": _TEXT},
    "Retry-After": {"description": "For how many seconds to wait.", "schema": {"type": "integer"}},
    "WWW-Authenticate": {"description": "What to show (RFC 6750).", "schema": _TEXT},
}
_ASKED: Mapping[str, Json] = {
    "If-None-Match": {
        "description": "An `ETag`; unchanged since, the answer is 304 without a body.",
        "schema": _TEXT,
    },
    "If-Match": {
        "description": "The `ETag` of the version that this is about.",
        "required": True,
        "schema": _TEXT,
    },
    "Idempotency-Key": {
        "description": "A name for this request, of your own making. Sent again within 24 hours "
        "with the same key, it is answered as before and not done again.",
        "schema": {"type": "string", "pattern": KEY, "examples": ['"8e03978e-40d5-43dd-bc93"']},
    },
}
_OF_REFUSAL: Mapping[HTTPStatus, Sequence[str]] = {
    HTTPStatus.UNAUTHORIZED: ("WWW-Authenticate",),
    HTTPStatus.TOO_MANY_REQUESTS: ("Retry-After", "RateLimit", "RateLimit-Policy"),
    HTTPStatus.SERVICE_UNAVAILABLE: ("Retry-After",),
}


def described(operations: Sequence[Operation], site: str, name: str) -> Json:
    """Return the description of these operations.

    Args:
        operations: all that there are.
        site: the site's own address.
        name: what the site is called.

    """
    paths: dict[str, Json] = {}
    for one in operations:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one)
    tags = dict.fromkeys(one.tag for one in operations)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{name} API",
            "version": VERSION,
            "summary": "Security reports for programs, within what their owner may see and do.",
        },
        "servers": [{"url": site}],
        "externalDocs": {"url": f"{site}/api", "description": "The same for people"},
        "tags": [{"name": tag} for tag in tags],
        "paths": paths,
        "components": {
            "schemas": _schemas(operations),
            "responses": {f"Refused{int(one)}": _refusal(one) for one in _statuses(operations)},
            "headers": dict(_HEADERS),
            "securitySchemes": {"token": _security()},
        },
    }


def _security() -> Json:
    lines = "\n".join(f"- `{scope}`: {words}" for scope, words in SCOPES.items())
    return {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "osaca_...",
        "description": f"A token that a person made at `/account/tokens/new`. It is for:\n{lines}",
    }


def _operation(one: Operation) -> Json:
    said: Json = {"operationId": one.name, "tags": [one.tag], "summary": one.summary}
    if one.details:
        said["description"] = one.details
    if parameters := [*_slots(one), *_query(one), *_headers(one)]:
        said["parameters"] = parameters
    if one.body is not None:
        said["requestBody"] = {"required": True, "content": _content(one.body)}
    said["responses"] = dict(_answers(one))
    said["security"] = [] if one.scope is None else [{"token": [one.scope] if one.scope else []}]
    return said


def _slots(one: Operation) -> Iterable[Json]:
    for name in one.slots:
        yield {"name": name, "in": "path", "required": True, "schema": SLOTS[name]}


def _query(one: Operation) -> Iterable[Json]:
    if one.query is None:
        return
    schema = one.query.model_json_schema(ref_template=SCHEMAS + "{model}")
    for name, said in schema["properties"].items():
        kept = {key: value for key, value in said.items() if key not in {"title", "description"}}
        about = {"description": said["description"]} if "description" in said else {}
        yield {"name": name, "in": "query", **about, "schema": _without_null(kept)}


def _without_null(said: Json) -> Json:
    # A parameter that is left out has no value; it cannot be null.
    if "anyOf" not in said:
        return said
    (schema,) = (one for one in said["anyOf"] if one != {"type": "null"})
    return dict(schema)


def _headers(one: Operation) -> Iterable[Json]:
    wanted = {
        "If-None-Match": one.is_safe and one.has_tag,
        "If-Match": one.is_versioned,
        "Idempotency-Key": not one.is_safe,
    }
    for name, is_wanted in wanted.items():
        if is_wanted:
            yield {"name": name, "in": "header", **_ASKED[name]}


def _answers(one: Operation) -> Iterable[tuple[str, Json]]:
    limits = () if one.scope is None else ("RateLimit", "RateLimit-Policy")
    for status, shape in one.answers.items():
        names = [*(["ETag"] if one.has_tag else []), *limits]
        if status is HTTPStatus.CREATED:
            names.append("Location")
        said: Json = {"description": status.phrase, "headers": _named(names)}
        if shape is not None:
            said["content"] = _content(shape)
        yield str(int(status)), said
    if one.is_safe and one.has_tag:
        yield "304", {"description": "Not changed", "headers": _named(["ETag", *limits])}
    for status in one.refusals:
        yield str(int(status)), {"$ref": f"#/components/responses/Refused{int(status)}"}


def _named(headers: Iterable[str]) -> Json:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in headers}


def _content(shape: type[Shape]) -> Json:
    return {"application/json": {"schema": {"$ref": SCHEMAS + shape.__name__}}}


def _statuses(operations: Iterable[Operation]) -> list[HTTPStatus]:
    return sorted({status for one in operations for status in one.refusals})


def _refusal(status: HTTPStatus) -> Json:
    titles = [kind.title for kind in KINDS.values() if kind.status == status]
    return {
        "description": ", or: ".join(titles),
        "headers": _named(_OF_REFUSAL.get(status, ())),
        "content": {MEDIA_TYPE: {"schema": {"$ref": SCHEMAS + Problem.__name__}}},
    }


def _schemas(operations: Iterable[Operation]) -> Json:
    shapes: dict[type[Shape], None] = {Problem: None}
    for one in operations:
        shapes |= dict.fromkeys(shape for shape in one.answers.values() if shape is not None)
        shapes |= {} if one.body is None else {one.body: None}
    # What may be left out when it is sent is always there when it is answered: the laxer of the
    # two descriptions is true of both.
    _, said = models_json_schema(
        [(shape, "validation") for shape in shapes], ref_template=SCHEMAS + "{model}"
    )
    schemas: Json = said["$defs"]
    return dict(sorted(schemas.items()))
