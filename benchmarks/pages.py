"""Signed-in pages and feed polls, beside Flask's hello and nginx's static file."""

from __future__ import annotations

import os
import re
import tempfile
from contextlib import ExitStack
from pathlib import Path

from benchmarks import installations as at
from benchmarks.figures import Figure

FEED = "/feeds/reports.atom"
NGINX = """
worker_processes 2;
pid {folder}/nginx.pid;
error_log /dev/null;
daemon off;
user root;
events {{ worker_connections 512; }}
http {{
  access_log off;
  types {{ application/atom+xml atom; }}
  server {{ listen 127.0.0.1:{port}; root {folder}; }}
}}
"""


def measure() -> list[Figure]:
    """Return `page_report`, `page_front` and `feed_304`."""
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as stack:
        environ = at.environment(Path(scratch))
        settings, log_ins = at.furnished(environ)
        port, hello = settings.web.port, at.free_port()
        stack.enter_context(at.running(at.granian("osac_share.wsgi:app", port), environ))
        stack.enter_context(at.running(at.granian("benchmarks.hello:app", hello), os.environ))
        at.wait_for(port)
        at.wait_for(hello)
        member = at.Browser(port)
        member.sign_in(log_ins["member"])
        return [*_pages(port, hello, member), _feed(port, Path(scratch), stack)]


def _pages(port: int, hello: int, member: at.Browser) -> list[Figure]:
    found = re.search(r"/reports/[a-z0-9]{20}", member.page("/"))
    assert found
    peer: tuple[str, dict[str, str]] = (f"http://127.0.0.1:{hello}/", {})
    figures = []
    for name, path, target in (
        ("page_report", found.group(), 0.25),
        ("page_front", "/", 0.15),
    ):
        assert "Sign out" in member.page(path)
        ours = (f"http://127.0.0.1:{port}{path}", {"Cookie": member.cookie})
        mine, theirs = at.in_turn(ours, peer)
        figures.append(Figure(name, mine, "requests/s", target, "at least", "Flask hello", theirs))
    return figures


def _feed(port: int, scratch: Path, stack: ExitStack) -> Figure:
    answer = at.Browser(port).get(FEED)
    tag = answer.getheader("ETag", "")
    folder = scratch / "nginx"
    folder.mkdir()
    (folder / "reports.atom").write_bytes(answer.read())
    nginx = at.free_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(NGINX.format(folder=folder, port=nginx))
    stack.enter_context(at.running(["nginx", "-c", str(configuration)], os.environ))
    at.wait_for(nginx)
    static = at.Browser(nginx).get("/reports.atom")
    static.read()
    peer = (
        f"http://127.0.0.1:{nginx}/reports.atom",
        {"If-None-Match": static.getheader("ETag", "")},
    )
    ours = (f"http://127.0.0.1:{port}{FEED}", {"If-None-Match": tag})
    assert at.Browser(port).get(FEED, **ours[1]).status == 304  # noqa: PLR2004
    mine, theirs = at.in_turn(ours, peer)
    return Figure("feed_304", mine, "requests/s", 0.3, "at least", "nginx static 304", theirs)
