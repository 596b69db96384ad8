"""The description of the API as people read it: the same document, in rows and sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Json = dict[str, Any]

SHOWN = 12
"""So many of the values that something may have are shown; the rest is counted."""

_SIMPLE = {"integer": "a number", "boolean": "true or false", "null": "null"}
_FORMATS = {"date-time": "a moment", "uri": "an address"}


class Kind(NamedTuple):
    """What a value is, in words; the name of its shape, if it has one of its own."""

    words: str
    shape: str = ""


class Row(NamedTuple):
    """One value that is sent or answered."""

    name: str
    kind: Kind
    is_required: bool
    about: str
    where: str = ""


class Answer(NamedTuple):
    """One of the answers of an operation."""

    status: str
    words: str
    shape: str


class Chapter(NamedTuple):
    """One operation."""

    name: str
    method: str
    path: str
    summary: str
    details: str
    scopes: Sequence[str] | None
    parameters: Sequence[Row]
    body: str
    sample: str
    answers: Sequence[Answer]


class Shape(NamedTuple):
    """One of the shapes that are sent or answered."""

    name: str
    about: str
    rows: Sequence[Row]


class Paper(NamedTuple):
    """The whole description."""

    chapters: Mapping[str, Sequence[Chapter]]
    shapes: Sequence[Shape]


def paper_of(description: Json) -> Paper:
    """Return a description of ours (OpenAPI 3.1) as people read it."""
    responses = description["components"]["responses"]
    schemas = description["components"]["schemas"]
    chapters: dict[str, list[Chapter]] = {tag["name"]: [] for tag in description["tags"]}
    for path, methods in description["paths"].items():
        for method, one in methods.items():
            chapters[one["tags"][0]].append(_chapter(path, method, one, responses, schemas))
    return Paper(chapters, [_shape(name, schema) for name, schema in schemas.items()])


def _chapter(path: str, method: str, one: Json, responses: Json, schemas: Json) -> Chapter:
    body = _shape_in(one.get("requestBody", {}))
    return Chapter(
        name=one["operationId"],
        method=method.upper(),
        path=path,
        summary=one["summary"],
        details=one.get("description", ""),
        scopes=one["security"][0]["token"] if one["security"] else None,
        parameters=[_parameter(said) for said in one.get("parameters", ())],
        body=body,
        sample=_sample(schemas[body]) if body else "",
        answers=[
            _answer(status, responses[said["$ref"].rpartition("/")[2]] if "$ref" in said else said)
            for status, said in one["responses"].items()
        ],
    )


def _sample(schema: Json) -> str:
    # What must be said, to begin with; all else is in the description of the shape.
    lines = [f'  "{name}": ' for name in schema.get("required", ())]
    return "{\n" + ",\n".join(lines) + "\n}" if lines else "{}"


def _parameter(said: Json) -> Row:
    about, schema = said.get("description", ""), said["schema"]
    if "default" in schema and schema["default"] not in ([], ()):
        about = f"{about} Left out: {schema['default']}.".strip()
    return Row(said["name"], _kind(schema), said.get("required", False), about, said["in"])


def _answer(status: str, said: Json) -> Answer:
    return Answer(status, said["description"], _shape_in(said))


def _shape_in(said: Json) -> str:
    for content in said.get("content", {}).values():
        return str(content["schema"]["$ref"].rpartition("/")[2])
    return ""


def _shape(name: str, schema: Json) -> Shape:
    required = schema.get("required", ())
    rows = [
        Row(field, _kind(said), field in required, _about(said))
        for field, said in schema.get("properties", {}).items()
    ]
    return Shape(name, schema.get("description", ""), rows)


def _about(said: Json) -> str:
    if "description" in said:
        return str(said["description"])
    return next((one["description"] for one in said.get("anyOf", ()) if "description" in one), "")


def _kind(said: Json) -> Kind:
    if "$ref" in said:
        name = said["$ref"].rpartition("/")[2]
        return Kind(name, name)
    if "anyOf" in said:
        kinds = [_kind(one) for one in said["anyOf"]]
        return Kind(" or ".join(one.words for one in kinds), kinds[0].shape)
    if "enum" in said:
        values = said["enum"]
        more = f" and {len(values) - SHOWN} more" if len(values) > SHOWN else ""
        return Kind("one of " + ", ".join(map(str, values[:SHOWN])) + more)
    if said.get("type") == "array":
        inner = _kind(said["items"])
        return Kind(f"a list: {inner.words}{_bounds(said, 'Items')}", inner.shape)
    if said.get("type") == "string":
        return Kind(_FORMATS.get(said.get("format", ""), "text") + _bounds(said, "Length"))
    return Kind(_SIMPLE.get(said.get("type", ""), "anything") + _limits(said))


def _bounds(said: Json, of: str) -> str:
    return f", at most {said['max' + of]}" if "max" + of in said else ""


def _limits(said: Json) -> str:
    return " to ".join(_ends(said))


def _ends(said: Json) -> Iterator[str]:
    if "minimum" in said:
        yield f" from {said['minimum']}"
    if "maximum" in said:
        yield f"{said['maximum']}"
