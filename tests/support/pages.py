"""Reading pages as a person does: by heading, link and field, never by substring of HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lxml import html

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse


class Document:
    """One answer of the application; a page is parsed, anything else counts as an empty one."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.is_html = response.mimetype == "text/html"
        source = response.get_data() if self.is_html else b""
        parser = html.HTMLParser(encoding="utf-8")
        self.root = html.document_fromstring(source or b"<html/>", parser=parser)

    @property
    def title(self) -> str:
        """Return the text of the page's first-level heading."""
        return _words(self.root.xpath("string(//h1)"))

    @property
    def text(self) -> str:
        """Return the words of the page's main part, without markup."""
        main = self.root.xpath("//main") or [self.root]
        return _words(main[0].text_content())

    def texts(self, xpath: str) -> list[str]:
        """Return the words of every element that `xpath` finds, in order."""
        return [_words(element.text_content()) for element in self._elements(xpath)]

    def links(self) -> dict[str, str]:
        """Return the address behind each link text of the page."""
        return {_words(a.text_content()): a.get("href", "") for a in self._elements("//a[@href]")}

    def form_to(self, action: str) -> dict[str, list[str]]:
        """Return the fields, as a browser would send them, of the form that posts to `action`.

        Raises:
            AssertionError: the page has no such form.

        """
        forms = [
            form
            for form in self.root.forms
            if form.method == "POST"
            and (form.action or self.response.request.path).split("?")[0] == action
        ]
        assert forms, f"{self.response.request.path} has no form that posts to {action}"
        fields: dict[str, list[str]] = {}
        for name, value in forms[0].form_values():
            fields.setdefault(name, []).append(value)
        return fields

    def _elements(self, xpath: str) -> list[html.HtmlElement]:
        found = self.root.xpath(xpath)
        assert isinstance(found, list)
        return [element for element in found if isinstance(element, html.HtmlElement)]


class Visitor:
    """A person with a browser, as far as the application can tell."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def open(self, path: str) -> Document:
        """Open an address and return what came, without following a redirect."""
        return Document(self.client.get(path))

    def submit(
        self,
        page: str,
        *,
        to: str | None = None,
        follow: bool = False,
        **fields: str | Iterable[str],
    ) -> Document:
        """Open `page`, change `fields` in the form that posts to `to`, and press its button.

        Everything else the form holds, its anti-forgery token first of all, goes along as it
        came. A form without an address of its own posts to the page itself.
        """
        values = Document(self.client.get(page)).form_to(to or page.partition("?")[0])
        for name, value in fields.items():
            values[name] = [value] if isinstance(value, str) else list(value)
        answer = self.client.post(to or page, data=values, follow_redirects=follow)
        return Document(answer)

    def sign_in(self, email: str, password: str) -> Document:
        """Sign in through the log-in page and return where it leads."""
        return self.submit("/login", email=email, password=password)


@pytest.fixture
def visitor(client: FlaskClient) -> Visitor:
    """Return somebody who has not signed in."""
    return Visitor(client)


def _words(text: object) -> str:
    return " ".join(str(text).split())
