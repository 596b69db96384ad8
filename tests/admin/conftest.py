"""Fixtures: the program's staff, each in one role."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from osac_share.councils.policy import ADMIN, ANALYST, AUDITOR
from osac_share.kernel.db import transaction
from tests.support.factories import make_organization, make_person

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from osac_share.accounts.models import Person
    from tests.support.cast import Cast, SignIn
    from tests.support.pages import Visitor


@pytest.fixture
def staff(session: Session, cast: Cast) -> dict[str, Person]:
    """Return an administrator, an auditor and an analyst."""
    with transaction(session):
        office = make_organization(session, "Program Office", type_="government")
        names = {ADMIN: "Ada Admin", AUDITOR: "Odo Auditor", ANALYST: "Ann Analyst"}
        return {
            role: make_person(session, name, organization=office, staff_roles=[role])
            for role, name in names.items()
        }


@pytest.fixture
def auditor(staff: dict[str, Person], signed_in: SignIn) -> Visitor:
    """Return an auditor at their browser."""
    return signed_in(staff[AUDITOR])
