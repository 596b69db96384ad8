"""The actor of a request: who they are, where they stand, and what they may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g

from osac_share.accounts.login import current_login, recognize_in_passing
from osac_share.councils.policy import NOBODY, Actor, Standing, clearance_of
from osac_share.tokens.login import current_bearer, is_for_programs

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Flask
    from sqlalchemy.orm import Session

    from osac_share.accounts.login import Login
    from osac_share.tokens.login import Bearer


def current_actor() -> Actor:
    """Return the actor of this request, read once and kept for the request's length."""
    if "actor" not in g:
        g.actor = _load()
    actor: Actor = g.actor
    return actor


def actor_in_passing(app: Flask, session: Session, secret: str, *, at: datetime) -> Actor | None:
    """Return the actor of a request that may be answered before Flask is entered, or None."""
    login = recognize_in_passing(app, session, secret, at=at)
    return None if login is None else actor_known_as(login)


def _load() -> Actor:
    # A program's token is the only credential of its request, be there a cookie or not.
    known = current_bearer() or (None if is_for_programs() else current_login())
    return NOBODY if known is None else actor_known_as(known)


def actor_known_as(login: Login | Bearer) -> Actor:
    """Return the actor whom a log-in, or the token of a program, stands for."""
    signed_in = login.signed_in
    standing = Standing(
        person_id=signed_in.person_id,
        organization_id=signed_in.organization_id,
        organization_type=signed_in.organization_type,
        organization_sector=signed_in.organization_sector,
        active=signed_in.in_good_order,
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
        is_contact=signed_in.is_contact,
    )
