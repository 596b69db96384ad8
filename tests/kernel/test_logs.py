from __future__ import annotations

import io
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osac_share.kernel.ids import new_public_id, new_secret
from osac_share.kernel.logs import hide_secrets, without_secrets

TOKEN = "osacf_" + "k" * 32 + "wxyz"
LINK = f"{'b' * 20}.{'Q' * 39}wxyz"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (f"GET /feeds/private/{TOKEN}.atom 200", "GET /feeds/private/osacf_…wxyz.atom 200"),
        (f"/feeds/private/{TOKEN.replace('_', '%5F')}.rss", "/feeds/private/osacf_…wxyz.rss"),
        (f"Authorization: Bearer {TOKEN}", "Authorization: Bearer osacf_…wxyz"),
        ("authorization: basic YW55Ym9keTpwYXNz", "authorization: basic …YXNz"),
        (f"GET /reset/{LINK} 200", f"GET /reset/{'b' * 20}.…wxyz 200"),
        ("Cookie: osac=.eJwly.aB-c_d.secret-wxyz; a=b", "Cookie: osac=…wxyz; a=b"),
        ("Cookie: __Host-osac_device=abcdefghwxyz", "Cookie: __Host-osac_device=…wxyz"),
        ("nothing of the kind, osac_share.web", "nothing of the kind, osac_share.web"),
    ],
)
def test_what_opens_a_door_is_cut_to_where_it_ends(said: str, shown: str) -> None:
    assert without_secrets(said) == shown


@given(st.text(), st.text())
def test_no_text_around_a_token_saves_it(before: str, after: str) -> None:
    shown = without_secrets(f"{before} {TOKEN}.{after}")
    assert TOKEN not in shown


@given(st.text())
def test_what_was_cut_once_stays_as_it_is(text: str) -> None:
    once = without_secrets(text)
    assert without_secrets(once) == once


def test_it_takes_no_time_over_long_texts() -> None:
    for text in ("osacf_" + "a" * 50_000, "b" * 20 + "." + "Q" * 50_000, "osac=" * 10_000):
        assert len(without_secrets(text)) <= len(text)


def test_every_record_is_cut_whoever_writes_it_down(capsys: pytest.CaptureFixture[str]) -> None:
    hide_secrets()
    hide_secrets()
    written = io.StringIO()
    logger = logging.getLogger(f"tests.{new_public_id()}")
    logger.propagate = False
    logger.addHandler(logging.StreamHandler(written))
    secret = new_secret()
    logger.warning("asked for %s", f"/feeds/private/{TOKEN}.atom")
    logger.warning("%(path)s was %(said)s", {"path": TOKEN, "said": "refused"})
    wrong = ValueError(f"Bearer {secret} is wrong")
    logger.error("failed for %s", TOKEN, exc_info=wrong)
    too_few = (TOKEN,)
    logger.warning("no place for %s and %s", *too_few)
    text = written.getvalue() + capsys.readouterr().err
    assert TOKEN not in text
    assert secret not in text
    assert "asked for /feeds/private/osacf_…wxyz.atom" in text
    assert "osacf_…wxyz was refused" in text
    assert f"Bearer …{secret[-4:]} is wrong" in text
