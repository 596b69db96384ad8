"""The pages of wishes, reading hours, trips and sites."""

from osac_share.subscriptions.views import hours, sites, trips, wishes
from osac_share.subscriptions.views.blueprint import blueprint, use_past

__all__ = ["blueprint", "hours", "sites", "trips", "use_past", "wishes"]
