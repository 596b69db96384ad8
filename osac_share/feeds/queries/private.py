"""Somebody's own feed: what it is about, and whether it has changed since they asked."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from osac_share.feeds.queries.news import ENDED_STAY
from osac_share.feeds.queries.scopes import ALL_REPORTS, Scope, get_scope
from osac_share.kernel.errors import NotFound
from osac_share.kernel.prepared import Prepared
from osac_share.kernel.text import RENDERER
from osac_share.reports.models import Edition, EditionAudience, Report
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from osac_share.feeds.queries.scopes import Sight

_REPORT, _EDITION = Report.__table__.c, Edition.__table__.c
_AUDIENCE = EditionAudience.__table__.c

_WATCHED = 8
"""How many of the newest changes are watched; see `news.generation`."""


def find_scope(session: Session, feed: Mapping[str, Any]) -> Scope | None:
    """Return the scope that a token's feed is bound to, or None if there is no such thing any more.

    Args:
        session: the session of the request.
        feed: the `path` of the public feed, and the `topics`, `kinds` and `severities` to which
            it is narrowed, each of them a list; none left out means all.

    """
    try:
        shelf, _, key = str(feed.get("path", "")).partition("/")
        scope = ALL_REPORTS if (shelf, key) == ("reports", "") else get_scope(session, shelf, key)
        topics = [taxonomy.topic(slug) for slug in feed.get("topics", ())]
        kinds = [taxonomy.kind(code) for code in feed.get("kinds", ())]
        severities = [taxonomy.severity(code) for code in feed.get("severities", ())]
    except NotFound:
        return None
    labels = [
        *(one.label for one in topics),
        *(one.label for one in kinds),
        *(one.label for one in severities),
    ]
    filters = replace(
        scope.filters,
        topics=[one.slug for one in topics] or scope.filters.topics,
        kinds=[one.code for one in kinds],
        severities=[one.code for one in severities],
    )
    return replace(scope, title=", ".join([scope.title, *map(_within, labels)]), filters=filters)


def _within(label: str) -> str:
    return label[:1].lower() + label[1:]


def private_version(
    session: Session, sight: Sight, *parts: object, secret: str, at: datetime
) -> str:
    """Return what identifies the state of a private feed, in two small questions.

    It is another one for another reader, and after any change of what this one may see. What
    was never for them, and TLP:RED, which no feed shows, does not move it. Nobody can compute
    it who does not have the installation's key.

    Args:
        session: the session of the request.
        sight: for whose eyes the feed is.
        parts: what else makes it what it is: the token's name, the feed, the format.
        secret: the installation's key.
        at: the moment of the request.

    """
    tokens = {f"token_{place}": token for place, token in enumerate(sorted(sight.clearance))}
    newest, aged = _changes(len(tokens)), _aged(len(tokens))
    # What has ended leaves a feed by the mere passing of time.
    changes = [
        *newest.rows(session, **tokens),
        *aged.rows(session, before=at - ENDED_STAY, **tokens),
    ]
    said = json.dumps([RENDERER, parts, sorted(sight.clearance), changes], default=str)
    made = hmac.new(secret.encode(), f"feed {said}".encode(), hashlib.sha256)
    return made.hexdigest()[:32]


@cache
def _changes(size: int) -> Prepared:
    question = select(_REPORT.id, _REPORT.changed_at).where(_ever_shown(size))
    newest = question.order_by(_REPORT.changed_at.desc(), _REPORT.id.desc())
    return Prepared(newest.limit(_WATCHED))


@cache
def _aged(size: int) -> Prepared:
    before = bindparam("before", type_=_REPORT.changed_at.type)
    question = select(_REPORT.id, _REPORT.changed_at).where(_ever_shown(size))
    aged = question.where(_REPORT.changed_at <= before)
    return Prepared(aged.order_by(_REPORT.changed_at.desc(), _REPORT.id.desc()).limit(1))


def _ever_shown(size: int) -> ColumnElement[bool]:
    tokens = [bindparam(f"token_{place}", type_=_AUDIENCE.token.type) for place in range(size)]
    met = (
        select(_AUDIENCE.edition_id)
        .where(_AUDIENCE.edition_id == _EDITION.id, _AUDIENCE.token.in_(tokens))
        .exists()
    )
    ever = select(_EDITION.id).where(_EDITION.report_id == _REPORT.id, _EDITION.marking != "RED")
    return ever.where(met).exists()
