from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from osac_share.audit.models import AuditEntry
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import RuleBroken
from osac_share.letters.models import Letter
from osac_share.tokens import actions
from osac_share.tokens.models import ACCOUNT, API, FOUND, ROTATED
from osac_share.tokens.policy import MOST, is_living
from osac_share.tokens.queries import tokens_of
from tests.support.tokens import make_api_token, make_feed_token

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.settings import Settings
    from osac_share.tokens.models import AccessToken
    from tests.support.cast import Cast

pytestmark = pytest.mark.one_database

ELSEWHERE = "203.0.113.9"


def letters(session: Session) -> list[Letter]:
    return list(session.scalars(select(Letter).order_by(Letter.id)))


def use(session: Session, token: AccessToken, address: str, at: datetime) -> None:
    with transaction(session):
        actions.note_use(session, token.id, address=address, at=at)


def test_gitlab_366752_no_token_lives_longer_than_a_year(
    session: Session, cast: Cast, settings: Settings, at: datetime
) -> None:
    token, _shown = make_api_token(session, cast.dora, settings, at=at)
    assert token.expires_at == at + timedelta(days=365)
    assert is_living(token, at + timedelta(days=364))
    assert not is_living(token, at + timedelta(days=365))
    with pytest.raises(RuleBroken):
        make_api_token(session, cast.dora, settings, at=at, days=3650)


def test_only_a_digest_is_kept_and_the_record_names_the_act(
    session: Session, cast: Cast, settings: Settings, at: datetime
) -> None:
    token, shown = make_feed_token(session, cast.dora, settings, at=at)
    assert token.last_four == shown[-4:]
    assert shown not in {token.digest, token.public_id}
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "token.make")).one()
    assert (entry.actor_id, entry.object_id) == (cast.dora.id, token.public_id)
    assert shown not in str(entry.detail)


def test_a_token_is_for_nothing_that_is_not_on_offer(
    session: Session, cast: Cast, settings: Settings, at: datetime
) -> None:
    with pytest.raises(RuleBroken):
        make_api_token(session, cast.dora, settings, at=at, scopes=["reports:everything"])


def test_there_is_an_end_to_how_many_tokens_somebody_has(
    session: Session, cast: Cast, settings: Settings, at: datetime
) -> None:
    held = [make_api_token(session, cast.dora, settings, at=at)[0] for _ in range(MOST)]
    with pytest.raises(RuleBroken):
        make_api_token(session, cast.dora, settings, at=at)
    make_api_token(session, cast.ben, settings, at=at)
    with transaction(session):
        actions.revoke(session, held[0], by=(cast.dora.id, "Dora"), at=at)
    make_api_token(session, cast.dora, settings, at=at)


def test_rotating_ends_the_old_one_at_once_and_keeps_all_but_the_secret(
    session: Session, cast: Cast, settings: Settings, at: datetime
) -> None:
    old, before = make_feed_token(
        session, cast.dora, settings, at=at, path="countries/KE", narrower={"kinds": ["alert"]}
    )
    later = at + timedelta(days=300)
    with transaction(session):
        new, shown = actions.rotate(
            session, old, secret=settings.require_secret(), by=(cast.dora.id, "Dora"), at=later
        )
    assert (old.revoked_because, is_living(old, later)) == (ROTATED, False)
    assert (new.label, new.feed, new.kind) == (old.label, old.feed, old.kind)
    assert (new.expires_at, shown == before) == (later + timedelta(days=365), False)
    with pytest.raises(RuleBroken), transaction(session):
        actions.rotate(session, old, secret="s", by=(cast.dora.id, "Dora"), at=later)


def test_all_tokens_of_somebody_who_leaves_end_with_the_account(
    session: Session, cast: Cast, settings: Settings, at: datetime
) -> None:
    make_api_token(session, cast.dora, settings, at=at)
    make_feed_token(session, cast.dora, settings, at=at)
    make_feed_token(session, cast.ben, settings, at=at)
    with transaction(session):
        ended = actions.revoke_all(
            session, cast.dora.id, because=ACCOUNT, by=(cast.gus.id, "Gus"), at=at
        )
    assert ended == 2
    assert not tokens_of(session, cast.dora.id, at=at)
    assert len(tokens_of(session, cast.ben.id, at=at)) == 1


def test_use_from_a_network_never_seen_before_writes_one_letter(
    session: Session, cast: Cast, settings: Settings, at: datetime
) -> None:
    token, shown = make_feed_token(session, cast.dora, settings, at=at)
    use(session, token, "127.0.0.9", at)
    assert not letters(session)
    for minute, address in enumerate((ELSEWHERE, "203.0.113.200", ELSEWHERE)):
        use(session, token, address, at + timedelta(minutes=minute))
    (letter,) = letters(session)
    assert (letter.purpose, letter.address) == ("token_new_network", cast.dora.email)
    assert letter.words["network"] == "203.0.113.0/24"
    assert shown not in str(letter.words)
    assert (token.last_address, token.last_used_at) == (ELSEWHERE, at + timedelta(minutes=2))


def test_an_owner_gets_one_letter_a_day_about_a_reader_that_travels(
    session: Session, cast: Cast, settings: Settings, at: datetime
) -> None:
    token, _shown = make_feed_token(session, cast.dora, settings, at=at)
    for hour in range(0, 30, 6):
        use(session, token, f"203.0.{hour}.1", at + timedelta(hours=hour))
    assert [letter.created_at for letter in letters(session)] == [at, at + timedelta(hours=24)]


def test_what_was_found_is_revoked_and_the_owner_is_told(
    session: Session, cast: Cast, settings: Settings, at: datetime
) -> None:
    secret = settings.require_secret()
    token, shown = make_feed_token(session, cast.dora, settings, at=at)
    other, _kept = make_api_token(session, cast.dora, settings, at=at)
    text = f"curl https://share.example.org/feeds/private/{shown}.atom"
    with transaction(session):
        assert actions.revoke_found(session, text, secret=secret, at=at) == 1
        assert actions.revoke_found(session, text, secret=secret, at=at) == 0
        assert actions.revoke_found(session, "osacf_nothing", secret=secret, at=at) == 0
    assert (token.revoked_because, other.revoked_at) == (FOUND, None)
    (letter,) = letters(session)
    assert (letter.purpose, letter.address) == ("token_found", cast.dora.email)
    revoked = select(func.count()).where(AuditEntry.action == "token.revoke")
    assert session.scalar(revoked) == 1


def test_a_digest_written_by_somebody_else_opens_nothing(
    session: Session, cast: Cast, settings: Settings, at: datetime
) -> None:
    with transaction(session):
        forged, shown = actions.make(
            session,
            cast.dora.id,
            actions.Wanted(API, "Forged"),
            secret="a key that is not the installation's",
            by=(cast.dora.id, "Dora"),
            at=at,
        )
        assert actions.revoke_found(session, shown, secret=settings.require_secret(), at=at) == 0
    assert forged.revoked_at is None
