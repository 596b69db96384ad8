"""The three ways in which the house says no, each with words for the person who asked."""

from __future__ import annotations


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


class Misconfigured(Refusal):
    """The installation is incomplete or contradictory; the message says what to set."""
