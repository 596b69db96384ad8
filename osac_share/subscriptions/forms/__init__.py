"""What is asked of somebody who wishes to be told."""

from osac_share.subscriptions.forms.hours import WEEKDAYS, HoursForm
from osac_share.subscriptions.forms.trips import (
    CalendarForm,
    PlacesField,
    SiteForm,
    TakenForm,
    TripForm,
)
from osac_share.subscriptions.forms.wishes import WishForm

__all__ = [
    "WEEKDAYS",
    "CalendarForm",
    "HoursForm",
    "PlacesField",
    "SiteForm",
    "TakenForm",
    "TripForm",
    "WishForm",
]
