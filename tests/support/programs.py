"""Asking the API as a program does, and reading what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from werkzeug.test import Client, TestResponse


def ask(program: Client, shown: str, path: str, **headers: str) -> TestResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return program.get(path, headers={"Authorization": f"Bearer {shown}", **named})


def send(
    program: Client,
    shown: str,
    what: str,
    body: Any = None,  # noqa: ANN401 -- whatever JSON says.
    **headers: str,
) -> TestResponse:
    """Send a request such as `POST /drafts`, below the API's own address."""
    method, _, path = what.partition(" ")
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return program.open(
        path if path.startswith("/api/") else f"/api/v1{path}",
        method=method,
        json=body,
        headers={"Authorization": f"Bearer {shown}", **named},
    )


def said(answer: TestResponse) -> Any:  # noqa: ANN401 -- whatever JSON says.
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    return answer.json


def problem(answer: TestResponse) -> tuple[int, str]:
    """Return status and detail of a refusal, which is a problem detail (RFC 9457)."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "private, no-store"
    told = answer.json
    assert told is not None
    assert set(told) - {"errors"} == {"type", "title", "status", "detail"}
    assert told["type"].startswith("http://share.example.org/api#")
    assert told["status"] == answer.status_code
    return answer.status_code, told["detail"]
