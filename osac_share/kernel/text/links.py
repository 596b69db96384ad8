"""Which links may leave a text, decided on what a browser would make of them."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

from osac_share.kernel.text.cleaning import clean_line

MAX_LINK = 2_000
"""The longest address kept as a link, in characters."""

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9_.-]{0,251}[a-z0-9])?\.?")
_ADDRESS = re.compile(r"[A-Za-z0-9._+'-]{1,64}@[A-Za-z0-9][A-Za-z0-9.-]{0,252}")
_TELEPHONE = re.compile(r"\+?[0-9]{2,20}")
_TELEPHONE_SIGNS = re.compile(r"[\s().-]+")
_TAB_OR_LINE_END = re.compile(r"[\t\n\r]+")
_SAFE_IN_PATH = "/:@!$&'()*+,;=~-._%"
_SAFE_AFTER_PATH = _SAFE_IN_PATH + "?"


@lru_cache(maxsize=4096)
def safe_link(href: str, base_url: str | None = None) -> str | None:
    """Return the address to which a link with this `href` may lead, or None for no link.

    `href` is the attribute's value with its entities decoded once. It is read as browsers
    read it (WHATWG URL standard): controls and line ends within it do not count, neither
    does the case of its scheme. Allowed are http and https addresses of a host without user
    names, a single mail address, a telephone number, and a path on this site (`/reports/x`).

    Args:
        href: the address as written.
        base_url: the page that a relayed text comes from. Relative addresses are resolved
            against it, and none can then mean this site.

    """
    address = clean_line(_TAB_OR_LINE_END.sub("", href[: MAX_LINK + 1]))
    if len(address) > MAX_LINK or "\\" in address:
        return None
    try:
        return _judge(address, base_url)
    except ValueError:
        # What the standard library cannot take apart, browsers take apart at will.
        return None


def host_of(link: str) -> str | None:
    """Return the host that an address made by `safe_link` leads to; None within this site."""
    if not link.startswith(("http://", "https://")):
        return None
    return (urlsplit(link).hostname or "").removeprefix("www.")


def shows_host(text: str, host: str) -> bool:
    """Return whether a link's own `text` names the host that it leads to."""
    for word in text.lower().split():
        bare = word.strip("()[]<>.,;:!?\"'").removeprefix("https://").removeprefix("http://")
        if re.split("[/?#]", bare.removeprefix("www."), maxsplit=1)[0] == host:
            return True
    return False


def _judge(address: str, base_url: str | None) -> str | None:
    if match := _SCHEME.match(address):
        return _with_scheme(match.group(1).lower(), address, address[match.end() :])
    if _ADDRESS.fullmatch(address):
        return f"mailto:{address}"
    if not address or address.startswith("//"):
        return None
    if base_url is not None:
        joined = urljoin(base_url, address)
        return _web(joined) if joined.lower().startswith(("http://", "https://")) else None
    return _path(urlsplit(address)) if address.startswith("/") else None


def _with_scheme(scheme: str, address: str, rest: str) -> str | None:
    if scheme in {"http", "https"}:
        return _web(address) if rest.startswith("//") else None
    if scheme == "mailto":
        mailbox = unquote(rest.partition("?")[0]).strip()
        return f"mailto:{mailbox}" if _ADDRESS.fullmatch(mailbox) else None
    if scheme == "tel":
        number = _TELEPHONE_SIGNS.sub("", unquote(rest))
        return f"tel:{number}" if _TELEPHONE.fullmatch(number) else None
    return None


def _web(address: str) -> str | None:
    parts = urlsplit(address)
    if "@" in parts.netloc or not parts.hostname:
        return None
    host = parts.hostname.encode("idna").decode("ascii")
    if not _HOST.fullmatch(host):
        return None
    port = f":{parts.port}" if parts.port is not None else ""
    return f"{parts.scheme}://{host}{port}{_path(parts)}"


def _path(parts: SplitResult) -> str:
    path = quote(parts.path, safe=_SAFE_IN_PATH)
    query = f"?{quote(parts.query, safe=_SAFE_AFTER_PATH)}" if parts.query else ""
    fragment = f"#{quote(parts.fragment, safe=_SAFE_AFTER_PATH)}" if parts.fragment else ""
    return path + query + fragment
