"""How many mistakes in the rules of sight and of rights are noticed by the matrix's questions.

python benchmarks/policy_mutation.py [module ...]

Every module that decides who may see or do what is changed in one place after the other. Each
mutant runs in a process of its own, which has the world furnished already: first every question
is asked of everybody and compared with the oracle, then the module's own tests are run. A mutant
that gets past both has survived.
"""

from __future__ import annotations

import importlib
import io
import os
import sys
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import pytest  # noqa: E402

from benchmarks.figures import Figure, line  # noqa: E402
from benchmarks.mutants import Mutant, mutants_of  # noqa: E402
from osac_share.app import create_app  # noqa: E402
from osac_share.kernel import clock  # noqa: E402
from osac_share.kernel.db import open_engine, session_factory  # noqa: E402
from tests.support.matrix.questions import differences  # noqa: E402
from tests.support.matrix.things import few  # noqa: E402
from tests.support.matrix.walking import furnish_anew  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tests.support.matrix.walking import Stage

LEAST = 0.90
EVERY = 4
"""Of so many mutants of a module one is tried: which, is the same each time."""

PEOPLE = (
    *("named member", "secretary", "co-chair", "chair elsewhere", "analyst", "steering"),
    *("former secretary", "suspended chair", "law enforcement", "chair", "stranger"),
    *("member elsewhere", "former member", "admin", "point of contact"),
)
"""Whom every question is asked for; others stand where one of these stands."""

PATIENCE = 60
"""Seconds after which a mutant that still runs counts as noticed: it does not end."""

TESTS: dict[str, tuple[str, ...]] = {
    "osac_share.councils.policy.sight": ("tests/councils/test_policy.py",),
    "osac_share.councils.policy.standing": ("tests/councils/test_policy.py",),
    "osac_share.councils.policy.offices": ("tests/councils/test_policy.py",),
    "osac_share.reports.policy.rights": ("tests/reports/test_policy.py",),
    "osac_share.reports.policy.life": (
        "tests/reports/test_policy.py",
        "tests/reports/test_life.py",
    ),
    "osac_share.reports.policy.restricted": ("tests/reports/test_policy.py",),
    "osac_share.reports.queries.sight": ("tests/reports/test_queries.py",),
    "osac_share.reports.queries.knowing": ("tests/reports/test_queries.py",),
    "osac_share.reports.queries.glances": ("tests/reports/test_queries.py",),
    "osac_share.reports.queries.authorship": ("tests/reports/test_queries.py",),
    "osac_share.reports.queries.attachments": ("tests/reports/test_attachments.py",),
    "osac_share.reports.queries.reviewing": ("tests/reports/test_reviewing.py",),
    "osac_share.relays.policy": ("tests/relays/test_deciding.py",),
    "osac_share.subscriptions.policy": ("tests/subscriptions/test_matching.py",),
    "osac_share.delivery.policy": (
        "tests/delivery/test_rights.py",
        "tests/delivery/test_policy.py",
    ),
    "osac_share.proposals.policy": ("tests/councils",),
    "osac_share.membership.policy.rights": ("tests/membership",),
    "osac_share.admin.policy": ("tests/admin",),
}
"""The modules that decide, each with the tests of its own that a mutant meets last."""

EQUIVALENT: dict[str, str] = {}
"""Mutants that do the same as what they were made of, as they are printed, each with the reason."""


@dataclass(frozen=True)
class Run:
    """What was found out about all mutants."""

    tried: int
    survivors: tuple[Mutant, ...]

    @property
    def score(self) -> float:
        """Return the share of mutants that were noticed."""
        return 1 - len(self.survivors) / self.tried if self.tried else 0.0


def measure(modules: Iterable[str] = TESTS) -> list[Figure]:
    """Return the share of mutants that were noticed, and print those that were not."""
    run = try_all(modules)
    for mutant in run.survivors:
        print(f"policy_mutation: survived {mutant}")
    return [
        Figure("policy_mutants", run.tried, "mutants", 100, "at least"),
        Figure("policy_mutation_score", run.score, "", LEAST, "at least"),
    ]


