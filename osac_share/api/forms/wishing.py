"""A wish, and the alert of a saved search, as a program sends them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.datastructures import MultiDict

from osac_share.api.forms.filling import WITHOUT_COOKIE, require_valid
from osac_share.search.forms.keeping import NEVER, KeptForm
from osac_share.subscriptions.forms import WishForm

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from osac_share.api.documents.shapes.own import SearchChanged, WishGiven
    from osac_share.councils.models import Council

LISTS = {
    "kind": "kinds",
    "topic": "topics",
    "region": "regions",
    "country": "countries",
    "council": "councils",
    "channel": "channels",
}
"""The fields of a wish that take several answers, and where a program gives them."""


def wish_form(wish: WishGiven, councils: Sequence[Council], ways: Collection[str]) -> WishForm:
    """Return the form of a wish, filled in and found right.

    Raises:
        NotAsDescribed: something that was sent does not fit.

    """
    sent = MultiDict({"frequency": wish.frequency, "min_severity": wish.min_severity})
    for field, name in LISTS.items():
        sent.setlist(field, list(getattr(wish, name)))
    form = WishForm(councils, ways, formdata=sent, meta=WITHOUT_COOKIE)
    require_valid(form, {field: f"/{name}" for field, name in LISTS.items()})
    return form


def alert_form(changed: SearchChanged, ways: Collection[str]) -> KeptForm:
    """Return the form of a saved search's name and alert, filled in and found right.

    Raises:
        NotAsDescribed: something that was sent does not fit.

    """
    sent = MultiDict({"name": changed.name, "frequency": changed.frequency or NEVER})
    sent.setlist("channel", list(changed.channels))
    form = KeptForm(ways, formdata=sent, meta=WITHOUT_COOKIE)
    require_valid(form, {"name": "/name", "frequency": "/frequency", "channel": "/channels"})
    return form
