"""Public identifiers and secrets."""

from __future__ import annotations

import hashlib
import math

from osac_share.kernel.ids import PUBLIC_ID_LENGTH, digest, new_public_id, new_secret

LOOK_ALIKES = set("il1o0")


def test_public_ids_are_lower_case_and_hold_nothing_that_reads_like_something_else() -> None:
    for _ in range(500):
        made = new_public_id()
        assert len(made) == PUBLIC_ID_LENGTH
        assert made.isascii()
        assert made.isalnum()
        assert made == made.lower()
        assert not LOOK_ALIKES & set(made)


def test_public_ids_cannot_be_guessed() -> None:
    made = [new_public_id() for _ in range(2000)]
    letters = set("".join(made))
    assert len(set(made)) == len(made)
    assert PUBLIC_ID_LENGTH * math.log2(len(letters)) > 99


def test_secrets_differ_and_hold_256_bits() -> None:
    made = {new_secret() for _ in range(200)}
    assert len(made) == 200
    assert all(len(secret) >= 43 for secret in made)


def test_only_the_digest_of_a_secret_is_kept() -> None:
    assert digest("fjord") == hashlib.sha256(b"fjord").hexdigest()
    assert digest("fjord") != digest("fjord ")
