"""`osac-share import FILE`, as a person or a script meets it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from osac_share.exchange import cli
from tests.exchange.archive import history, line, packed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Engine

    from osac_share.settings import Settings

    Run = Callable[[str], Result]


@pytest.fixture
def events() -> list[str]:
    """Return what ran beside the import: the address of its database, and its end."""
    return []


@pytest.fixture
def run(environment: dict[str, str], engine: Engine, events: list[str]) -> Run:
    """Return a function that runs the command on this test's database."""

    @contextmanager
    def beside(settings: Settings) -> Iterator[None]:
        events.append(settings.database_url)
        yield
        events.append("caught up")

    command = cli.import_command(beside)
    return lambda file: CliRunner().invoke(command, [file], env=environment)


def test_good_file_ends_with_0_and_an_account(run: Run, tmp_path: Path) -> None:
    result = run(packed(tmp_path / "texts.jsonl.gz", history()))
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "Taken: 5",
        "New reports: 2",
        "Unchanged: 0",
        "Filed under Other: 0",
        "Could not be placed: 0",
        "Could not be taken: 0",
    ]


def test_line_that_cannot_be_taken_ends_with_1_and_is_named(run: Run, tmp_path: Path) -> None:
    result = run(
        packed(
            tmp_path / "texts.jsonl", [*history(), "<rss/>", line(iso2=None, country="Atlantis")]
        )
    )
    assert result.exit_code == 1
    assert "Taken: 5" in result.stdout
    assert "Could not be taken: 1\n  line 6 is not JSON: expected value at column 1\n" in (
        result.stdout
    )


@pytest.mark.one_database
@pytest.mark.parametrize("content", [b"", b"\n \n", b"\x1f\x8b\x08nonsense"])
def test_file_without_a_text_ends_with_1_and_one_sentence(
    run: Run, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "texts.jsonl.gz"
    file.write_bytes(content)
    result = run(str(file))
    assert result.exit_code == 1
    assert "Traceback" not in result.output


@pytest.mark.one_database
def test_missing_file_ends_with_1_and_one_sentence(run: Run) -> None:
    result = run("nothing.jsonl")
    assert result.exit_code == 1
    assert result.stderr == "Error: nothing.jsonl cannot be read: No such file or directory.\n"


@pytest.mark.one_database
def test_worker_runs_beside_and_is_waited_for(
    run: Run, tmp_path: Path, events: list[str], database_url: str
) -> None:
    run(packed(tmp_path / "texts.jsonl", history()))
    assert events == [database_url, "caught up"]


@pytest.mark.one_database
def test_nothing_is_started_where_nothing_is_new(
    run: Run, tmp_path: Path, events: list[str]
) -> None:
    file = packed(tmp_path / "texts.jsonl", history())
    run(file)
    events.clear()
    assert run(file).exit_code == 0
    assert run("nothing.jsonl").exit_code == 1
    assert not events


@pytest.mark.one_database
def test_progress_is_lines_where_there_is_no_terminal(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "TOLD_EVERY", 2)
    result = run(packed(tmp_path / "texts.jsonl", history()))
    assert result.stdout.startswith("5 of 5 texts\n")


@pytest.mark.one_database
def test_progress_is_a_bar_on_a_terminal(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    result = run(packed(tmp_path / "texts.jsonl", history()))
    assert "Taking in texts" in result.stderr
    assert result.stdout.startswith("Taken: 5\n")
