"""The shapes of what people type about their accounts."""

from osac_share.accounts.forms.signing_in import LoginForm

__all__ = ["LoginForm"]
