"""The addresses of CAP: messages, their list, the keys behind them, and the page that checks."""

from osac_share.cap.views import documents, keys, verifying
from osac_share.cap.views.blueprint import blueprint

__all__ = ["blueprint", "documents", "keys", "verifying"]
