"""What makes a passphrase easy to guess, and what does not (ASVS 6.2.1 to 6.2.12)."""

from __future__ import annotations

import time
from string import ascii_letters

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from osac_share.accounts.policy import LONGEST, SHORTEST, problem_with

ABOUT = ("OSAC Share", "Dora Member", "dora.member@example.org", "Example Freight")

SITE_IN_MANY_SPELLINGS = [
    "osacosacosacosac",
    "OSACOSACOSACOSAC",
    "osac osac osac osac",
    "o-s-a-c-o-s-a-c-o-s-a-c-o-s-a-c",
    "0s4c0s4c0s4c0s4c",
    "OSAC Share Council",
    "osac.share.council",
    "0s@c sh4re c0unc!l",
    "welcome to osac share",
    "osacshare2026osacshare",
    "casocasocasocaso",
    "\uff4f\uff53\uff41\uff43 \uff53hare \uff4f\uff53\uff41\uff43",
    "OSAC Council Kenya",
    "overseas security advisory council",
    "my osac passphrase",
]
OWNER_IN_MANY_SPELLINGS = [
    "Dora Member Dora",
    "doramemberdoramember",
    "DORA.MEMBER@EXAMPLE.ORG",
    "dora.member1example.org",
    "rebmemarod rebmemarod",
    "my name is dora member",
    "Example Freight 1",
    "ExampleFreightDora1",
    "3xampl3 fr31ght d0ra",
    "Dóra Mémber Dóra Mémber",
]
COMMON = [
    "passwordpassword",
    "Password12345678",
    "P@ssw0rdP@ssw0rd",
    "123456789012345",
    "qwertyuiopasdfghjkl",
    "letmeinletmein123",
    "iloveyouiloveyou",
    "abcdefghijklmnop",
    "drowssapdrowssap",
    "Welcome2026!Welcome",
    "aaaaaaaaaaaaaaa",
    "ababababababababab",
    "!!!!!!!!!!!!!!!!!!",
]


@pytest.mark.parametrize(
    "passphrase", [*SITE_IN_MANY_SPELLINGS, *OWNER_IN_MANY_SPELLINGS, *COMMON, "x" * LONGEST]
)
def test_what_is_easy_to_guess_is_refused_with_what_to_do(passphrase: str) -> None:
    assert "four words" in (problem_with(passphrase, about=ABOUT) or "")


@pytest.mark.parametrize(
    "passphrase",
    [
        "kestrel lagoon amber fjord",
        "several plain words",
        "qmwnebrvtcyxuzilhdkf",
        "x7$Kp!9wQ2#mZr%4",
        "correct horse battery staple",
        "山の上に白い雲が静かに流れていく午後",
        "Dora walks along a purple canal",
    ],
)
def test_length_without_any_composition_is_enough(passphrase: str) -> None:
    assert problem_with(passphrase, about=ABOUT) is None


def test_fourteen_characters_are_refused_and_fifteen_accepted() -> None:
    assert problem_with("qmwnebrvtcyxuz") == (
        "Use at least 15 characters; several words make a good passphrase."
    )
    assert problem_with("qmwnebrvtcyxuzi") is None


def test_no_word_of_the_blocklist_that_is_long_enough_is_accepted() -> None:
    long = [one for one in FREQUENCY_LISTS["passwords"] if len(one) >= SHORTEST]
    assert len(long) > 20
    assert not [one for one in long if problem_with(one) is None]


def test_no_common_password_is_accepted_when_it_is_typed_until_it_is_long_enough() -> None:
    accepted = [
        password
        for password in FREQUENCY_LISTS["passwords"][:3000]
        if problem_with(password * -(-SHORTEST // len(password))) is None
    ]
    assert not accepted


@given(text=st.text(alphabet=ascii_letters + " .-", min_size=SHORTEST, max_size=30))
def test_what_is_known_of_its_owner_is_never_a_passphrase(text: str) -> None:
    assert problem_with(text, about=(text,)) is not None
    assert problem_with(text[::-1].upper(), about=(text,)) is not None


@pytest.mark.parametrize(
    "evil", ["4@8({[<369!1|70$5+7%2" * 12, "ab" * 128, "\ufdfa" * 14, "1@" * 128, "aB3" * 85]
)
def test_no_passphrase_takes_long_to_look_at(evil: str) -> None:
    problem_with("kestrel lagoon amber fjord", about=ABOUT)
    began = time.thread_time()
    problem_with(evil, about=ABOUT)
    assert time.thread_time() - began < 1
