"""Who keeps searches, who recommends them, and how many. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osac_share.councils.policy import may_publish_for
from osac_share.subscriptions.policy import may_subscribe

if TYPE_CHECKING:
    from osac_share.councils.policy import Actor, Standing

MOST_SAVED = 50
"""A bound on the searches that one person keeps; each is counted whenever they look at them."""

MOST_RECOMMENDED = 20
"""A bound on the searches that one council recommends: a longer list is read by nobody."""

LONGEST_WORDS = 400
"""A bound on the words of a kept search, filters included: no more of any search is read."""


def may_save(actor: Actor) -> bool:
    """Tell whether this person keeps searches: members in good standing do."""
    return may_subscribe(actor)


def may_recommend(standing: Standing, council_id: int) -> bool:
    """Tell whether this person recommends searches for a council: its chair and co-chair do."""
    return may_publish_for(standing, council_id)
