from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from osac_share.cli import cli
from osac_share.tokens.models import FOUND
from tests.support.tokens import make_api_token, make_feed_token

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.settings import Settings
    from tests.support.cast import Cast

pytestmark = pytest.mark.one_database


def test_operator_revokes_what_comes_in_on_standard_input(
    session: Session,
    cast: Cast,
    settings: Settings,
    at: datetime,
    environment: dict[str, str],
) -> None:
    # The command looks at the clock of the day, on which all of these still live.
    feed, one = make_feed_token(session, cast.dora, settings, at=at)
    program, other = make_api_token(session, cast.ben, settings, at=at)
    runner = CliRunner()
    pasted = f"feed: {one}\nprogram: {other}\nnothing: osacf_1\n"
    first = runner.invoke(cli, ["token", "revoke"], input=pasted, env=environment)
    assert (first.exit_code, first.output) == (0, "Revoked 2 tokens.\n")
    again = runner.invoke(cli, ["token", "revoke"], input=one, env=environment)
    assert again.output == "Revoked 0 tokens.\n"
    session.expire_all()
    assert (feed.revoked_because, program.revoked_because) == (FOUND, FOUND)


def test_a_token_is_not_taken_from_the_command_line(
    session: Session, cast: Cast, settings: Settings, at: datetime, environment: dict[str, str]
) -> None:
    token, shown = make_feed_token(session, cast.dora, settings, at=at)
    refused = CliRunner().invoke(cli, ["token", "revoke", shown], env=environment)
    assert refused.exit_code == 2
    assert token.revoked_at is None
