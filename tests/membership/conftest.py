"""Fixtures of the tests of membership."""

from __future__ import annotations

from tests.membership.applicants import mailbox, members

__all__ = ["mailbox", "members"]
