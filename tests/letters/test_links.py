"""Links in letters: signed, for one purpose, once, and for a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from osac_share.kernel.db import session_factory, transaction
from osac_share.letters import actions
from osac_share.letters.models import Link
from osac_share.letters.policy import link_token
from osac_share.letters.queries import find_link
from tests.support.letters import HOUR, write_reset

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.settings import Settings
    from tests.support.cast import Cast


def test_nothing_in_the_database_opens_a_link(
    session: Session, cast: Cast, at: datetime, settings: Settings
) -> None:
    letter, link = write_reset(session, cast, at)
    token = link_token(settings.require_secret(), link)
    signature = token.partition(".")[2]
    kept = [vars(row) for row in (letter, link)]
    assert signature not in str(kept)
    opened = find_link(session, token, "reset", secret=settings.require_secret(), at=at)
    assert opened is not None
    assert opened.id == link.id


def test_link_opens_only_for_its_purpose_with_its_key_and_in_its_time(
    session: Session, cast: Cast, at: datetime, settings: Settings
) -> None:
    _, link = write_reset(session, cast, at)
    secret = settings.require_secret()
    token = link_token(secret, link)
    other = f"{link.public_id}.{'A' * 43}"
    for purpose in ("invitation", "address"):
        assert find_link(session, token, purpose, secret=secret, at=at) is None
    assert find_link(session, token, "reset", secret="x" * 40, at=at) is None
    for wrong in (other, token[:-1], token + "A", link.public_id, "", "\x00.\ud800", "é.é"):
        assert find_link(session, wrong, "reset", secret=secret, at=at) is None
    assert find_link(session, token, "reset", secret=secret, at=at + HOUR) is None


def test_link_is_used_once_and_never_after_its_time(
    session: Session, cast: Cast, at: datetime, engine: Engine
) -> None:
    _, link = write_reset(session, cast, at)
    with transaction(session):
        assert not actions.use(session, link, at=at + HOUR)
        assert actions.use(session, link, at=at)
    with session_factory(engine)() as other, transaction(other):
        same = other.scalars(select(Link)).one()
        assert not actions.use(other, same, at=at)


@pytest.mark.one_database
def test_link_for_which_there_is_no_page_is_not_made(session: Session, at: datetime) -> None:
    with pytest.raises(ValueError, match="no page"):
        actions.make_link(session, "nowhere", at=at, lasts=HOUR)
