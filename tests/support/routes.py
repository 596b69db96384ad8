"""The application's routes, for the laws that hold for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.routing import Rule

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Route:
    """One address with one of its methods."""

    endpoint: str
    method: str
    rule: str
    path: str

    @property
    def is_safe(self) -> bool:
        """Tell whether a request changes nothing."""
        return self.method in SAFE

    def __str__(self) -> str:
        return f"{self.method} {self.rule} ({self.endpoint})"


def routes_of(app: Flask) -> list[Route]:
    """Return every route of the application, files aside, with an example address."""
    return [
        Route(rule.endpoint, method, rule.rule, _example(app, rule))
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def _example(app: Flask, rule: Rule) -> str:
    values = {name: _value(converter) for name, converter in rule._converters.items()}
    return app.url_map.bind("localhost").build(rule.endpoint, values)


def _value(converter: BaseConverter) -> object:
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return 1 if isinstance(converter, IntegerConverter) else "x"
