"""Creating councils and saying what they are. Nothing here commits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from osac_share.councils.actions.noting import note
from osac_share.councils.models import ACTIVE, BY_REQUEST, Council, CouncilCountry
from osac_share.councils.policy import may_run_councils
from osac_share.councils.queries import is_slug_free, posts_by_id
from osac_share.kernel.errors import NotAllowed, RuleBroken

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.councils.policy import Actor


@dataclass(frozen=True, slots=True)
class Particulars:
    """What staff say about a council; countries are ISO 3166-1 alpha-2 codes."""

    name: str
    kind: str
    countries: Collection[str]
    posts: Collection[int] = ()
    about: str = ""
    time_zone: str = "UTC"
    status: str = ACTIVE
    joining: str = BY_REQUEST


def create(
    session: Session,
    *,
    slug: str,
    name: str,
    countries: Iterable[str],
    at: datetime,
    kind: str = "country",
    about: str = "",
    time_zone: str = "UTC",
) -> Council:
    """Create a council in the name of the house; see `found`."""
    said = Particulars(name, kind, tuple(countries), about=about, time_zone=time_zone)
    return found(session, slug, said, by=None, at=at)


def found(
    session: Session, slug: str, said: Particulars, *, by: Actor | None, at: datetime
) -> Council:
    """Create a council.

    Args:
        session: the session of the act.
        slug: its part of addresses, for good.
        said: what it is; a committee may cover no country in particular.
        by: who does it; None is the house itself.
        at: when, in UTC.

    Raises:
        NotAllowed: the actor does not run councils.
        RuleBroken: the slug is taken.

    """
    _require(by)
    if not is_slug_free(session, slug):
        raise RuleBroken("This address is taken. Choose another one.")
    council = Council(slug=slug)
    session.add(council)
    _fill(session, council, said)
    note(session, "create", council, by=by, at=at)
    return council


def revise(
    session: Session, council: Council, said: Particulars, *, by: Actor, at: datetime
) -> None:
    """Say anew what a council is; its slug stays. The record keeps what was changed.

    Raises:
        NotAllowed: the actor does not run councils.

    """
    _require(by)
    before = _facts(council)
    _fill(session, council, said)
    after = _facts(council)
    changed = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    if changed:
        note(session, "revise", council, by=by, at=at, changed=changed)


def _fill(session: Session, council: Council, said: Particulars) -> None:
    council.name, council.kind, council.status = said.name, said.kind, said.status
    council.about, council.time_zone, council.joining = said.about, said.time_zone, said.joining
    kept = {one.country: one for one in council.countries}
    council.countries = [
        kept.get(country) or CouncilCountry(country=country) for country in sorted(said.countries)
    ]
    council.posts = list(posts_by_id(session, said.posts))
    session.flush()


def _facts(council: Council) -> dict[str, object]:
    return {
        "name": council.name,
        "kind": council.kind,
        "status": council.status,
        "joining": council.joining,
        "time_zone": council.time_zone,
        "countries": sorted(one.country for one in council.countries),
        "posts": sorted(post.id for post in council.posts),
    }


def _require(by: Actor | None) -> None:
    if by is not None and not may_run_councils(by.standing):
        raise NotAllowed("This is for the program's administrators.")
