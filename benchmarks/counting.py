"""Count the claims that are not speeds, and write build/figures.json.

python -m benchmarks.counting, with the names of some: guard, races, previews, matrix, mutation,
asvs, revocation, kills, api, search, machines
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import time_machine

from benchmarks import api_fuzzing, guard_corpus, policy_mutation, search_figures
from benchmarks import machines as standards
from benchmarks.figures import Figure
from osac_share.app import create_app
from osac_share.kernel.db import open_engine, session_factory, transaction
from osac_share.migrations.schema import upgrade
from osac_share.settings import load_settings
from tests.support.asvs import AUTOMATED, requirements
from tests.support.databases import DATABASES, migrate
from tests.support.factories import MOMENT, actor_of, make_council, make_person
from tests.support.killing import EDITIONS, PLACES, Campaign
from tests.support.mailbox import serving_mail
from tests.support.matrix.people import EVERYBODY
from tests.support.matrix.revoking import slowest_revocation
from tests.support.matrix.things import plans
from tests.support.matrix.walking import walk_all
from tests.support.pages import Visitor
from tests.support.postgres import prepared_server
from tests.support.racing import Race
from tests.support.rehearsing import Stage, shapes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sqlalchemy import Engine

ROOT = Path(__file__).parents[1]
ROUNDS = 1000
KILLS = 200
STRIDE = 20
"""Of so many addresses of a route each person tries one."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A figure and how it was come by."""

    figure: Figure
    how: str


def guard() -> Iterable[Counted]:
    """Count what the guard finds in its corpus, and what it holds back of published texts."""
    for figure in guard_corpus.measure():
        yield Counted(figure, "every text of tests/guard/corpus; the published texts themselves")


def races() -> Iterable[Counted]:
    """Let two editors, two approvers and two workers race over one report a thousand times."""
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as stack:
        tally = Race(_database(Path(scratch), stack)).run(ROUNDS)
    lost = tally.lost_updates + tally.wrong_approvals + tally.wrong_publications
    how = "two threads each, on SQLite; the tests do the same on PostgreSQL"
    yield Counted(Figure("race_rounds", tally.rounds, "rounds", ROUNDS, "at least"), how)
    yield Counted(Figure("race_lost_updates", lost, "rounds", 0, "at most"), how)


def previews() -> Iterable[Counted]:
    """Publish reports of every kind and marking, and compare what was sent with its preview."""
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as stack:
        # The time of publication is the one thing that may differ.
        stack.enter_context(time_machine.travel(MOMENT, tick=False))
        engine = _database(Path(scratch), stack)
        settings = load_settings(
            {
                "OSAC_DATABASE_URL": str(engine.url),
                "OSAC_DATA_DIR": scratch,
                "OSAC_PUBLIC_URL": "http://share.example.org",
                "OSAC_SESSIONS_SECOND_FACTOR": "offered",
                "OSAC_SECRET_KEY": "a key for counting and for nothing else",
            }
        )
        with session_factory(engine)() as session:
            with transaction(session):
                council = make_council(session)
                chair = make_person(session, "Ada", seats=[(council, "chair_public")])
            visitor = Visitor(create_app(settings, engine).test_client())
            visitor.sign_in(chair.email, "kestrel lagoon amber fjord")
            stage = Stage(session, engine, settings, council, actor_of(session, chair), visitor)
            stage.subscribe()
            found = [(shape, stage.differences(shape)) for shape in shapes()]
            differs = [(shape, channels) for shape, channels in found if channels]
    for shape, channels in differs:
        print(f"previews: {shape} differs in {', '.join(channels)}")
    how = f"mail, feed entry and short message of {len(list(shapes()))} reports"
    yield Counted(Figure("preview_differs_from_sent", len(differs), "reports", 0, "at most"), how)


