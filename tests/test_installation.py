"""An installation: its folder, its key, its schema, its port and its processes."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import inspect

from osac_share.installation import Processes, prepare, require_free_port
from osac_share.kernel.db import open_engine
from osac_share.kernel.errors import Misconfigured
from osac_share.migrations.schema import is_current
from osac_share.settings import SECRET_LENGTH, load_settings, secret_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from osac_share.settings import Settings

PATIENCE_S = 20
ROOT = Path(__file__).parents[1]


PREPARE = """
from osac_share.installation import prepare
from osac_share.settings import load_settings
prepare(load_settings())
"""


def settings_in(folder: Path, **environ: str) -> Settings:
    return load_settings({"OSAC_DATA_DIR": str(folder), **environ})


def test_new_installation_gets_a_folder_a_key_and_a_schema(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    prepare(settings_in(folder))
    settings = settings_in(folder)
    assert len(settings.require_secret()) >= SECRET_LENGTH
    engine = open_engine(settings.database_url)
    assert is_current(engine)
    engine.dispose()


def test_nobody_else_reads_the_folder_or_the_key(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    prepare(settings_in(folder))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(secret_file(folder).stat().st_mode) == 0o600


def test_preparing_again_keeps_the_key_and_leaves_nothing_behind(tmp_path: Path) -> None:
    prepare(settings_in(tmp_path))
    key, files = settings_in(tmp_path).secret.key, sorted(tmp_path.iterdir())
    prepare(settings_in(tmp_path))
    assert settings_in(tmp_path).secret.key == key
    assert sorted(tmp_path.iterdir()) == files


def test_key_file_that_a_crash_left_empty_is_filled(tmp_path: Path) -> None:
    secret_file(tmp_path).touch()
    prepare(settings_in(tmp_path))
    assert len(settings_in(tmp_path).require_secret()) >= SECRET_LENGTH


def test_key_from_elsewhere_is_not_copied_into_the_folder(tmp_path: Path) -> None:
    prepare(settings_in(tmp_path, OSAC_SECRET_KEY="k" * SECRET_LENGTH))
    assert not secret_file(tmp_path).exists()


def test_folder_that_cannot_be_written_is_named_with_the_setting(tmp_path: Path) -> None:
    # Root may write everywhere; under a file nobody can.
    (tmp_path / "file").write_text("")
    with pytest.raises(Misconfigured, match=r"file/data cannot be written .*OSAC_DATA_DIR"):
        prepare(settings_in(tmp_path / "file" / "data"))


@pytest.mark.parametrize("content", [b"this is no database, however long it may be" * 99])
def test_file_that_is_no_database_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "osac.db").write_bytes(content)
    with pytest.raises(Misconfigured, match=r"database cannot be opened .*OSAC_DATABASE_URL"):
        prepare(settings_in(tmp_path))


def test_database_that_does_not_answer_is_refused_in_words(tmp_path: Path) -> None:
    address = f"postgresql://osac:s3cr3t@/osac?host={tmp_path}"
    with pytest.raises(Misconfigured, match="OSAC_DATABASE_URL") as refusal:
        prepare(settings_in(tmp_path, OSAC_DATABASE_URL=address))
    assert "s3cr3t" not in refusal.value.message


def test_two_processes_may_prepare_the_same_folder_at_once(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PREPARE]
    environ = os.environ | {"OSAC_DATA_DIR": str(tmp_path)}
    both = [subprocess.Popen(command, env=environ, cwd=ROOT) for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]
    engine = open_engine(settings_in(tmp_path).database_url)
    assert is_current(engine)
    assert "report" in inspect(engine).get_table_names()
    engine.dispose()


def test_busy_port_is_refused_in_words(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Misconfigured, match=f"Port {port} on 127.0.0.1 .*PORT"):
            require_free_port(settings_in(tmp_path, PORT=str(port)))
    require_free_port(settings_in(tmp_path, PORT=str(port)))


def test_host_that_is_not_ours_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"on 192.0.2.1 cannot be used"):
        require_free_port(settings_in(tmp_path, OSAC_WEB_HOST="192.0.2.1"))


CHILD = """
import os, pathlib, sys, time
pathlib.Path(sys.argv[1], f"{sys.argv[2]}-{os.getpid()}").touch()
time.sleep(600)
"""
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + CHILD
PARENT = """
import sys
from osac_share import installation
installation.CLOSE_WITHIN_S = 1
folder, first, second = sys.argv[1:]
commands = [[sys.executable, "-c", code, folder, str(i)] for i, code in enumerate((first, second))]
with installation.Processes(commands, {}) as processes:
    processes.watch()
"""


@contextmanager
def family(folder: Path, second: str = CHILD) -> Iterator[subprocess.Popen[bytes]]:
    """Run a parent with two children, which sign in `folder`, and let none of them survive."""
    folder.mkdir()
    parent = subprocess.Popen([sys.executable, "-c", PARENT, folder, CHILD, second], cwd=ROOT)
    try:
        await_that(lambda: len(started(folder)) == 2)
        yield parent
    finally:
        for process in (parent.pid, *started(folder).values()):
            if is_alive(process):
                os.kill(process, signal.SIGKILL)
        parent.wait()


def started(folder: Path) -> dict[str, int]:
    """Return the process id of the newest child of each command."""
    signed = sorted(folder.iterdir(), key=lambda file: file.stat().st_mtime_ns)
    return {file.name.partition("-")[0]: int(file.name.partition("-")[2]) for file in signed}


def is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except FileNotFoundError:
        return False


def await_that(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def test_child_that_was_killed_is_started_again_and_the_other_is_left_alone(
    tmp_path: Path,
) -> None:
    with family(tmp_path / "signed") as parent:
        before = started(tmp_path / "signed")
        os.kill(before["0"], signal.SIGKILL)
        await_that(lambda: started(tmp_path / "signed")["0"] != before["0"])
        after = started(tmp_path / "signed")
        assert after["1"] == before["1"]
        assert is_alive(after["0"])
        assert parent.poll() is None


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_signal_stops_the_parent_and_all_children(tmp_path: Path, name: signal.Signals) -> None:
    with family(tmp_path / "signed") as parent:
        parent.send_signal(name)
        assert parent.wait(PATIENCE_S) == 0
        assert not any(is_alive(child) for child in started(tmp_path / "signed").values())


def test_child_that_does_not_listen_is_killed_in_the_end(tmp_path: Path) -> None:
    with family(tmp_path / "signed", second=STUBBORN) as parent:
        parent.terminate()
        assert parent.wait(PATIENCE_S) == 0
        assert not any(is_alive(child) for child in started(tmp_path / "signed").values())


def test_stop_while_a_killed_child_rests_starts_nobody(tmp_path: Path) -> None:
    with family(tmp_path / "signed") as parent:
        before = started(tmp_path / "signed")
        os.kill(before["0"], signal.SIGKILL)
        time.sleep(0.5)
        parent.terminate()
        assert parent.wait(PATIENCE_S) == 0
        assert started(tmp_path / "signed") == before


def test_command_that_cannot_be_started_leaves_no_other_running(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    commands = [[sys.executable, "-c", CHILD, str(tmp_path), "0"], ["/no/such/program"]]
    family_of_one = Processes(commands, {})
    with pytest.raises(FileNotFoundError), family_of_one:
        pytest.fail("it runs with half of its parts")
    assert not any(is_alive(child) for child in started(tmp_path).values())
