"""Walking through the matrix: a world is furnished once, and everybody tries everything in it."""

from __future__ import annotations

import shutil
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TYPE_CHECKING

import time_machine

from osac_share.app import create_app
from osac_share.delivery.policy.brakes import CALM_AFTER
from osac_share.kernel import clock
from osac_share.kernel.db import open_engine, session_factory, transaction
from osac_share.migrations.schema import upgrade
from osac_share.settings import load_settings
from osac_share.worker import Worker
from tests.support.matrix import channels
from tests.support.matrix.addresses import Addresses
from tests.support.matrix.asking import Asker
from tests.support.matrix.cells import Judge, Tally
from tests.support.matrix.furnishing import Maker
from tests.support.matrix.holdings import Keeper
from tests.support.matrix.people import EVERYBODY, Account
from tests.support.matrix.settling import befall, settle
from tests.support.matrix.state import Fingerprints

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from sqlalchemy import Engine

    from osac_share.settings import Settings
    from tests.support.matrix.addresses import Call
    from tests.support.matrix.things import Plan, Thing, World

FORM = {
    "because": "It cannot wait.",
    "words": "Some words.",
    "decision": "approve",
    "outcome": "holds",
    "title": "Another title",
    "why": "Not ours to pass on.",
    "marking": "CLEAR",
    "recipients": "",
}
"""What the forms of acts are filled with, so that nothing but rights stands in their way."""

ORDER = {who.name: number for number, who in enumerate(EVERYBODY)}
"""The number of everybody's turn."""


@dataclass(frozen=True)
class Stage:
    """A furnished installation: its settings, its people, and what is in it."""

    settings: Settings
    accounts: Mapping[str, Account]
    world: World
    councils: Mapping[str, int]
    """The ids of the councils."""

    @property
    def outbox(self) -> Path:
        """Return the folder in which the mail is kept."""
        return self.settings.data.dir / "outbox"


def furnish(settings: Settings, engine: Engine, plans: Iterable[Plan]) -> Stage:
    """Furnish an installation, and let its worker do all that follows."""
    at = clock.now()
    with session_factory(engine)() as session, transaction(session):
        population = settle(session, secret_key=settings.require_secret(), at=at)
        maker = Maker(session, settings, population, at)
        wishes = maker.subscribe()
        world = maker.furnish(plans)
        world.wishes = wishes
        world.holdings = Keeper(session, population, at, maker.used).make()
        befall(session, population, at=at)
        councils = {slug: council.id for slug, council in population.councils.items()}
    with Worker(settings, engine) as worker:
        worker.drain()
    # So much at once is a burst; when it has been calm for a while it comes in digests.
    with time_machine.travel(clock.now() + CALM_AFTER), Worker(settings, engine) as worker:
        worker.drain()
    return Stage(settings, population.accounts, world, councils)


def walk(stage: Stage, engine: Engine, names: Iterable[str], *, stride: int = 1) -> Tally:
    """Let these people try everything, first what only reads and then what would act.

    Args:
        stage: the installation.
        engine: its database.
        names: of those who try.
        stride: 1 for every address; 3 for a third of those of each route, though at least for
            one, and another third for the next person and on the next route.

    """
    app = create_app(stage.settings, engine)
    mails = channels.mails_of(stage.outbox, stage.accounts.values())
    routes = _by_route(Addresses(app, stage.world, mails).calls())
    whole = Tally()
    fingerprints = Fingerprints(engine)
    before = fingerprints.take()
    for name in names:
        number = ORDER[name]
        judge = Judge(Asker(app, stage.accounts[name]), stage.world)
        # Those who are shut out are like strangers; a part of it all shows whether they are.
        step = stride * 4 if judge.who.is_shut_out else stride
        mine = _share(routes, number, step)
        judge.try_safely(mine)
        _use_channels(judge, stage, engine, stage.world.things[number % step :: step])
        judge.try_to_act(mine, FORM)
        after = fingerprints.take()
        for table in after.changed_since(before):
            judge.tally.leaks.append(f"{name}: what was not theirs to do changed {table}")
        before = after
        whole.add(judge.tally)
    return whole


def _by_route(calls: Iterable[Call]) -> list[list[Call]]:
    routes: dict[tuple[str, str], list[Call]] = {}
    for call in calls:
        routes.setdefault((call.endpoint, call.method), []).append(call)
    return list(routes.values())


def _share(routes: Sequence[Sequence[Call]], number: int, step: int) -> list[Call]:
    """Return what one person tries: something on every route, and not all of it of one thing."""
    mine: list[Call] = []
    for turn, calls in enumerate(routes, start=number):
        mine += calls[turn % min(step, len(calls)) :: step]
    return mine


def _use_channels(judge: Judge, stage: Stage, engine: Engine, searched: Sequence[Thing]) -> None:
    channels.look_at_lists(judge)
    channels.search_for_each(judge, searched)
    channels.poll_feeds(judge)
    channels.read_by_program(judge, stage.accounts[judge.who.name])
    with session_factory(engine)() as session:
        channels.open_mail(judge, stage.outbox, session, stage.accounts[judge.who.name])


def walk_all(scratch: Path, plans: Sequence[Plan], *, processes: int, stride: int) -> Tally:
    """Furnish an installation on SQLite and walk through it with several processes at once."""
    stage, file = furnish_anew(scratch, plans)
    names = [who.name for who in EVERYBODY]
    whole = Tally()
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        parts = [names[start::processes] for start in range(processes)]
        copies = [shutil.copyfile(file, scratch / f"osac-{part}.db") for part in range(processes)]
        for tally in pool.map(_walk_copy, [stage] * processes, copies, parts, [stride] * processes):
            whole.add(tally)
    return whole


def furnish_anew(scratch: Path, plans: Sequence[Plan]) -> tuple[Stage, Path]:
    """Furnish a new installation on SQLite; return it with the file of its database."""
    file = scratch / "osac.db"
    settings = load_settings(
        {
            "OSAC_DATABASE_URL": f"sqlite:///{file}",
            "OSAC_DATA_DIR": str(scratch),
            "OSAC_PUBLIC_URL": "http://localhost",
            "OSAC_SECRET_KEY": "a key for counting and for nothing else",
            "OSAC_SITE_DEMO": "true",
            "OSAC_WEB_API_PER_MINUTE": "1000000",
        }
    )
    engine = open_engine(settings.database_url)
    upgrade(engine)
    stage = furnish(settings, engine, plans)
    engine.dispose()
    return stage, file


def _walk_copy(stage: Stage, file: Path, names: Sequence[str], stride: int) -> Tally:
    engine = open_engine(f"sqlite:///{file}")
    try:
        return walk(stage, engine, names, stride=stride)
    finally:
        engine.dispose()