def matrix() -> Iterable[Counted]:
    """Let everybody try everything, and count the cells and what was wrong in them."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        tally = walk_all(Path(scratch), list(plans()), processes=2, stride=STRIDE)
    took = time.monotonic() - began
    for wrong in [*tally.leaks, *tally.refusals]:
        print(f"matrix: {wrong}")
    how = (
        f"{len(EVERYBODY)} kinds of people, each on every route and channel: one in {STRIDE} "
        f"of its addresses, and others than the next person; "
        f"{tally.size / 1e6:.0f} MB looked through"
    )
    yield Counted(Figure("authorisation_cells", tally.cells, "cells", 50_000, "at least"), how)
    yield Counted(Figure("authorisation_leaks", len(tally.leaks), "cells", 0, "at most"), how)
    refused = len(tally.refusals)
    yield Counted(Figure("authorisation_refusals", refused, "cells", 0, "at most"), how)
    yield Counted(Figure("authorisation_seconds", took, "s", 150, "at most"), how)


def mutation() -> Iterable[Counted]:
    """Make small mistakes in the rules of sight and rights, and count how many are noticed."""
    for figure in policy_mutation.measure():
        yield Counted(figure, policy_mutation.HOW)


def asvs() -> Iterable[Counted]:
    """Count the requirements of ASVS 5.0 that tests of ours would see broken."""
    automated = sum(row.how == AUTOMATED for row in requirements())
    how = "lines of docs/asvs.md that name a test"
    yield Counted(Figure("asvs_automated", automated, "lines", 150, "at least"), how)


def revocation() -> Iterable[Counted]:
    """Take rights away, and time how long it takes until nothing shows them any more."""
    with tempfile.TemporaryDirectory() as scratch:
        worst = slowest_revocation(Path(scratch))
    how = "each way to lose a right, on the next request of each channel and for queued mail"
    yield Counted(Figure("revocation_seconds", worst, "s", 1, "at most"), how)


def kills() -> Iterable[Counted]:
    """Kill workers at named places and random moments, on both databases, while others work."""
    places = [place for named in PLACES for place in (named, "")]
    lost = doubled = repeated = killed = 0
    slowest = 0.0
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as stack:
        installations = _installations(Path(scratch), stack)
        server = stack.enter_context(serving_mail())
        for number, environment in enumerate(installations):
            campaign = Campaign(environment, server)
            some = [places[(number * EDITIONS + one) % len(places)] for one in range(EDITIONS)]
            tally = campaign.run(some)
            for problem in tally.problems:
                print(f"kills: {problem}")
            lost, doubled = lost + tally.lost, doubled + tally.doubled
            repeated, killed = repeated + tally.repeated, killed + tally.kills
            campaign.close()
            if number < len(DATABASES):
                # In a database of its own, so that nothing else is due.
                campaign = Campaign(next(installations), server)
                slowest = max(slowest, campaign.recovery_seconds())
                campaign.close()
            if killed >= KILLS:
                break
    how = f"two workers, {len(PLACES)} named places and random moments, SQLite and PostgreSQL"
    again = f"{how}; {repeated} were in flight at a kill and came again under their Message-ID"
    yield Counted(Figure("delivery_kills", killed, "kills", KILLS, "at least"), how)
    yield Counted(Figure("delivery_lost", lost, "rows", 0, "at most"), how)
    yield Counted(Figure("delivery_doubled", doubled, "mails", 0, "at most"), again)
    yield Counted(Figure("delivery_recovery_seconds", slowest, "s", 60, "at most"), how)


def api() -> Iterable[Counted]:
    """Ask the API all that its description allows and forbids, and count what went wrong."""
    for figure in api_fuzzing.measure():
        yield Counted(figure, api_fuzzing.HOW)


def search() -> Iterable[Counted]:
    """Count what search lets out, gets wrong, stumbles over and finds."""
    for figure, how in search_figures.measure():
        yield Counted(figure, how)


def machines() -> Iterable[Counted]:
    """Count what programs are told wrongly in TAXII, STIX and CAP."""
    for figure, how in standards.measure():
        yield Counted(figure, how)


def _installations(folder: Path, stack: ExitStack) -> Iterator[dict[str, str]]:
    """Yield empty installations without end, on SQLite and on PostgreSQL by turns."""
    postgres = stack.enter_context(prepared_server(migrate))
    for number in count():
        own = folder / str(number)
        own.mkdir()
        if number % len(DATABASES):
            url = stack.enter_context(postgres.fresh_database())
        else:
            url = f"sqlite:///{own / 'osac.db'}"
            migrate(url)
        yield {
            "OSAC_DATABASE_URL": url,
            "OSAC_DATA_DIR": str(own),
            "OSAC_PUBLIC_URL": "http://share.example.org",
            "OSAC_SECRET_KEY": "a key for counting and for nothing else",
        }


def _database(folder: Path, stack: ExitStack) -> Engine:
    engine = open_engine(f"sqlite:///{folder / 'osac.db'}")
    stack.callback(engine.dispose)
    upgrade(engine)
    return engine


COUNTS: dict[str, Callable[[], Iterable[Counted]]] = {
    "guard": guard,
    "races": races,
    "previews": previews,
    "matrix": matrix,
    "mutation": mutation,
    "asvs": asvs,
    "revocation": revocation,
    "kills": kills,
    "api": api,
    "search": search,
    "machines": machines,
}


def main(names: list[str]) -> None:
    """Count everything, or what is named; print and write."""
    rows = []
    for name in names or COUNTS:
        for counted in COUNTS[name]():
            figure = counted.figure
            verdict = "met" if figure.met else "MISSED"
            print(
                f"{figure.name:28} {figure.value:>10,.3f} {figure.unit:8} "
                f"target {figure.sense} {figure.target:g}: {verdict}",
                flush=True,
            )
            kept = ("name", "value", "unit", "target")
            told = {key: value for key, value in asdict(figure).items() if key in kept}
            rows.append(told | {"met": figure.met, "how": counted.how})
    file = ROOT / "build" / "figures.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
