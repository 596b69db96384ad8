"""Try mutants of our modules on the tests that bear on them.

One pytest session collects and runs all tests, and takes down which functions each of them comes
by. It then forks once for each mutant: the child has everything imported already, puts the
changed statement in its place, and runs what comes by there, the quickest first, until a test
fails.
"""

from __future__ import annotations

import ast
import gc
import importlib
import os
import signal
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, settings

from benchmarks.mutants import Mutant, name_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from types import CodeType, FrameType

ROOT = Path(__file__).parents[1]

PATIENCE_S = 20
"""A mutant that still computes after so long is noticed: it does not end."""

STUCK_S = 300
"""The same for one that does not even compute."""

ENOUGH_S = 10.0
"""For so long, as they compute without a mutant, tests are chosen for one: the quickest."""

SURVIVED, NOTICED, BROKEN = 0, 1, 2

OPTIONS = (
    *("-k", "not postgresql", "-m", "not browser and not slow", "--assert=plain", "-s"),
    *("-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:terminal"),
    *("-o", "tmp_path_retention_policy=none", "--hypothesis-profile=mutants"),
)

settings.register_profile(
    "mutants",
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
    max_examples=100,
)


@dataclass(frozen=True)
class Trial:
    """What became of the mutants."""

    survivors: tuple[Mutant, ...]
    failing: tuple[str, ...]
    """Tests that fail without any mutant, and so tell nothing of one."""


def try_all(mutants: Sequence[Mutant], tests: Mapping[str, Sequence[str]]) -> Trial:
    """Try mutants, as many at once as there are processors.

    Args:
        mutants: what to try.
        tests: the files of tests for each module.

    """
    # pytest leaves traces in its process, so that it gets one of its own.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_try_all, mutants, tests).result()


def _try_all(mutants: Sequence[Mutant], tests: Mapping[str, Sequence[str]]) -> Trial:
    os.chdir(ROOT)
    modules = {mutant.module for mutant in mutants}
    files = sorted({file for module in modules for file in tests[module]})
    trials = Trials(mutants, tests)
    with tempfile.TemporaryDirectory() as scratch:
        code = pytest.main([*OPTIONS, f"--basetemp={scratch}/tests", *files], plugins=[trials])
    if not trials.is_done:
        raise RuntimeError(f"the tests could not be run: {code}")
    return Trial(tuple(trials.survivors), tuple(trials.failing))


@dataclass(eq=False)
class Trials:
    """The plugin: runs every test once, and then some of them for each mutant."""

    mutants: Sequence[Mutant]
    tests: Mapping[str, Sequence[str]]
    survivors: list[Mutant] = field(default_factory=list)
    failing: list[str] = field(default_factory=list)
    is_done: bool = False
    _is_child: bool = False
    _seconds: dict[str, float] = field(default_factory=dict)
    _passed_by: dict[str, set[tuple[str, str]]] = field(default_factory=dict)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the tests, and then the mutants."""
        self._run_each(session)
        usable = [item for item in session.items if item.nodeid not in self.failing]
        usable.sort(key=lambda item: self._seconds[item.nodeid])
        gc.collect()
        gc.freeze()
        room = len(os.sched_getaffinity(0))
        running: dict[int, Mutant] = {}
        for mutant in self.mutants:
            if len(running) == room:
                self._wait(running)
            child = os.fork()
            if not child:
                self._be(mutant, self._chosen(mutant, usable))
            running[child] = mutant
        while running:
            self._wait(running)
        self.is_done = True
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take down whether a test failed; a child ends when one does."""
        if report.failed and self._is_child:
            os._exit(NOTICED)
        if report.failed:
            self.failing.append(report.nodeid)

    def _run_each(self, session: pytest.Session) -> None:
        files = {str(path_of(mutant.module)): mutant.module for mutant in self.mutants}
        # After the last comes the first again, so that what they all share stays in place.
        for item, after in zip(session.items, [*session.items[1:], session.items[0]], strict=True):
            passed: set[CodeType] = set()

            def watch(
                frame: FrameType, _event: str, _argument: object, passed: set[CodeType] = passed
            ) -> None:
                passed.add(frame.f_code)

            began = time.process_time()
            sys.settrace(watch)
            try:
                item.ihook.pytest_runtest_protocol(item=item, nextitem=after)
            finally:
                sys.settrace(None)
            self._seconds[item.nodeid] = time.process_time() - began
            self._passed_by[item.nodeid] = {
                (files[code.co_filename], code.co_qualname.partition(".")[0])
                for code in passed
                if code.co_filename in files
            }

    def _chosen(self, mutant: Mutant, usable: Sequence[pytest.Item]) -> list[pytest.Item]:
        own = [
            item
            for item in usable
            if any(item.nodeid.startswith(file) for file in self.tests[mutant.module])
        ]
        # What is no function, a constant say, nobody is seen to come by.
        place = mutant.module, mutant.name
        found = [item for item in own if place in self._passed_by[item.nodeid]] or own
        chosen: list[pytest.Item] = []
        seconds = 0.0
        for item in found:
            seconds += self._seconds[item.nodeid]
            if chosen and seconds > ENOUGH_S:
                break
            chosen.append(item)
        return chosen

    def _be(self, mutant: Mutant, items: Sequence[pytest.Item]) -> None:
        self._is_child = True
        signal.setitimer(signal.ITIMER_PROF, PATIENCE_S)
        signal.alarm(STUCK_S)
        try:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
            put_in_place(mutant)
        except (SyntaxError, ValueError):
            os._exit(BROKEN)
        except Exception:  # noqa: BLE001 -- such a module could not even be imported.
            os._exit(NOTICED)
        try:
            for item, after in zip(items, [*items[1:], None], strict=True):
                item.ihook.pytest_runtest_protocol(item=item, nextitem=after)
        except BaseException:  # noqa: BLE001 -- whatever it is, it is noticed.
            os._exit(NOTICED)
        os._exit(SURVIVED)

    def _wait(self, running: dict[int, Mutant]) -> None:
        child, status = os.wait()
        mutant = running.pop(child, None)
        if mutant is None:
            return
        ended = os.waitstatus_to_exitcode(status)
        if ended == BROKEN:
            raise RuntimeError(f"cannot be tried: {mutant}")
        if ended == SURVIVED:
            self.survivors.append(mutant)


