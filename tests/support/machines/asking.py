"""Asking a TAXII server as a client does, and reading what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from werkzeug.test import Client, TestResponse

TAXII = "application/taxii+json;version=2.1"
ALL = "/taxii2/reports/collections/all"
VERSIONS = "&match[version]=all"


def ask(program: Client, token: str | None, path: str, **headers: str) -> TestResponse:
    named = {"Accept": TAXII} | {name.replace("_", "-"): value for name, value in headers.items()}
    if token is not None:
        named["Authorization"] = f"Bearer {token}"
    return program.get(path, headers=named)


def said(answer: TestResponse) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == TAXII
    assert isinstance(answer.json, dict)
    return answer.json


def refused(answer: TestResponse) -> tuple[int, str]:
    """Return status and description of an error message (TAXII 2.1, section 3.6.1)."""
    assert answer.headers["Content-Type"] == TAXII
    told = answer.json
    assert told is not None
    assert set(told) == {"title", "description", "http_status"}
    assert told["http_status"] == str(answer.status_code)
    return answer.status_code, told["description"]


def everything(
    program: Client, token: str, path: str = f"{ALL}/objects/", *, limit: int = 500, asked: str = ""
) -> list[dict[str, Any]]:
    """Return all objects of a collection, page by page."""
    return [one for page in _pages(program, token, path, limit, asked) for one in page]


def _pages(
    program: Client, token: str, path: str, limit: int, asked: str
) -> Iterator[list[dict[str, Any]]]:
    following = ""
    while True:
        page = said(ask(program, token, f"{path}?limit={limit}{asked}{following}"))
        yield page.get("objects", [])
        if not page.get("more"):
            return
        following = f"&next={page['next']}"


def reports_in(objects: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in objects if one["type"] == "report"]
