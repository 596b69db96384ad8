"""The blueprint of wishes, and the question that a feature above answers for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from flask import Blueprint, Flask, current_app
from sqlalchemy.orm import Session

from osac_share.channels.queries import endpoints_of
from osac_share.subscriptions.policy import Wish

blueprint = Blueprint("subscriptions", __name__)

MAIL = "mail"

Numbers = Callable[[Session, AbstractSet[str], Sequence[Wish], datetime], list[int]]
Newest = Callable[[Session, AbstractSet[str], Wish, datetime], Sequence[tuple[Any, Any]]]


@dataclass(frozen=True, slots=True)
class Past:
    """What wishes would have brought lately: how many reports each, and which the newest."""

    numbers: Numbers
    newest: Newest


def use_past(app: Flask, numbers: Numbers, newest: Newest) -> None:
    """Let the pages show what wishes would have brought; reports are a feature above this one."""
    app.extensions["osac_past"] = Past(numbers, newest)


def past() -> Past:
    """Return how this application looks back."""
    return cast("Past", current_app.extensions["osac_past"])


def ways_of(session: Session, person_id: int) -> list[str]:
    """Return the channels that somebody has: mail, and what they have set up and confirmed."""
    found = endpoints_of(session, person_id)
    return [MAIL, *(one.kind for one in found if one.verified_at is not None)]
