"""Whose mail comes back learns it on the pages, and mends it there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from osac_share.delivery.models import Mailbox
from osac_share.kernel.db import transaction

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tests.support.cast import Cast, SignIn


@pytest.mark.one_database
def test_reader_and_their_point_of_contact_see_it_and_the_reader_mends_it(
    session: Session, cast: Cast, signed_in: SignIn, at: datetime
) -> None:
    with transaction(session):
        box = Mailbox(
            person_id=cast.dora.id,
            address=cast.dora.email,
            failures=1,
            failing_since=at,
            closed_at=at,
            reason="5.1.1 no such user",
        )
        session.add(box)
        contact = cast.ben.memberships[0]
        contact.is_contact = True
    dora, ben = signed_in(cast.dora), signed_in(cast.ben)
    assert "Mail to you comes back" in dora.open("/").text
    assert "Mail to you comes back" in dora.open("/subscriptions").text
    assert "Mail to you comes back" not in ben.open("/").text
    shown = ben.open("/organization/mail")
    assert "dora@example.org" in shown.text
    assert dora.open("/organization/mail").status == 404
    assert "5.1.1 no such user" in dora.open("/mailbox").text
    assert dora.submit("/mailbox").status == 303
    assert "Mail goes to you again." in str(dora.open("/mailbox").root.text_content())
    assert "Mail to you comes back" not in dora.open("/").text
    assert "No mail to your people comes back." in ben.open("/organization/mail").text
