"""What must be known, at this moment, about the deliveries that are about to be made."""

from osac_share.delivery.queries.parcels import Parcel, news_of, parcels
from osac_share.delivery.queries.summonses import Summons, summonses

__all__ = ["Parcel", "Summons", "news_of", "parcels", "summonses"]
