"""Who comes to the desk of the staff, and who reads the record. No database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from osac_share.admin.policy import may_read_record, may_see_desk
from osac_share.councils.policy import ADMIN, ANALYST, AUDITOR, CHAIR, Standing

CHAIR_ = Standing(person_id=1, organization_id=1, active=True, seats=frozenset({(1, CHAIR)}))


@pytest.mark.parametrize(
    ("roles", "sees_desk", "reads_record"),
    [
        ((), False, False),
        ((ANALYST,), True, False),
        ((ADMIN,), True, False),
        ((AUDITOR,), True, True),
        ((ADMIN, AUDITOR), True, True),
    ],
)
def test_staff_come_to_the_desk_and_auditors_read_the_record(
    roles: tuple[str, ...], *, sees_desk: bool, reads_record: bool
) -> None:
    standing = replace(CHAIR_, staff_roles=frozenset(roles))
    assert may_see_desk(standing) is sees_desk
    assert may_read_record(standing) is reads_record
    suspended = replace(standing, active=False)
    assert not may_see_desk(suspended)
    assert not may_read_record(suspended)
