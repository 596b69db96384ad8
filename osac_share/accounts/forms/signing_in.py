"""The shape of what people type to sign in."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField
from wtforms.validators import InputRequired, Length


class LoginForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """An address and a passphrase. Paste and password managers are welcome."""

    email = EmailField(
        "Email address",
        [InputRequired("Enter your email address."), Length(max=254)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        "Passphrase",
        [InputRequired("Enter your passphrase."), Length(max=256)],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()
