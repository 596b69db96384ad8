"""The actor of a request: who they are, where they stand, and what they may see."""

from __future__ import annotations

from flask import g

from osac_share.accounts.login import current_login
from osac_share.councils.policy import NOBODY, Actor, Standing, clearance_of


def current_actor() -> Actor:
    """Return the actor of this request, read once and kept for the request's length."""
    if "actor" not in g:
        g.actor = _load()
    actor: Actor = g.actor
    return actor


def _load() -> Actor:
    login = current_login()
    if login is None:
        return NOBODY
    signed_in = login.signed_in
    standing = Standing(
        person_id=signed_in.person_id,
        organization_id=signed_in.organization_id,
        organization_type=signed_in.organization_type,
        organization_sector=signed_in.organization_sector,
        active=True,
        staff_roles=signed_in.staff_roles,
        groups=signed_in.groups,
        seats=login.seats,
    )
    return Actor(
        standing=standing,
        clearance=clearance_of(standing),
        name=signed_in.name,
        email=signed_in.email,
        organization=signed_in.organization_name or "",
        time_zone=signed_in.time_zone,
    )
