"""Issuing messages, and keeping the keys that sign them."""

from osac_share.cap.actions.issuing import Issuer
from osac_share.cap.actions.keys import disown, recognize, renew

__all__ = ["Issuer", "disown", "recognize", "renew"]
