"""Installations to measure: furnished, served, worked, and loaded from outside."""

from __future__ import annotations

import http.client
import os
import re
import secrets
import socket
import subprocess
import sys
import time
import tomllib
import urllib.parse
from contextlib import contextmanager
from statistics import median
from typing import TYPE_CHECKING

from osac_share.demo.cli import furnish
from osac_share.installation import prepare
from osac_share.settings import Settings, load_settings, resource_dir

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

WEB = tomllib.loads((resource_dir("config") / "default.toml").read_text(encoding="utf-8"))["web"]
"""How an installation is served; its peers are served likewise."""

ROUNDS = 3
SECONDS = 4
CONNECTIONS = 16
PATIENCE_S = 60


def environment(folder: Path) -> dict[str, str]:
    """Return the environment of a new installation in `folder`, on a free port."""
    port = str(free_port())
    return {
        **os.environ,
        "OSAC_DATA_DIR": str(folder),
        "OSAC_SITE_DEMO": "true",
        "OSAC_SESSIONS_SECOND_FACTOR": "offered",
        "OSAC_SECRET_KEY": secrets.token_urlsafe(48),
        "OSAC_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PORT": port,
    }


def free_port() -> int:
    """Return a port on the loopback address that nobody uses just now."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port


def furnished(environ: Mapping[str, str]) -> tuple[Settings, dict[str, str]]:
    """Make the installation with the demonstration's people; return their log-ins too."""
    settings = load_settings(environ)
    prepare(settings)
    return settings, {
        one["role"]: one["email"] + " " + one["password"] for one in furnish(settings)
    }


@contextmanager
def running(command: Sequence[str], environ: Mapping[str, str]) -> Iterator[None]:
    """Run a command beside the block."""
    process = subprocess.Popen(command, env=dict(environ), stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def wait_for(port: int) -> None:
    """Wait until something answers on a loopback port."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit(f"Nothing answers on port {port}.")


def granian(app: str, port: int, *options: str) -> list[str]:
    """Return the command that serves `app` as an installation is served."""
    return [
        *(sys.executable, "-m", "granian", app, "--interface", "wsgi", "--no-ws"),
        *("--host", "127.0.0.1", "--port", str(port), "--workers", str(WEB["workers"])),
        *("--blocking-threads", str(WEB["threads"]), "--log-level", "error", *options),
    ]


def requests_per_second(url: str, headers: Mapping[str, str]) -> float:
    """Return how many requests a second one round of load got answered, all as they should be."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s"]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    printed = subprocess.run([*command, url], capture_output=True, check=True, text=True).stdout
    assert "Non-2xx or 3xx" not in printed, printed
    found = re.search(r"Requests/sec:\s+([\d.]+)", printed)
    assert found, printed
    return float(found.group(1))


def in_turn(
    ours: tuple[str, Mapping[str, str]], theirs: tuple[str, Mapping[str, str]]
) -> tuple[float, float]:
    """Return the median requests a second of two addresses, loaded in turn."""
    rounds = [
        (requests_per_second(*ours), requests_per_second(*theirs)) for _ in range(ROUNDS + 1)
    ][1:]
    return median(one for one, _ in rounds), median(other for _, other in rounds)


class Browser:
    """As much of a browser as signing in and pressing buttons takes."""

    def __init__(self, port: int) -> None:
        """Start without a cookie."""
        self._port = port
        self._cookies: dict[str, str] = {}

    @property
    def cookie(self) -> str:
        """Return all cookies as they are sent."""
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    def get(self, path: str, **headers: str) -> http.client.HTTPResponse:
        """Return the answer to a GET, its body unread."""
        return self._ask("GET", path, None, headers)

    def page(self, path: str) -> str:
        """Return a page's text."""
        answer = self.get(path)
        text = answer.read().decode()
        assert answer.status == http.HTTPStatus.OK, f"{path}: {answer.status}"
        return text

    def press(self, form_at: str, action: str, **fields: str) -> int:
        """Send the form on a page and return the status of the answer."""
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.page(form_at))
        assert found, f"no form on {form_at}"
        body = urllib.parse.urlencode({"csrf_token": found.group(1), **fields})
        answer = self._ask(
            "POST", action, body, {"Content-Type": "application/x-www-form-urlencoded"}
        )
        answer.read()
        return answer.status

    def sign_in(self, log_in: str) -> None:
        """Sign in with "address passphrase"."""
        email, password = log_in.split()
        status = self.press("/login", "/login", email=email, password=password)
        assert status == http.HTTPStatus.SEE_OTHER, status

    def _ask(
        self, method: str, path: str, body: str | None, headers: Mapping[str, str]
    ) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE_S)
        cookie = {"Cookie": self.cookie} if self.cookie else {}
        connection.request(method, path, body, {**cookie, **headers})
        answer = connection.getresponse()
        for fresh in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = fresh.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer
