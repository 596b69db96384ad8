"""Serving operations: each is declared at its view, and the description is made of the same."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial
from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from flask import Response, current_app, g, request

from osac_share.accounts.login import demands_factor
from osac_share.accounts.queries import get_person
from osac_share.accounts.queries.factors import has_factor
from osac_share.api import actions
from osac_share.api.documents.operations import BASE, SAFE, Operation, words_of
from osac_share.api.models import KeptAnswer
from osac_share.api.policy import Meter, print_of
from osac_share.api.views.blueprint import blueprint
from osac_share.api.views.requests import (
    find_key,
    is_known,
    read_body,
    read_query,
    require_addresses,
    require_no_body,
    require_no_query,
)
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import NotAllowed, NotFound, RuleBroken, TooMany
from osac_share.tokens.login import current_bearer
from osac_share.web.access import by_token, public
from osac_share.web.headers import PRIVATE
from osac_share.web.sessions import current_session

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Flask

    from osac_share.api.documents.shapes.asking import Query
    from osac_share.api.documents.shapes.words import Shape
    from osac_share.tokens.queries import Holder

    View = Callable[..., "Told | Shape"]
    Regret = Callable[..., None]

OPERATIONS: list[Operation] = []
"""All that can be asked, in the order in which it is described."""

JSON = "application/json; charset=utf-8"
KEPT_HEADERS = ("ETag", "Location")


class Told(NamedTuple):
    """What a view has to say.

    Attributes:
        shape: the body; None for none.
        status: one of those that the operation declares.
        location: the path of what was made.
        tag: the version of the answer; made of the body where it is left out.

    """

    shape: Shape | None
    status: HTTPStatus = HTTPStatus.OK
    location: str = ""
    tag: str = ""


def operation(
    address: str,
    *,
    tag: str,
    scope: str | None,
    answers: Mapping[HTTPStatus, type[Shape] | None],
    query: type[Query] | None = None,
    body: type[Shape] | None = None,
    is_versioned: bool = False,
    regret: Regret | None = None,
) -> Callable[[View], View]:
    """Declare that a view serves an operation, such as `GET /me`; see `Operation` for the rest.

    The view takes the variable parts of the address by name, `asked` where there are parameters,
    and `sent` where there is a body. One that does not only read is called within a transaction.
    `regret` is called with the parts of the address, after a refusal has undone what was done.
    """
    method, _, rule = address.partition(" ")

    def declare(view: View) -> View:
        declared = Operation(
            name=view.__name__,
            method=method,
            rule=rule,
            tag=tag,
            scope=scope,
            words=words_of(view),
            answers=answers,
            query=query,
            body=body,
            is_versioned=is_versioned,
            has_tag=None not in answers.values(),
        )
        OPERATIONS.append(declared)
        served = partial(_serve, declared, view, regret)
        gate = public if scope is None else by_token(scope)
        blueprint.add_url_rule(BASE + rule, view.__name__, gate(served), methods=[method])
        return view

    return declare


def use_meter(app: Flask, per_minute: int) -> None:
    """Let each token ask `app` so often a minute."""
    app.extensions["osac_meter"] = Meter(per_minute)


def holder() -> Holder:
    """Return the token of the request and its owner.

    Raises:
        NotFound: whoever asks has none: the gate was forgotten, and the view stays closed.

    """
    bearer = current_bearer()
    if bearer is None:
        raise NotFound
    return bearer.signed_in


def take_allowance() -> None:
    """Count the request against what its token may ask.

    Raises:
        TooMany: nothing is left of it.

    """
    meter = cast("Meter", current_app.extensions["osac_meter"])
    left = meter.take(holder().token_id, at=clock.now())
    g.api_left = left
    if left.is_over:
        raise TooMany(timedelta(seconds=left.seconds))


def tag_of(*parts: object) -> str:
    """Return a version of something for this token: another one's never stands for it."""
    said = "\n".join(map(str, (holder().token_public_id, *parts)))
    return sha256(said.encode()).hexdigest()[:32]


def _serve(declared: Operation, view: View, regret: Regret | None, **slots: str | int) -> Response:
    if declared.scope is not None:
        take_allowance()
    require_addresses(slots)
    given: dict[str, Any] = dict(slots)
    if declared.query is None:
        require_no_query()
    else:
        given["asked"] = read_query(declared.query)
    if declared.method in SAFE:
        return _answered(view(**given), is_safe=True)
    if declared.body is None:
        require_no_body()
    else:
        given["sent"] = read_body(declared.body)
    try:
        return _act(partial(view, **given))
    except (RuleBroken, NotAllowed):
        if regret is not None:
            regret(**slots)
        raise


def _act(view: Callable[[], Told | Shape]) -> Response:
    _require_factor()
    key, session, at = find_key(), current_session(), clock.now()
    if key is None:
        with transaction(session):
            return _answered(view())
    token_id, version = holder().token_id, request.headers.get("If-Match", "")
    print_ = print_of(request.method, request.full_path, request.get_data(), version)
    with transaction(session):
        kept = actions.recall(session, token_id, key, print_, at=at)
        if kept is not None:
            return Response(kept.body, kept.status, kept.headers, content_type=JSON)
        answer = _answered(view())
        said = KeptAnswer(
            token_id=token_id,
            key=key,
            print=print_,
            at=at,
            status=answer.status_code,
            headers={name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers},
            body=answer.get_data(as_text=True),
        )
        actions.keep(session, said)
    return answer


def _require_factor() -> None:
    # On the pages nobody whose office demands a second factor comes in without one; what they
    # made before they held it must not be a way around that.
    session = current_session()
    person = get_person(session, holder().person_id)
    if demands_factor(person) and not has_factor(session, person.id):
        raise NotAllowed(
            "The office of this token's owner demands a second factor. Sign in and set one up; "
            "then programs may act for you."
        )


def _answered(said: Told | Shape, *, is_safe: bool = False) -> Response:
    told = said if isinstance(said, Told) else Told(said)
    body = b"" if told.shape is None else _written(told.shape)
    answer = Response(body, told.status, content_type=JSON)
    if told.shape is None:
        del answer.headers["Content-Type"]
    else:
        answer.set_etag(told.tag or tag_of(sha256(body).hexdigest()))
    if told.location:
        answer.headers["Location"] = told.location
    if is_safe and is_known(answer.get_etag()[0] or ""):
        answer.status_code = HTTPStatus.NOT_MODIFIED
        answer.set_data(b"")
    return answer


def _written(shape: Shape) -> bytes:
    return json.dumps(shape.model_dump(mode="json"), ensure_ascii=False).encode()


@blueprint.after_request
def _say_what_is_left(answer: Response) -> Response:
    if request.endpoint == "api.docs" or request.path == f"{BASE}/openapi.json":
        return answer
    answer.headers["Cache-Control"] = PRIVATE
    answer.vary.add("Authorization")
    if "api_left" in g:
        answer.headers.update(g.api_left.headers)
    return answer
