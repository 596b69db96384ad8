"""What people say about how to reach them."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the types.
from wtforms.validators import DataRequired, InputRequired, Length

from osac_share.channels.models import SMS
from osac_share.channels.policy import AFTER_MINUTES, SEVERITIES, Contents
from osac_share.channels.policy.addresses import LONGEST
from osac_share.kernel.text import clean_line
from osac_share.taxonomy import queries as taxonomy

ADDRESSES = {
    "webhook": "Address of your program",
    "chat": "Address of the room",
    "sms": "Telephone number",
}
HELP = {
    "webhook": "An https address that takes POST. Its host must be on the public Internet.",
    "chat": "The address of an incoming webhook of Slack, or of a workflow of Microsoft Teams.",
    "sms": "With its country code, such as +254 700 000 000.",
}


class EndpointForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """Somewhere to reach its owner, to be confirmed by a code."""

    label = StringField(
        "What you call it",
        [DataRequired("Give it a name, so that you know it again."), Length(max=80)],
        filters=[lambda text: clean_line(text) if text else text],
    )
    address = StringField(
        "",
        [DataRequired("Enter the address."), Length(max=LONGEST)],
        filters=[lambda text: text.strip() if text else text],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    on_sheets = BooleanField("Telephone me, too")

    def __init__(self, kind: str, **given: Any) -> None:  # noqa: ANN401 -- as WTForms takes it.
        """Ask for what an endpoint of this kind needs."""
        super().__init__(**given)
        self.address.label.text = ADDRESSES[kind]
        if kind == SMS:
            self.address.render_kw = {"type": "tel", "autocomplete": "tel"}
        else:
            del self.on_sheets


class BrowserForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """What a browser says when its owner lets it show notifications."""

    address = HiddenField(validators=[InputRequired(), Length(max=LONGEST)])
    browser = HiddenField(validators=[InputRequired(), Length(max=100)])
    auth = HiddenField(validators=[InputRequired(), Length(max=40)])


class CodeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """The code that came to a new endpoint."""

    code = StringField(
        "Code",
        [DataRequired("Enter the six digits that came there."), Length(max=20)],
        filters=[lambda text: "".join(text.split()) if text else text],
        render_kw={"inputmode": "numeric", "autocomplete": "one-time-code"},
    )


class WhenForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types.
    """From which severity on an endpoint is used, and how long an emergency waits for it."""

    min_rank = SelectField("From which severity on")
    after_minutes = SelectField("Emergencies")
    on_sheets = BooleanField("Telephone me, too")

    def __init__(self, **given: Any) -> None:  # noqa: ANN401 -- as WTForms takes it.
        """Offer the severities, and the times."""
        super().__init__(**given)
        self.min_rank.choices = [
            SelectChoice(str(rank), _and_graver(code))
            for rank, code in enumerate(SEVERITIES, start=1)
        ]
        self.after_minutes.choices = [
            SelectChoice(str(minutes), _waiting(minutes)) for minutes in AFTER_MINUTES
        ]


def contents_of(form: BrowserForm) -> Contents:
    """Return what a browser said."""
    address, browser, auth = (one.data or "" for one in (form.address, form.browser, form.auth))
    return Contents(address, browser=browser, auth=auth)


def _and_graver(code: str) -> str:
    label = taxonomy.severity(code).label
    return f"{label} only" if code == SEVERITIES[-1] else f"{label} and graver"


def _waiting(minutes: int) -> str:
    return f"if I have not acknowledged after {minutes} minutes" if minutes else "at once"
