"""What a chair of Kenya's council types into the form of an alert."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from osac_share.councils.models import Council
from osac_share.reports.forms import DraftForm, form_for
from osac_share.reports.models import COUNCIL

KENYA = Council(id=1, slug="kenya", name="Kenya", time_zone="Africa/Nairobi")
NIGERIA = Council(id=2, slug="nigeria", name="Nigeria", time_zone="Africa/Lagos")
GOOD: dict[str, str | list[str]] = {
    "council": "1",
    "alert_kind": "demonstration",
    "title": "Nairobi: march to the parliament",
    "places": "Nairobi, Kenya\nUganda",
    "topics": ["civil-unrest", "crime"],
    "severity": "security",
    "expires": "2026-03-09T18:00",
    "location": "The central market.",
    "event": "A march is expected from noon.",
    "actions": "Avoid the area.",
    "assistance": "Call the duty officer.",
    "marking": "GREEN",
    "lock": "3",
}


def typed(**changes: str | list[str] | None) -> DraftForm:
    """Return the form of an alert, checked, as it was sent with these changes."""
    fields = {name: value for name, value in (GOOD | changes).items() if value is not None}
    form = form_for("alert", COUNCIL)([KENYA, NIGERIA], formdata=MultiDict(fields))
    form.validate()
    return form
