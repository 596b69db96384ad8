"""The wheel: nothing forgotten, nothing too much, and it runs far away from the checkout."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from contextlib import closing
from http.client import HTTPConnection
from secrets import token_hex
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from tests.support.sources import PACKAGE, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

UV = ROOT / ".tools" / "bin" / "uv"
SHIPPED = ("templates", "static")
START_SECONDS = 30

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "hatchling",
        "build",
        "--target=wheel",
        f"--directory={folder}",
    ]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the `osac-share` command of an environment that has never seen the checkout."""
    environment = tmp_path_factory.mktemp("environment") / "venv"
    pip = (UV, "pip")
    into = ("--quiet", "--python", environment / "bin" / "python")
    subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, environment], check=True)
    base = ROOT / "requirements" / "base.txt"
    subprocess.run([*pip, "sync", *into, "--require-hashes", base], check=True)
    subprocess.run([*pip, "install", *into, "--no-deps", "--offline", wheel], check=True)
    return environment / "bin" / "osac-share"


@pytest.fixture
def installation(installed: Path, tmp_path: Path) -> dict[str, str]:
    """Return the environment variables of an initialised installation in a folder of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    inherited = {
        name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ
    }
    variables = inherited | {
        "OSAC_DATA_DIR": str(tmp_path / "var"),
        "OSAC_SITE_NAME": f"Share {token_hex(8)}",
        "PORT": port,
    }
    subprocess.run([installed, "init"], cwd=tmp_path, env=variables, check=True)
    return variables


@pytest.fixture
def served(
    installed: Path, installation: dict[str, str], tmp_path: Path
) -> Iterator[HTTPConnection]:
    """Yield a connection to the installed program, which serves from another folder."""
    with (tmp_path / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [installed, "run"], cwd=tmp_path, env=installation, stdout=log, stderr=log
        )
        try:
            with closing(await_answer(server, int(installation["PORT"]))) as connection:
                yield connection
        finally:
            server.terminate()
            server.wait()


def test_wheel_holds_exactly_the_package_and_its_files(wheel: Path) -> None:
    expected = {
        *(f"osac_share/{file}" for file in files_under(PACKAGE)),
        *(f"osac_share/_data/{top}/{file}" for top in SHIPPED for file in files_under(ROOT / top)),
        "osac_share/_data/config/default.toml",
    }
    names = {name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert names == expected
    assert "osac_share/_data/static/vendor/site.css" in names


def test_wheel_carries_the_license(wheel: Path) -> None:
    names = [name for name in ZipFile(wheel).namelist() if name.endswith("licenses/LICENSE")]
    assert b"Apache License" in ZipFile(wheel).read(names[0])


def test_installed_program_serves_pages_and_their_style(
    served: HTTPConnection, installation: dict[str, str]
) -> None:
    assert installation["OSAC_SITE_NAME"] in fetch(served, "/")
    assert "@font-face" in fetch(served, "/static/vendor/site.css")


def fetch(server: HTTPConnection, path: str) -> str:
    server.request("GET", path)
    answer = server.getresponse()
    assert answer.status == 200
    return answer.read().decode()


def await_answer(server: subprocess.Popen[bytes], port: int) -> HTTPConnection:
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        connection = HTTPConnection("127.0.0.1", port, timeout=START_SECONDS)
        try:
            fetch(connection, "/healthz")
        except OSError:
            connection.close()
            time.sleep(0.1)
        else:
            return connection
    pytest.fail("the installed program does not answer")


def files_under(folder: Path) -> list[Path]:
    return [
        file.relative_to(folder)
        for file in folder.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    ]