def path_of(module: str) -> Path:
    """Return the file of one of our modules."""
    return ROOT / (module.replace(".", "/") + ".py")


def put_in_place(mutant: Mutant) -> None:
    """Put the changed statement into its module, for all who have imported it already."""
    module = importlib.import_module(mutant.module)
    changed = [mutant.name]
    _define(module, mutant.name, mutant.source)
    for statement in ast.parse(path_of(mutant.module).read_text(encoding="utf-8")).body:
        # A constant that is made of a changed one changes, too.
        used = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
        name = name_of(statement)
        is_constant = isinstance(statement, (ast.Assign, ast.AnnAssign))
        if name and is_constant and name not in changed and not used.isdisjoint(changed):
            changed.append(name)
            _define(module, name, ast.unparse(statement))
    feature = ".".join(mutant.module.split(".")[:2])
    for one in _modules(f"{feature}."):
        for found in list(vars(one).values()):
            if hasattr(found, "cache_clear"):
                found.cache_clear()


def _define(module: ModuleType, name: str, source: str) -> None:
    old = vars(module)[name]
    whole = f"from __future__ import annotations\n{source}\n"
    exec(compile(whole, str(module.__file__), "exec"), vars(module))  # noqa: S102 -- our own.
    new = vars(module)[name]
    if isinstance(old, type) or callable(old):
        _take_code(old, new)
        setattr(module, name, old)
    else:
        _replace_everywhere(old, new)


def _take_code(old: Any, new: Any) -> None:  # noqa: ANN401 -- functions and classes alike.
    if isinstance(old, type):
        for name, member in vars(new).items():
            if name in vars(old):
                _take_code(vars(old)[name], member)
        return
    old, new = getattr(old, "fget", old), getattr(new, "fget", new)
    old, new = getattr(old, "__wrapped__", old), getattr(new, "__wrapped__", new)
    if isinstance(old, FunctionType) and isinstance(new, FunctionType):
        old.__code__, old.__defaults__ = new.__code__, new.__defaults__
        old.__kwdefaults__ = new.__kwdefaults__


def _replace_everywhere(old: object, new: object) -> None:
    for module in _modules("osac_share.", "tests."):
        for name, value in list(vars(module).items()):
            if value is old:
                setattr(module, name, new)


def _modules(*starts: str) -> Iterable[ModuleType]:
    return [one for name, one in list(sys.modules.items()) if name.startswith(starts)]
