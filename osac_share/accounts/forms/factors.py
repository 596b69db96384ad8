"""The shapes of what people type and send to show a second factor, or to set one up."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from osac_share.accounts.policy import LONGEST_ANSWER
from osac_share.kernel.text import clean_line


def _line(typed: str | None) -> str:
    return clean_line(typed or "")


_CODE = {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
_NAME = [DataRequired("Give it a name by which you know it."), Length(max=60)]


class CodeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """A code of an authenticator app, or a recovery code."""

    code = StringField("Code", [InputRequired("Enter a code."), Length(max=60)], render_kw=_CODE)


class ConfirmForm(FlaskForm):  # type: ignore[misc]
    """The passphrase again; and a code, of those who have a second factor."""

    password = PasswordField(
        "Passphrase",
        [InputRequired("Enter your passphrase."), Length(max=256)],
        render_kw={"autocomplete": "current-password"},
    )
    code = StringField("Code", [InputRequired("Enter a code."), Length(max=60)], render_kw=_CODE)

    def __init__(self, *, has_factor: bool) -> None:
        """Ask for a code only of those who have a factor."""
        super().__init__()
        if not has_factor:
            del self.code


class AppForm(FlaskForm):  # type: ignore[misc]
    """A name for an authenticator app, and the code that it shows for the proposed secret."""

    sealed = HiddenField(validators=[Length(max=300)])
    code = StringField(
        "Code that the app shows",
        [InputRequired("Enter the six digits that the app shows."), Length(max=60)],
        render_kw=_CODE | {"inputmode": "numeric"},
    )
    name = StringField("Name of this app", _NAME, filters=[_line], default="Authenticator app")


class PasskeyForm(FlaskForm):  # type: ignore[misc]
    """A name for a passkey, and what the device answered."""

    credential = HiddenField(validators=[InputRequired(), Length(max=LONGEST_ANSWER)])
    # It stands beside the form for an app, whose name has the plain id.
    name = StringField(
        "Name of this passkey", _NAME, id="passkey-name", filters=[_line], default="Passkey"
    )


class AnswerForm(FlaskForm):  # type: ignore[misc]
    """What a device with a passkey answered."""

    credential = HiddenField(validators=[InputRequired(), Length(max=LONGEST_ANSWER)])


class NameForm(FlaskForm):  # type: ignore[misc]
    """Another name for a factor."""

    name = StringField("Name", _NAME, filters=[_line])
