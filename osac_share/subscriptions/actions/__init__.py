"""Everything that is done about wishes, reading hours, trips and sites. None of it commits."""

from osac_share.subscriptions.actions.hours import (
    Hours,
    choose_hours,
    ensure_hours,
    settle_hours,
)
from osac_share.subscriptions.actions.sites import (
    add_site,
    hear_of_sites,
    remove_site,
    settle_sites,
    stop_hearing_of_sites,
)
from osac_share.subscriptions.actions.trips import (
    begin_due_trips,
    cancel_trip,
    end_due_trips,
    forget_old_trips,
    plan_trip,
)
from osac_share.subscriptions.actions.wishes import (
    MOST_TERMS,
    MOST_WISHES,
    change,
    end,
    subscribe,
)

__all__ = [
    "MOST_TERMS",
    "MOST_WISHES",
    "Hours",
    "add_site",
    "begin_due_trips",
    "cancel_trip",
    "change",
    "choose_hours",
    "end",
    "end_due_trips",
    "ensure_hours",
    "forget_old_trips",
    "hear_of_sites",
    "plan_trip",
    "remove_site",
    "settle_hours",
    "settle_sites",
    "stop_hearing_of_sites",
    "subscribe",
]