def try_all(modules: Iterable[str], *, processes: int = 2) -> Run:
    """Try every mutant of these modules."""
    mutants = [
        mutant
        for name in modules
        for mutant in list(mutants_of(name, _source(name)))[::EVERY]
        if str(mutant) not in EQUIVALENT
    ]
    with tempfile.TemporaryDirectory() as scratch:
        stage, file = furnish_anew(Path(scratch), few())
        create_app(stage.settings)
        asked = {name: stage.accounts[name] for name in PEOPLE}
        stage = replace(stage, accounts=asked)
        outcomes = list(_outcomes(mutants, stage, file, processes))
    survived = (mutant for mutant, noticed in zip(mutants, outcomes, strict=True) if not noticed)
    return Run(len(mutants), tuple(survived))


def _outcomes(
    mutants: Sequence[Mutant], stage: Stage, file: Path, processes: int
) -> Iterator[bool]:
    # Each mutant has a process of its own, forked from this one, which has imported everything.
    context = get_context("fork")
    for start in range(0, len(mutants), processes):
        together = mutants[start : start + processes]
        running = [context.Process(target=_try, args=(one, stage, file)) for one in together]
        for process in running:
            process.start()
        for process in running:
            process.join(PATIENCE)
            if process.is_alive():
                process.kill()
                process.join()
            yield process.exitcode != 0


def _try(mutant: Mutant, stage: Stage, file: Path) -> None:
    os.chdir(ROOT)
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(out):
        try:
            _change(mutant)
            noticed = _is_noticed_by_questions(stage, file) or _is_noticed_by_tests(mutant)
        except Exception:  # noqa: BLE001 -- whatever it is, it is noticed.
            noticed = True
    os._exit(int(noticed))


def _is_noticed_by_questions(stage: Stage, file: Path) -> bool:
    engine = open_engine(f"sqlite:///{file}")
    with session_factory(engine)() as session:
        return any(True for _ in differences(session, stage, at=clock.now()))


def _is_noticed_by_tests(mutant: Mutant) -> bool:
    tests = [test for test in TESTS[mutant.module] if (ROOT / test).exists()]
    options = ["-x", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:xdist"]
    selected = ["-k", "not postgresql", "-m", "not browser and not slow"]
    return bool(tests) and pytest.main([*options, *selected, *tests]) != 0


def _change(mutant: Mutant) -> None:
    """Put the changed statement into the module, for all who have imported it already."""
    module = importlib.import_module(mutant.module)
    before = dict(vars(module))
    source = f"from __future__ import annotations\n{mutant.source}\n"
    exec(compile(source, mutant.module, "exec"), vars(module))  # noqa: S102 -- our own source.
    old, new = before[mutant.name], vars(module)[mutant.name]
    if isinstance(old, type) or callable(old):
        _take_code(old, new)
        setattr(module, mutant.name, old)
    else:
        _replace_everywhere(old, new)
    for found in vars(module).values():
        if hasattr(found, "cache_clear"):
            found.cache_clear()


def _take_code(old: Any, new: Any) -> None:  # noqa: ANN401 -- functions and classes alike.
    if isinstance(old, type):
        for name, member in vars(new).items():
            if name in vars(old):
                _take_code(vars(old)[name], member)
        return
    old, new = getattr(old, "fget", old), getattr(new, "fget", new)
    old, new = getattr(old, "__wrapped__", old), getattr(new, "__wrapped__", new)
    if isinstance(new, FunctionType):
        old.__code__ = new.__code__


def _replace_everywhere(old: object, new: object) -> None:
    for module in list(sys.modules.values()):
        if isinstance(module, ModuleType) and module.__name__.startswith("osac_share"):
            for name, value in list(vars(module).items()):
                if value is old:
                    setattr(module, name, new)


@cache
def _source(module: str) -> str:
    path = ROOT / (module.replace(".", "/") + ".py")
    return path.read_text(encoding="utf-8")


def main(modules: list[str]) -> None:
    """Measure, and print; of some modules alone, if they are named."""
    for figure in measure(modules or TESTS):
        print(line(figure))


if __name__ == "__main__":
    main(sys.argv[1:])
