"""The shapes of what people type about their accounts."""

from osac_share.accounts.forms.factors import (
    AnswerForm,
    AppForm,
    CodeForm,
    ConfirmForm,
    NameForm,
    PasskeyForm,
)
from osac_share.accounts.forms.passphrases import (
    AddressForm,
    ChangePassphraseForm,
    InvitationForm,
    NewPassphraseForm,
    ResetForm,
)
from osac_share.accounts.forms.signing_in import LoginForm

__all__ = [
    "AddressForm",
    "AnswerForm",
    "AppForm",
    "ChangePassphraseForm",
    "CodeForm",
    "ConfirmForm",
    "InvitationForm",
    "LoginForm",
    "NameForm",
    "NewPassphraseForm",
    "PasskeyForm",
    "ResetForm",
]
