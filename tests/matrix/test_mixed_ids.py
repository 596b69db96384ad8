"""Whoever may act on one thing cannot by that reach another: ids of two owners never mix.

Every rule with two or more ids is filled with the ids of things that do not belong together, and
is tried by everybody who may act on at least one of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from osac_share.app import create_app
from tests.support.matrix.addresses import Addresses
from tests.support.matrix.asking import Asker
from tests.support.matrix.state import Fingerprints
from tests.support.matrix.things import few
from tests.support.matrix.walking import FORM, furnish

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from osac_share.settings import Settings

pytestmark = pytest.mark.slow

POWERFUL = (
    *("chair", "secretary", "chair elsewhere", "co-chair elsewhere", "analyst", "admin"),
    "point of contact",
)

REFUSED = frozenset({403, 404, 409})
"""409: the thing of one's own is in no state for this, whatever the other id names."""


def test_ids_that_do_not_belong_together_open_nothing_and_change_nothing(
    settings: Settings, engine: Engine
) -> None:
    stage = furnish(settings, engine, few()[:12])
    app = create_app(settings, engine)
    mixed = list(Addresses(app, stage.world, {}).mixed(at_most=6))
    assert {one.endpoint for one in mixed} >= {"reports.attachment", "reports.detach"}
    fingerprints = Fingerprints(engine)
    before = fingerprints.take()
    wrong = []
    for name in POWERFUL:
        asker = Asker(app, stage.accounts[name])
        for call in mixed:
            form = None if call.is_safe else {**FORM, "csrf_token": asker.form_token}
            answer = asker.ask(call.method, call.path, form)
            if answer.status not in REFUSED:
                wrong.append((name, str(call.method), call.path, answer.status))
    assert wrong == []
    assert fingerprints.take().changed_since(before) == []
