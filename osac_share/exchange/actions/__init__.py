"""What is taken in from others, and what others are told of. Nothing here commits."""

from osac_share.exchange.actions.changes import follow
from osac_share.exchange.actions.taking_in import Outcome, batches, settle, sift, store, word

__all__ = ["Outcome", "batches", "follow", "settle", "sift", "store", "word"]
