"""The feeds' addresses: the views, and the doorstep that answers most polls before them."""

from osac_share.feeds.views import making, private
from osac_share.feeds.views.blueprint import blueprint
from osac_share.feeds.views.doorstep import FeedDoorstep
from osac_share.feeds.views.pages import feeds_of
from osac_share.feeds.views.passing import PrivateDoorstep
from osac_share.feeds.views.scopes import use_search

__all__ = [
    "FeedDoorstep",
    "PrivateDoorstep",
    "blueprint",
    "feeds_of",
    "making",
    "private",
    "use_search",
]
