"""A letter as mail: plain text composed for people, and the same words in a frame of HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from osac_share.kernel.mail import Message, PreparedMessage
from osac_share.kernel.mail.returns import WRITTEN, Returns
from osac_share.letters.policy import link_url, message_id, written_out
from osac_share.settings import resource_dir

if TYPE_CHECKING:
    from osac_share.kernel.mail import Envelope
    from osac_share.letters.models import Letter
    from osac_share.settings import Settings

_TEMPLATES = Environment(
    loader=FileSystemLoader(resource_dir("templates")),
    autoescape=select_autoescape(("html",), default=False),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_INLINER = css_inline.CSSInliner(
    keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False
)


class Writer:
    """Writes an installation's letters.

    A template is plain text. Its first line is the subject, the rest are paragraphs with an
    empty line between them. A paragraph that is the link's address alone becomes one link.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._secret = settings.require_secret()
        self._host = (urlsplit(settings.public.url).hostname or "localhost").replace(":", "-")
        self._returns = Returns(self._secret, settings.mail.bounces)

    def envelope(self, letter: Letter) -> Envelope:
        """Return a letter as mail; its Message-ID is made from the letter alone.

        Raises:
            RuleBroken: the address is not one.

        """
        site, url = self._settings.site, self._settings.public.url
        words = letter.words | {"site_name": site.name, "site_url": url, "contact": site.contact}
        if letter.link is not None:
            words["link_url"] = link_url(self._secret, url, letter.link)
            words["until"] = written_out(letter.link.expires_at)
        written = _TEMPLATES.get_template(f"letters/{letter.purpose}.txt").render(words)
        subject, *paragraphs = [part.strip() for part in written.split("\n\n") if part.strip()]
        shown = words | {"subject": subject, "paragraphs": paragraphs}
        message = Message(
            sender=(site.name, self._settings.mail.sender),
            subject=subject,
            text=_TEMPLATES.get_template("mail/letter.txt").render(shown),
            html=_INLINER.inline(_TEMPLATES.get_template("mail/letter.html").render(shown)),
            date=letter.created_at,
        )
        return PreparedMessage(message).for_recipient(
            letter.address,
            message_id=message_id(self._secret, self._host, letter.public_id),
            returns_to=self._returns.address(WRITTEN, letter.id),
        )
