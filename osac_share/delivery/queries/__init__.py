"""What must be known, at this moment, about the deliveries that are about to be made."""

from osac_share.delivery.queries.parcels import (
    Parcel,
    Summons,
    news_of,
    parcels,
    summonses,
)

__all__ = ["Parcel", "Summons", "news_of", "parcels", "summonses"]
