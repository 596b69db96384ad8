"""The JSON API, version 1, and its documentation. Programs come by a token and by nothing else."""

from osac_share.api.views import (
    acknowledging,
    changes,
    describing,
    drafts,
    reading,
    refusals,
    searches,
    steps,
    subscriptions,
)
from osac_share.api.views.blueprint import blueprint
from osac_share.api.views.serving import OPERATIONS, use_meter

__all__ = [
    "OPERATIONS",
    "acknowledging",
    "blueprint",
    "changes",
    "describing",
    "drafts",
    "reading",
    "refusals",
    "searches",
    "steps",
    "subscriptions",
    "use_meter",
]
