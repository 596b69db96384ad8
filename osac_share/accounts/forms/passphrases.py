"""The shapes of what people type to choose a passphrase, and to open an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField, StringField, ValidationError
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length

from osac_share.accounts.policy import problem_with
from osac_share.kernel.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wtforms import Field

_ADDRESS = {"autocapitalize": "none", "spellcheck": "false"}


class NewPassphraseForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """A passphrase, typed twice because nobody sees it. Paste and password managers are welcome."""

    new = PasswordField(
        "New passphrase",
        [InputRequired("Choose a passphrase.")],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        "The same once more",
        [
            InputRequired("Type it once more."),
            EqualTo("new", "The two are not the same. Type both again."),
        ],
        render_kw={"autocomplete": "new-password"},
    )

    def __init__(self, about: Iterable[str]) -> None:
        """Keep the words that no passphrase may be made of: those about its owner."""
        super().__init__()
        self._about = tuple(about)

    def validate_new(self, field: Field) -> None:
        """Refuse what is easy to guess, in words that say what to do."""
        if problem := problem_with(field.data or "", about=self._about):
            raise ValidationError(problem)


class ChangePassphraseForm(NewPassphraseForm):
    """The passphrase there is, and the one that is to be."""

    current = PasswordField(
        "Current passphrase",
        [InputRequired("Enter your current passphrase."), Length(max=256)],
        render_kw={"autocomplete": "current-password"},
    )


class InvitationForm(NewPassphraseForm):
    """How somebody is called, and the passphrase of their new account."""

    name = StringField(
        "Your name",
        [DataRequired("Enter your name as others here should see it."), Length(max=120)],
        filters=[lambda typed: clean_line(typed or "")],
        render_kw={"autocomplete": "name"},
    )


class ResetForm(FlaskForm):  # type: ignore[misc]
    """The address of an account."""

    email = EmailField(
        "Email address",
        [InputRequired("Enter your email address."), Length(max=254)],
        render_kw={"autocomplete": "username", **_ADDRESS},
    )


class AddressForm(FlaskForm):  # type: ignore[misc]
    """The address that an account is to have."""

    email = EmailField(
        "New email address",
        [InputRequired("Enter the new address."), Length(max=254)],
        render_kw={"autocomplete": "email", **_ADDRESS},
    )
