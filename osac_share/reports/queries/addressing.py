"""Named recipients: what an author types, and the tokens of an audience."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from osac_share.accounts.models import Organization, Person
from osac_share.accounts.policy import canonical_email

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy.orm import Session


def tokens_of(
    session: Session, lines: Iterable[str], *, kept: Collection[str] = ()
) -> tuple[list[str], list[str]]:
    """Return the tokens of named recipients, and the lines that name nobody.

    Args:
        session: the session of the act.
        lines: each the name of a member organization or the mail address of a person; or one
            of `kept`, which stands for itself.
        kept: tokens that have no such name, and that the draft holds already.

    """
    tokens: dict[str, None] = {}
    unknown = []
    for line in lines:
        token = line if line in kept else _token(session, line)
        if token is None:
            unknown.append(line)
        else:
            tokens[token] = None
    return list(tokens), unknown


def spelled_recipients(session: Session, tokens: Collection[str]) -> list[str]:
    """Return recipients as an author would type them; what has no name stands for itself."""
    ids = {
        kind: {int(token.partition(":")[2]) for token in tokens if token.startswith(f"{kind}:")}
        for kind in ("organization", "person")
    }
    names = {
        f"organization:{row[0]}": row[1]
        for row in session.execute(
            select(Organization.id, Organization.name).where(
                Organization.id.in_(ids["organization"])
            )
        )
    } | {
        f"person:{row[0]}": row[1]
        for row in session.execute(
            select(Person.id, Person.email).where(Person.id.in_(ids["person"]))
        )
    }
    return [names.get(token, token) for token in tokens]


def _token(session: Session, line: str) -> str | None:
    if "@" in line:
        found = session.scalar(
            select(Person.id).where(
                Person.email == canonical_email(line), Person.suspended_at.is_(None)
            )
        )
        return None if found is None else f"person:{found}"
    found = session.scalar(
        select(Organization.id).where(
            func.lower(Organization.name) == line.lower(), Organization.status == "active"
        )
    )
    return None if found is None else f"organization:{found}"
