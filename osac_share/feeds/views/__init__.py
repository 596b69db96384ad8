"""The feeds' addresses: the views, and the doorstep that answers most polls before them."""

from osac_share.feeds.views.doorstep import FeedDoorstep
from osac_share.feeds.views.pages import blueprint, feeds_of

__all__ = ["FeedDoorstep", "blueprint", "feeds_of"]
