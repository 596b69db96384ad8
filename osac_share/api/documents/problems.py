"""What can go wrong with a request, as programs are told (RFC 9457).

Each type has an address of its own, which leads to its paragraph in the documentation.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from pydantic import Field

from osac_share.api.documents.shapes.words import Address, Shape
from osac_share.kernel.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

MEDIA_TYPE = "application/problem+json"


class Kind(NamedTuple):
    """A type of problem: its name, status and title, and what to do about it."""

    slug: str
    status: HTTPStatus
    title: str
    meaning: str


KINDS = {
    kind.slug: kind
    for kind in (
        Kind(
            "mistaken",
            HTTPStatus.BAD_REQUEST,
            "The request is mistaken",
            "A parameter or a header is not as documented, or the body is no JSON. `detail` says "
            "which.",
        ),
        Kind(
            "no-token",
            HTTPStatus.UNAUTHORIZED,
            "A token is needed",
            "There is no token, it is wrong, or its owner is not in good standing.",
        ),
        Kind(
            "other-scope",
            HTTPStatus.FORBIDDEN,
            "The token is not for that",
            "Its owner did not tick this when they made it. A token with that scope is a new one.",
        ),
        Kind(
            "not-allowed",
            HTTPStatus.FORBIDDEN,
            "This is not the owner's to do",
            "The token's owner may see the thing but not do this to it, here or on the pages.",
        ),
        Kind(
            "nothing-here",
            HTTPStatus.NOT_FOUND,
            "There is nothing at this address",
            "It does not exist, or the owner may not know that it does: the answer is the same.",
        ),
        Kind(
            "other-method",
            HTTPStatus.METHOD_NOT_ALLOWED,
            "This address takes other methods",
            "`Allow` names them.",
        ),
        Kind(
            "against-a-rule",
            HTTPStatus.CONFLICT,
            "A rule stands against it",
            "What was asked for contradicts a rule of the field or the state that the thing is "
            "in. `detail` says how to mend it; nothing was changed.",
        ),
        Kind(
            "token-ended",
            HTTPStatus.GONE,
            "The token has ended",
            "It was revoked or has run out. Its owner can make a new one.",
        ),
        Kind(
            "changed-meanwhile",
            HTTPStatus.PRECONDITION_FAILED,
            "Somebody changed it meanwhile",
            "`If-Match` names a version that holds no more. Read it again; nothing was changed.",
        ),
        Kind(
            "too-large",
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "The body is too large",
            "A request has at most one mebibyte.",
        ),
        Kind(
            "not-json",
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "The body is to be JSON",
            "Send it with `Content-Type: application/json`.",
        ),
        Kind(
            "not-as-described",
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "The body is not as described",
            "`errors` says where, by JSON pointers (RFC 6901), and what is wrong there.",
        ),
        Kind(
            "key-used",
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "The idempotency key names another request",
            "Each new request needs a key of its own; only a repetition has the same.",
        ),
        Kind(
            "which-version",
            HTTPStatus.PRECONDITION_REQUIRED,
            "Say which version you have read",
            "Send its `ETag` as `If-Match`, so that nobody's words are overwritten unseen.",
        ),
        Kind(
            "too-many",
            HTTPStatus.TOO_MANY_REQUESTS,
            "Too many requests",
            "`Retry-After` says for how many seconds to wait.",
        ),
        Kind(
            "failed",
            HTTPStatus.INTERNAL_SERVER_ERROR,
            "Something went wrong on our side",
            "Nothing that you sent was half done. Tell us, with the time.",
        ),
        Kind(
            "away",
            HTTPStatus.SERVICE_UNAVAILABLE,
            "The site is busy or away",
            "Try again after `Retry-After`, with the same idempotency key.",
        ),
    )
}

_USUAL = {kind.status: kind for kind in reversed(KINDS.values())}


class Error(Shape):
    """One thing that is wrong in a body."""

    pointer: Annotated[str, Field(description="Where, as a JSON pointer (RFC 6901).")]
    detail: str


class Problem(Shape):
    """What went wrong (RFC 9457)."""

    type: Address
    title: str
    status: int
    detail: str
    errors: list[Error] | None = None


class Mistaken(Refusal):
    """A parameter or a header is not as documented, or the body is no JSON."""


class NotJson(Refusal):
    """The body is of another type."""


class NotAsDescribed(Refusal):
    """The body is JSON, but not of the shape that is described, or with values that do not fit."""

    def __init__(self, errors: Sequence[Error]) -> None:
        """Keep what is wrong where."""
        super().__init__("The body is not as described.")
        self.errors = errors


class KeyUsed(Refusal):
    """An idempotency key came again with another request."""


class Unread(Refusal):
    """A write does not say which version it is about."""


class Overtaken(Refusal):
    """A write is about a version that holds no more."""


def kind_of(status: HTTPStatus) -> Kind:
    """Return the usual type of problem with this status."""
    return _USUAL.get(status, KINDS["mistaken"])


def problem_json(
    kind: Kind, detail: str, site: str, errors: Sequence[Error] | None = None
) -> dict[str, Any]:
    """Return a problem as it is sent; `site` is the site's own address."""
    problem = Problem(
        type=f"{site}/api#{kind.slug}",
        title=kind.title,
        status=kind.status,
        detail=detail,
        errors=None if errors is None else list(errors),
    )
    return problem.model_dump(exclude_none=True)
