"""Signing in and out, and what people do with their own accounts."""

from osac_share.accounts.views import signing_in
from osac_share.accounts.views.blueprint import blueprint

__all__ = ["blueprint", "signing_in"]
