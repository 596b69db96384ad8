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


def by_token(scope: str, *, as_password: bool = False) -> Callable[[View], View]:
    """Open a view to programs that hold a token for this, and to nobody else.

    No cookie is looked at: whoever is signed in comes to such a view only by a token. The empty
    scope is for every token of the API. Clients of some standards know tokens only `as_password`
    (HTTP Basic); a browser would send that by itself, so such views change nothing.
    """

    def declare(view: View) -> View:
        view.access_rule = f"a token for {scope or 'the API'}; sight is its owner's"  # type: ignore[attr-defined]
        view.token_scope = scope  # type: ignore[attr-defined]
        view.takes_password = as_password  # type: ignore[attr-defined]
        return view

    return declare


def unattended(view: View) -> View:
    """Declare that a page asks for a view by itself: nobody need sit before it for that.

    It does not count as use of a session, which so ends in its time.
    """
    view.is_unattended = True  # type: ignore[attr-defined]
    return view


def is_unattended(view: Callable[..., Any] | None) -> bool:
    """Tell whether a page asks for this view by itself."""
    return getattr(view, "is_unattended", False)


def scope_of(view: Callable[..., Any]) -> str | None:
    """Return what a token must be for to open a view; None where tokens open nothing."""
    return getattr(view, "token_scope", None)


def takes_password(view: Callable[..., Any]) -> bool:
    """Tell whether a view takes a token as the password of any user, too."""
    return getattr(view, "takes_password", False)


def rule_of(view: Callable[..., Any]) -> str | None:
    """Return what a view declared, or None where its author forgot."""
    return getattr(view, "access_rule", None)


def is_public(view: Callable[..., Any]) -> bool:
    """Tell whether strangers may enter. A view that declares nothing is closed."""
    return rule_of(view) == EVERYONE
