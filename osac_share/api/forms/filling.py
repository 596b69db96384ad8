"""Asking a form whether what a program sent is right, and saying where it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osac_share.api.documents.problems import Error, NotAsDescribed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flask_wtf import FlaskForm

WITHOUT_COOKIE = {"csrf": False}
"""Who comes by a token shows it in a header, which no foreign page can make a browser do."""


def require_valid(form: FlaskForm, pointers: Mapping[str, str]) -> None:
    """Refuse what the form refuses.

    Args:
        form: filled in with what was sent.
        pointers: where in the body each of its fields came from.

    Raises:
        NotAsDescribed: it does refuse something.

    """
    if not form.validate():
        raise NotAsDescribed(
            [
                Error(pointer=pointers.get(name, ""), detail=sentence)
                for name, found in form.errors.items()
                for sentence in _sentences(found)
            ]
        )


def _sentences(found: object) -> Iterator[str]:
    # Errors of lists of fields lie deeper.
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict):
        for inner in found.values():
            yield from _sentences(inner)
    elif isinstance(found, list | tuple):
        for inner in found:
            yield from _sentences(inner)
    else:
        yield str(found)
