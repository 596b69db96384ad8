"""An installation on one machine: its folder, its key, its schema, and its processes."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from sqlalchemy.exc import DatabaseError

from osac_share.kernel import clock
from osac_share.kernel.db import open_engine
from osac_share.kernel.errors import Misconfigured
from osac_share.kernel.signatures import keep_key
from osac_share.migrations import schema
from osac_share.settings import secret_file
from osac_share.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import FrameType, TracebackType

    from osac_share.settings import Settings

CLOSE_WITHIN_S = 10
LOOK_EVERY_S = 0.2
REST_AFTER_CRASH_S = 1.0


def prepare(settings: Settings) -> None:
    """Make the data folder, the secret key and the newest schema where they are missing.

    Raises:
        Misconfigured: the folder cannot be written, or the database cannot be reached.

    """
    folder = settings.data.dir
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=folder):
            pass
        if not settings.secret.key:
            _write_secret(secret_file(folder))
        if not settings.signing.key_file:
            host = urlsplit(settings.public.url).hostname or "osac-share"
            keep_key(settings.signing_file, host, at=clock.now())
    except OSError as problem:
        message = (
            f"The data folder {folder.absolute()} cannot be written ({problem.strerror}). "
            "Set OSAC_DATA_DIR to a folder that can."
        )
        raise Misconfigured(message) from None
    engine = open_engine(settings.database_url)
    try:
        schema.upgrade(engine)
    except DatabaseError as problem:
        raise Misconfigured(_unopened(problem)) from None
    finally:
        engine.dispose()


def _unopened(problem: DatabaseError) -> str:
    return (
        f"The database cannot be opened ({str(problem.orig).strip()}). Check OSAC_DATA_DIR and "
        "OSAC_DATABASE_URL; a new installation begins with `osac-share init`."
    )


def _write_secret(file: Path) -> None:
    # Written beside its place and moved there: a crash in between leaves no half of a key.
    descriptor, fresh = tempfile.mkstemp(dir=file.parent, prefix=".secret-")
    with os.fdopen(descriptor, "w") as opened:
        opened.write(secrets.token_urlsafe(48))
    Path(fresh).replace(file)


def require_free_port(settings: Settings) -> None:
    """Refuse a port that somebody else listens on, before anything else is started.

    Raises:
        Misconfigured: the port is taken or may not be used.

    """
    host, port = settings.web.host, settings.web.port
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            message = (
                f"Port {port} on {host} cannot be used ({problem.strerror}). "
                "Stop what runs there, or set PORT to another one."
            )
            raise Misconfigured(message) from None


def web_command(settings: Settings) -> list[str]:
    """Return the command that serves the pages."""
    return [
        *(sys.executable, "-m", "granian", "osac_share.wsgi:app", "--interface", "wsgi"),
        *("--host", settings.web.host, "--port", str(settings.web.port)),
        *("--workers", str(settings.web.workers)),
        *("--blocking-threads", str(settings.web.threads)),
        *("--no-ws", "--log-level", "warning", "--respawn-failed-workers"),
        # A worker that does not end by itself would keep the server, and the port, for ever.
        *("--workers-kill-timeout", str(CLOSE_WITHIN_S // 2)),
    ]


def worker_command() -> list[str]:
    """Return the command that runs a worker."""
    return [sys.executable, "-m", "osac_share", "worker"]


def require_ready(settings: Settings) -> None:
    """Refuse to work on a database that was never made, or that is older than the program.

    Raises:
        Misconfigured: `osac-share init` has not been run.

    """
    engine = open_engine(settings.database_url)
    try:
        ready = schema.is_current(engine)
    except DatabaseError as problem:
        raise Misconfigured(_unopened(problem)) from None
    finally:
        engine.dispose()
    if not ready:
        raise Misconfigured("The database is not ready for this version. Run `osac-share init`.")


@contextmanager
def working_beside(settings: Settings) -> Iterator[None]:
    """Run a worker beside the block, and leave when nothing is due any more.

    What the block commits is taken up while it goes on, on another core where there is one;
    what is left at its end is done here.
    """
    # What it has to say is said again by whoever does what it could not.
    command = [*worker_command(), "--finish"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: S603 -- our own.
    try:
        yield
    finally:
        process.terminate()
        ended = process.wait()
    if ended != 0:
        with Worker(settings) as worker:
            worker.drain()


class Processes:
    """Child processes that live and end together.

    One that crashes is started again: what it was doing is in the database and goes on.
    """

    def __init__(self, commands: Sequence[Sequence[str]], environ: Mapping[str, str]) -> None:
        """Remember what to start; nothing runs yet."""
        self._commands = [list(command) for command in commands]
        self._environ = dict(environ)
        self._running: list[subprocess.Popen[bytes]] = []
        self._stopping = False

    def __enter__(self) -> Self:
        """Start all of them and listen for the signals that end them."""
        for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(name, self._stop)
        try:
            for command in self._commands:
                self._running.append(self._start(command))
        except OSError:
            self._end()
            raise
        return self

    def wait_for(self, settings: Settings) -> bool:
        """Return True when the web server answers, False when it was asked to stop before."""
        while not self._stopping:
            try:
                socket.create_connection((settings.web.host, settings.web.port), 1).close()
            except OSError:
                time.sleep(LOOK_EVERY_S)
            else:
                return True
        return False

    def watch(self) -> None:
        """Return when a signal asks to stop; until then keep every process alive."""
        while not self._stopping:
            for index, process in enumerate(self._running):
                if process.poll() is not None and not self._stopping:
                    _end_group(process)
                    time.sleep(REST_AFTER_CRASH_S)
                    if not self._stopping:
                        self._running[index] = self._start(self._commands[index])
            time.sleep(LOOK_EVERY_S)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End all of them, politely first."""
        self._end()

    def _end(self) -> None:
        for process in self._running:
            process.terminate()
        deadline = time.monotonic() + CLOSE_WITHIN_S
        for process in self._running:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, deadline - time.monotonic()))
            _end_group(process)
            process.wait()

    def _start(self, command: list[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 -- our own commands.
            command, env=self._environ, start_new_session=True
        )

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._stopping = True


def _end_group(process: subprocess.Popen[bytes]) -> None:
    # A server has processes of its own; none of them may outlive it and keep the port.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
