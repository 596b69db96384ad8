"""Routes compiled once a process, not once for each application of each test.

Werkzeug compiles two functions for every route, and a test process makes some thousand
applications with the same routes: that took longer than all their requests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from werkzeug.routing.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Callable

    Builder = Callable[..., tuple[str, str]]

_compile = Rule._compile_builder
_compiled: dict[tuple[Any, ...], Builder] = {}


def _compile_once(rule: Rule, append_unknown: bool = True) -> Builder:  # noqa: FBT001, FBT002
    # What it compiles depends on the route's text alone, as long as nothing has a default.
    if rule.defaults:
        return _compile(rule, append_unknown)
    key = (rule.rule, append_unknown, tuple(rule._trace))
    if key not in _compiled:
        _compiled[key] = _compile(rule, append_unknown)
    return _compiled[key]


def pytest_configure() -> None:
    """Let every application of this process share what is compiled."""
    Rule._compile_builder = _compile_once  # type: ignore[assignment, method-assign]
