"""What stands in no file of the project."""

from __future__ import annotations

import re

import pytest

from tests.support.sources import place, python_files, tracked_files

# Each expression is written so that it does not match itself.
NOWHERE = {
    "a path of somebody's machine": r"(?<![\w.])/(?:wor[k]|hom[e]/\w+|User[s]/\w+|far[m])/",
    "the host of a package registry": (
        r"pypi[.]org|pythonhosted[.]org|registry[.](?:npmjs|yarnpkg)|[.]debian[.]org/"
    ),
    "a secret": r"-----BEGIN [A-Z ]*PRIVATE KE[Y]|ghp_[A-Za-z0-9]{3[6]}|AKIA[0-9A-Z]{1[6]}",
    "a promise instead of work": r"\b(?:TOD[O]|FIXM[E]|XX[X])\b",
}
DISHONEST = {
    "a test that may be passed over": (
        r"pytest[.](?:ski[p]|xfai[l]|importorski[p])|mark[.](?:ski[p]|skipi[f]|xfai[l])"
    ),
    "a mock": r"unittest[.]moc[k]|import moc[k]|MagicMoc[k]",
    "a swallowed failure": r"except Exceptio[n]:\s*pass",
    "a line that coverage does not count": r"pragma: no cove[r]",
}


@pytest.mark.parametrize("what", NOWHERE)
def test_no_file_holds(what: str) -> None:
    assert not [
        f"{place(file, number)}: {line.strip()[:120]}"
        for file in tracked_files()
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(NOWHERE[what], line)
    ]


@pytest.mark.parametrize("what", DISHONEST)
def test_no_program_holds(what: str) -> None:
    assert not [
        place(file)
        for file in python_files("osac_share", "tests", "benchmarks", "assets")
        if re.search(DISHONEST[what], file.read_text(encoding="utf-8"))
    ]
