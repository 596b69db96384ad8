"""The pages of searching, of saved searches, and of those that councils recommend."""

from osac_share.search.views import recommended, saved
from osac_share.search.views.finding import found_for_feed, found_since
from osac_share.search.views.searching import blueprint, current_index

__all__ = ["blueprint", "current_index", "found_for_feed", "found_since", "recommended", "saved"]
