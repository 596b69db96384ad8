"""The ways in which the house says no, each with words for the person who asked."""

from __future__ import annotations

from datetime import timedelta

_SECOND = timedelta(seconds=1)


class Refusal(Exception):
    """Carry a sentence for the person whose request was refused."""

    def __init__(self, message: str) -> None:
        """Keep `message`, one plain sentence that may be shown as it is."""
        super().__init__(message)
        self.message = message


class NotFound(Refusal):
    """The thing does not exist, or the actor may not know that it does."""

    def __init__(self, message: str = "There is nothing at this address.") -> None:
        """Default to one sentence for absent and hidden alike, so that neither tells."""
        super().__init__(message)


class NotAllowed(Refusal):
    """The actor may see the thing but not do this to it."""


class RuleBroken(Refusal):
    """The request contradicts a rule of the field; the message says how to mend it."""


class TooMany(Refusal):
    """Something was tried too often; `seconds` is how long to wait, at least one."""

    def __init__(self, wait: timedelta) -> None:
        """Say how long to wait, in words that fit."""
        self.seconds = max(1, -(-wait // _SECOND))
        super().__init__(f"That was tried too often. Try again in {_in_words(self.seconds)}.")


def _in_words(seconds: int) -> str:
    if seconds < 120:  # noqa: PLR2004 -- below two minutes, seconds say more.
        return "1 second" if seconds == 1 else f"{seconds} seconds"
    minutes = -(-seconds // 60)
    return f"{minutes} minutes" if minutes < 120 else f"{-(-minutes // 60)} hours"  # noqa: PLR2004


class Misconfigured(Refusal):
    """The installation is incomplete or contradictory; the message says what to set."""
