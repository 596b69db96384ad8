"""Asking the API everything that its description allows, and much that it forbids.

Cases are made by Schemathesis out of the OpenAPI document that the application itself answers:
some as described, some with one thing wrong. Every answer must be one of those that are described
there, in status, media type, headers and shape, and none may be a failure of ours.
"""

from __future__ import annotations

import time
import zlib
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as profile
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from osac_share.app import create_app
from osac_share.kernel import clock
from osac_share.kernel.db import open_engine, session_factory, transaction
from osac_share.search.actions.saving import save
from osac_share.settings import load_settings
from osac_share.subscriptions.actions import subscribe
from osac_share.subscriptions.policy import Wish
from osac_share.tokens.policy import SCOPES
from osac_share.worker import Worker
from tests.support.cast import settle
from tests.support.factories import Words, make_draft, make_report, make_update
from tests.support.tokens import make_api_token

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from flask import Flask
    from schemathesis import Case
    from schemathesis.schemas import APIOperation
    from sqlalchemy.orm import Session

    from osac_share.settings import Settings
    from tests.support.cast import Cast

    AnyCase = Case[Any]
    AnyOperation = APIOperation[Any, Any, Any, Any]

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
SLOWEST = 5
"""In so many seconds every answer must have come: nothing may hang."""

USUAL = profile(
    deadline=None,
    database=None,
    derandomize=False,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@dataclass
class Tally:
    """How many requests were made, how they were answered, and what was wrong with that."""

    cases: int = 0
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


@contextmanager
def furnished(url: str, folder: Path) -> Iterator[Fuzzer]:
    """Yield a fuzzer of an installation in which there is something of everything.

    Args:
        url: that of an empty, migrated database.
        folder: for what the installation keeps beside it.

    """
    settings = load_settings(
        {
            "OSAC_DATABASE_URL": url,
            "OSAC_DATA_DIR": str(folder),
            "OSAC_PUBLIC_URL": "http://localhost",
            "OSAC_SESSIONS_SECOND_FACTOR": "offered",
            "OSAC_WEB_API_PER_MINUTE": "1000000",
            "OSAC_SECRET_KEY": "a key for fuzzing and for nothing else",
        }
    )
    engine, at = open_engine(url), clock.now()
    try:
        with session_factory(engine)() as session:
            with transaction(session):
                cast = settle(session, at=at)
                ids = _furnish(session, cast, at=at)
            tokens = dict(_tokens(session, cast, settings, at=at))
        with Worker(settings, engine) as worker:
            worker.drain()
        yield Fuzzer(create_app(settings, engine), tokens, ids)
    finally:
        engine.dispose()


def _furnish(session: Session, cast: Cast, *, at: datetime) -> dict[str, list[str]]:
    """Return the ids of what there is from now on, by the shelf in its address."""
    amara, dora = cast.actors["amara"], cast.actors["dora"]
    reports = [
        make_report(session, cast.kenya, by=amara, words=words, at=at)[0]
        for words in (
            Words(marking="CLEAR", severity="emergency"),
            Words(marking="AMBER", severity="emergency"),
            Words(marking="RED", addressees=(f"person:{cast.dora.id}",)),
        )
    ]
    make_update(session, reports[0], by=amara, at=at)
    drafts = [make_draft(session, cast.kenya, by=amara, at=at)[0] for _ in range(8)]
    return {
        "reports": [one.public_id for one in reports],
        "drafts": [one.public_id for one in drafts],
        "subscriptions": [subscribe(session, Wish(places=["KE"]), by=dora, at=at).public_id],
        "searches": [save(session, "march", by=dora, at=at).public_id],
    }


def _tokens(
    session: Session, cast: Cast, settings: Settings, *, at: datetime
) -> Iterator[tuple[str, str]]:
    for name in ("amara", "ben", "dora", "chidi"):
        person, scopes = getattr(cast, name), tuple(SCOPES)
        yield name, make_api_token(session, person, settings, at=at, scopes=scopes)[1]
    yield "dora, to read", make_api_token(session, cast.dora, settings, at=at)[1]
    yield "nobody", ""


class Fuzzer:
    """Asks everything that there is to ask, in the names of several people."""

    def __init__(
        self, app: Flask, tokens: Mapping[str, str], ids: Mapping[str, Iterable[str]]
    ) -> None:
        """Take the application, each role's token, and the ids of what there is on each shelf."""
        self._schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
        self._tokens = tokens
        self._ids = {shelf: list(some) for shelf, some in ids.items()}
        self.tally = Tally()

    def run(self, each: int) -> Tally:
        """Ask each operation, in each role, with so many requests of either kind."""
        for found in self._schema.get_all_operations():
            assert isinstance(found, Ok), found
            for mode in GenerationMode:
                self._ask(found.ok(), mode, each)
        return self.tally

    def _ask(self, operation: AnyOperation, mode: GenerationMode, each: int) -> None:
        @seed(zlib.crc32(f"{operation.label} {mode}".encode()))
        @profile(USUAL, max_examples=each)
        @given(case=operation.as_strategy(generation_mode=mode))
        def once(case: AnyCase) -> None:
            # To make a request takes longer than to answer it.
            for role, token in self._tokens.items():
                self._aim(case)
                self._try(case, f"{role}: {operation.label}", token)

        try:
            once()
        except Unsatisfiable:
            # Nothing can be wrong with a request that has nothing in it.
            return

    def _aim(self, case: AnyCase) -> None:
        # Made-up names lead nowhere: two of three requests are about things that there are.
        turn = self.tally.cases
        headers, slots, body = case.headers, case.path_parameters, case.body
        if headers is not None:
            headers.pop("Authorization", None)
            if "If-Match" in headers and turn % 2:
                headers["If-Match"] = "*"
        if turn % 3 == 0:
            return
        known = self._ids.get(_shelf(case), [])
        if slots and "public_id" in slots and known:
            slots["public_id"] = known[turn % len(known)]
        if isinstance(body, dict) and "council" in body:
            body["council"] = "kenya"

    def _try(self, case: AnyCase, label: str, token: str) -> None:
        self.tally.cases += 1
        begun = time.perf_counter()
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = case.call(headers=headers)
        self.tally.statuses[label, answer.status_code] += 1
        if time.perf_counter() - begun > SLOWEST:
            self.tally.failures.append(f"{label}: took too long")
        if answer.status_code == HTTPStatus.CREATED:
            self._ids[_shelf(case)].append(answer.json()["id"])
        try:
            case.validate_response(answer, checks=CHECKS)
        except Exception as problem:  # noqa: BLE001 -- each check has a kind of its own.
            self.tally.failures.append(f"{label}: {answer.status_code} {problem}"[:3000])


def _shelf(case: AnyCase) -> str:
    """Return below which address a case asks: what `/drafts/...` names is a draft."""
    return str(case.path).removeprefix("/api/v1/").partition("/")[0]
