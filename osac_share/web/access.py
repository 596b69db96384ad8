"""What every view declares about who may come: the gate and the laws read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

View = TypeVar("View", bound="Callable[..., Any]")

EVERYONE = "everyone; what is shown is what the actor's clearance meets"


def public(view: View) -> View:
    """Open a view to strangers. What it shows is still filtered by their clearance."""
    view.access_rule = EVERYONE  # type: ignore[attr-defined]
    return view


def guarded_by(rule: str) -> Callable[[View], View]:
    """Declare which rule decides about a view that strangers never reach."""

    def declare(view: View) -> View:
        view.access_rule = rule  # type: ignore[attr-defined]
        return view

    return declare


def rule_of(view: Callable[..., Any]) -> str | None:
    """Return what a view declared, or None where its author forgot."""
    return getattr(view, "access_rule", None)


def is_public(view: Callable[..., Any]) -> bool:
    """Tell whether strangers may enter. A view that declares nothing is closed."""
    return rule_of(view) == EVERYONE
