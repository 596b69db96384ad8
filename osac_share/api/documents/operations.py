"""What can be asked of the API: declared once, and read by what serves it and describes it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from http import HTTPStatus
from inspect import cleandoc, getdoc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from osac_share.api.documents.shapes.asking import Query
    from osac_share.api.documents.shapes.words import Shape

BASE = "/api/v1"
SAFE = frozenset({"GET"})

_SLOT = re.compile(r"<(?:int:)?([a-z_]+)>")

_ALWAYS = (HTTPStatus.BAD_REQUEST, HTTPStatus.SERVICE_UNAVAILABLE)
_BY_TOKEN = (
    *(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.GONE),
    HTTPStatus.TOO_MANY_REQUESTS,
)
_OF_BODY = (
    *(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
    HTTPStatus.UNPROCESSABLE_ENTITY,
)
_OF_VERSION = (HTTPStatus.PRECONDITION_FAILED, HTTPStatus.PRECONDITION_REQUIRED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one address.

    Attributes:
        name: what it is called in the description, and by programs made of that.
        method: the HTTP method.
        rule: the address below `BASE`, with slots as Flask writes them.
        tag: the heading under which it is described.
        scope: what a token must be for; empty for any token, None for everybody.
        words: what it does: a sentence, and perhaps more.
        answers: the shape of each success, None for one without a body.
        query: the parameters that it takes.
        body: the body that it takes.
        is_versioned: whether `If-Match` must say which version it is about.
        has_tag: whether its answer has an `ETag`.

    """

    name: str
    method: str
    rule: str
    tag: str
    scope: str | None
    words: str
    answers: Mapping[HTTPStatus, type[Shape] | None]
    query: type[Query] | None = None
    body: type[Shape] | None = None
    is_versioned: bool = False
    has_tag: bool = field(default=True)

    @property
    def path(self) -> str:
        """Return the whole address as a template (RFC 6570)."""
        return BASE + _SLOT.sub(r"{\1}", self.rule)

    @property
    def slots(self) -> list[str]:
        """Return what the variable parts of the address are called."""
        return _SLOT.findall(self.rule)

    @property
    def summary(self) -> str:
        """Return the first sentence of what it does."""
        return self.words.partition("\n")[0].rstrip(".")

    @property
    def details(self) -> str:
        """Return what else is to be said of it."""
        return " ".join(self.words.partition("\n")[2].split())

    @property
    def is_safe(self) -> bool:
        """Tell whether it only reads."""
        return self.method in SAFE

    @property
    def refusals(self) -> list[HTTPStatus]:
        """Return with which statuses it can be refused, in their order."""
        found = set(_ALWAYS if self.scope is not None else _ALWAYS[1:])
        found.update(_BY_TOKEN if self.scope is not None else ())
        if self.slots:
            found.add(HTTPStatus.NOT_FOUND)
        if self.body is not None:
            found.update(_OF_BODY)
        if self.is_versioned:
            found.update(_OF_VERSION)
        if not self.is_safe:
            # Whatever is to be sent, too much can be, and with a key that names another request.
            found.update((HTTPStatus.CONFLICT, HTTPStatus.NOT_FOUND, *_OF_BODY[::2]))
        return sorted(found)


def words_of(view: Callable[..., object]) -> str:
    """Return what a view says of itself to those who call it, without what is for its readers."""
    return cleandoc(getdoc(view) or "").partition("\n\nRaises:")[0]
