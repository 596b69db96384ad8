"""What machines are told: a TAXII stream read while it grows, objects in STIX, alerts in CAP."""

from __future__ import annotations

import gzip
import os
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import etree
from sqlalchemy import select
from stix2.exceptions import STIXError
from werkzeug.test import Client

from benchmarks.figures import Figure
from osac_share.app import create_app
from osac_share.cap.models import CapMessage
from osac_share.cap.queries import acknowledged
from osac_share.exchange.actions import follow
from osac_share.exchange.cli import import_file
from osac_share.kernel import clock
from osac_share.kernel.db import open_engine, session_factory, transaction
from osac_share.reports.models import ALL_CLEAR, CANCELLED, Report
from osac_share.settings import load_settings
from tests.support.application import serving
from tests.support.cast import settle
from tests.support.databases import migrate
from tests.support.machines.alerts import check_message, is_signed_by
from tests.support.machines.asking import VERSIONS, everything
from tests.support.machines.desk import WORDS, Desk
from tests.support.machines.following import read_on
from tests.support.machines.newsroom import Newsroom
from tests.support.machines.stix import faults
from tests.support.tokens import make_api_token

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from typing import Any

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.settings import Settings
    from tests.support.cast import Cast

ROUNDS = 3
"""How often the stream is read while it grows, each time on another database."""

STRIDE = 20
"""Every so many-th of the published texts is taken in."""

SEVERITIES = ("routine", "security", "emergency")


@dataclass(frozen=True)
class House:
    """An installation with the cast of the tests in it."""

    environ: dict[str, str]
    settings: Settings
    engine: Engine
    session: Session
    cast: Cast
    at: datetime

    @property
    def token(self) -> str:
        """Return a new token of a plain member, who reads."""
        return make_api_token(self.session, self.cast.dora, self.settings, at=self.at)[1]


def measure() -> Iterator[tuple[Figure, str]]:
    """Yield each figure, and how it was come by."""
    yield _stream()
    yield _objects()
    yield _alerts()


@contextmanager
def _house() -> Iterator[House]:
    with tempfile.TemporaryDirectory() as scratch:
        url = f"sqlite:///{Path(scratch) / 'osac.db'}"
        environ = {
            "OSAC_DATABASE_URL": url,
            "OSAC_DATA_DIR": scratch,
            "OSAC_PUBLIC_URL": "http://share.example.org",
            "OSAC_SECRET_KEY": "a key for counting and for nothing else",
        }
        migrate(url)
        engine, at = open_engine(url), clock.now()
        with session_factory(engine)() as session:
            with transaction(session):
                cast = settle(session, at=at)
            yield House(environ, load_settings(environ), engine, session, cast, at)
        engine.dispose()


def _stream() -> tuple[Figure, str]:
    wrong = objects = 0
    for _ in range(ROUNDS):
        with _house() as house:
            log, token = Path(house.environ["OSAC_DATA_DIR"]) / "server.log", house.token
            with serving(house.environ, log=log) as address:
                paged = read_on(address, token, house.engine, house.at)
        wrong, objects = wrong + paged.gaps_and_repeats, objects + len(paged.whole)
    how = (
        f"taxii2-client reads {objects:,} objects by sevens, in {ROUNDS} rounds, while two "
        "councils publish, and all of them at once afterwards"
    )
    return Figure("taxii_gaps_or_repeats", wrong, "objects", 0, "at most"), how


def _objects() -> tuple[Figure, str]:
    with _house() as house:
        Newsroom(house.session, house.cast, house.at).play()
        taken = _take_in(house)
        program = Client(create_app(house.settings, house.engine))
        made = everything(program, house.token, asked=VERSIONS)
    found = {one["id"]: said for one in made if (said := _faults(one))}
    for name, said in found.items():
        print(f"stix: {name}: {'; '.join(said)}")
    how = (
        f"stix2-validator, strict, and stix2 over {len(made):,} objects, {taken:,} texts among them"
    )
    return Figure("stix_invalid_objects", len(found), "objects", 0, "at most"), how


def _take_in(house: House) -> int:
    """Take in some of the published texts, where OSAC_TEXTS names their file; return how many."""
    if not (texts := os.environ.get("OSAC_TEXTS")):
        return 0
    some = Path(house.environ["OSAC_DATA_DIR"]) / "some.jsonl.gz"
    with gzip.open(texts) as lines, gzip.open(some, "wb") as chosen:
        chosen.writelines(line for number, line in enumerate(lines) if number % STRIDE == 0)
    taken = import_file(house.session, str(some)).taken
    with transaction(house.session) as session:
        follow(session, session.scalars(select(Report.id)).all(), at=clock.now())
    return taken


def _faults(made: dict[str, Any]) -> list[str]:
    try:
        return faults(made)
    except STIXError as fault:
        return [str(fault)]


def _alerts() -> tuple[Figure, str]:
    with _house() as house:
        desk = Desk(
            house.session, house.cast.kenya, house.cast.actors["amara"], house.settings, house.at
        )
        _play(desk)
        (certificate,) = [one.pem.encode() for one in acknowledged(house.session)]
        documents = [one.encode() for one in house.session.scalars(select(CapMessage.document))]
    wrong = [one for one in documents if not _is_right(one, certificate)]
    for document in wrong:
        print(f"cap: {document.decode()}")
    how = f"schema, prose of the standard and xmlsec over {len(documents)} messages of every kind"
    return Figure("cap_invalid", len(wrong), "messages", 0, "at most"), how


def _play(desk: Desk) -> None:
    """Let alerts of every severity live each kind of life, in earnest and as a drill."""
    for severity in SEVERITIES:
        words = replace(WORDS, severity=severity)
        for is_exercise in (False, True):
            for outcome in (ALL_CLEAR, CANCELLED):
                report = desk.publish(words, is_exercise=is_exercise)
                desk.update(report, words)
                desk.hide(report)
                desk.update(report, words, lifted=["Mombasa"])
                desk.end(report, outcome, words)
            desk.withdraw(desk.publish(words, is_exercise=is_exercise))


def _is_right(document: bytes, certificate: bytes) -> bool:
    try:
        check_message(document)
    except (AssertionError, etree.DocumentInvalid, etree.XMLSyntaxError, ValueError):
        return False
    return is_signed_by(document, certificate)
