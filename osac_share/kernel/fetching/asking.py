"""Asking somebody else's server for something, or handing it something."""

from __future__ import annotations

import socket
import ssl
import zlib
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse
from threading import Thread, Timer
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode, urlsplit

from osac_share.kernel.fetching.hosts import Unfetched, is_public, web_address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from collections.abc import Set as AbstractSet
    from email.message import Message

CHUNK = 64 * 1024
PORTS = {"http": 80, "https": 443}
ACCEPT = (
    "application/cap+xml, application/atom+xml, application/rss+xml, "
    "application/xml;q=0.9, */*;q=0.1"
)
REDIRECTS = frozenset({301, 302, 303, 307, 308})
LONGEST_VALIDATOR = 200


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of somebody's server is put up with."""

    size: int = 5 * 1024 * 1024
    seconds: float = 20
    redirects: int = 3


USUAL = Limits()


class Validators(NamedTuple):
    """By what a server recognizes the version that we hold (RFC 9110 section 8.8)."""

    etag: str = ""
    last_modified: str = ""


class Fetched(NamedTuple):
    """What came: from where in the end, its bytes, and how they are encoded if that was said."""

    address: str
    body: bytes
    charset: str | None
    validators: Validators


def _addresses_of(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Somebody who fetches: by which name, and from which private hosts they may.

    Attributes:
        agent: what the other side is told about us, with an address to complain to.
        allowed_private: hosts, as they stand in addresses, that need not be public.
        limits: of size, time and redirects.
        resolve: gives the IP addresses of a host.
        accept: which kinds of answer are asked for (RFC 9110 section 12.5.1).

    """

    agent: str
    allowed_private: AbstractSet[str] = frozenset()
    limits: Limits = USUAL
    resolve: Callable[[str, int], list[str]] = _addresses_of
    accept: str = ACCEPT

    def fetch(self, address: str, held: Validators = Validators()) -> Fetched | None:  # noqa: B008
        """Return what is at an address, or None if it is still the version that we hold.

        Args:
            address: an http or https address without user name.
            held: what came with the version that we hold.

        Raises:
            Unfetched: there is nothing, it may not be asked for, or it is more than we take.

        """
        deadline = monotonic() + self.limits.seconds
        more = {"If-None-Match": held.etag, "If-Modified-Since": held.last_modified}
        for _ in range(self.limits.redirects + 1):
            answer = self._ask(address, more, deadline)
            if not isinstance(answer, str):
                return answer
            if address.startswith("https:") and not answer.startswith("https:"):
                raise Unfetched("It leads on from https to an address without encryption.")
            address = answer
        raise Unfetched(f"It leads on more than {self.limits.redirects} times.")

    def post(self, address: str, form: Mapping[str, str], more: Mapping[str, str]) -> Fetched:
        """Return what answers a form with further headers; it is sent once and led on nowhere.

        Raises:
            Unfetched: there is no such answer, or it is more than we take.

        """
        headers = {"Content-Type": "application/x-www-form-urlencoded", **more}
        deadline = monotonic() + self.limits.seconds
        answer = self._ask(address, headers, deadline, urlencode(form).encode())
        if not isinstance(answer, Fetched):
            raise Unfetched("It leads on elsewhere.")
        return answer

    def _ask(
        self, address: str, more: Mapping[str, str], deadline: float, form: bytes | None = None
    ) -> Fetched | str | None:
        """Return what came, None if we hold it, or the address that it leads on to."""
        try:
            return self._exchange(address, more, deadline, form)
        except (OSError, HTTPException, zlib.error, UnicodeError) as problem:
            raise Unfetched(self._explain(problem, deadline)) from None

    def hand_over(self, address: str, body: bytes, more: Mapping[str, str]) -> int:
        """Send bytes once, and return the status that answers them; nobody is followed anywhere.

        What else the server says is not read, however much there is of it.

        Args:
            address: an http or https address without user name.
            body: what is sent.
            more: headers besides the usual ones.

        Raises:
            Unfetched: no answer came, or it may not be asked.

        """
        deadline = monotonic() + self.limits.seconds
        try:
            with self._answered(address, more, deadline, body) as answer:
                return answer.status
        except (OSError, HTTPException, UnicodeError) as problem:
            raise Unfetched(self._explain(problem, deadline)) from None

    def _exchange(
        self, address: str, more: Mapping[str, str], deadline: float, form: bytes | None
    ) -> Fetched | str | None:
        with self._answered(address, more, deadline, form) as answer:
            if answer.status in REDIRECTS:
                return web_address(answer.headers.get("Location", ""), address)
            if answer.status == HTTPStatus.NOT_MODIFIED:
                return None
            if answer.status != HTTPStatus.OK:
                raise Unfetched(f"Its server answers {status_words(answer.status)}.")
            body = self._read(answer, deadline)
            return Fetched(address, body, _charset(answer.headers), _validators(answer.headers))

    @contextmanager
    def _answered(
        self, address: str, more: Mapping[str, str], deadline: float, sent: bytes | None
    ) -> Iterator[HTTPResponse]:
        parts = urlsplit(web_address(address))
        path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        with self._connected(parts.scheme, parts.hostname or "", parts.port, deadline) as line:
            connection = HTTPConnection(parts.netloc)
            connection.sock = line
            method = "GET" if sent is None else "POST"
            connection.request(method, path, sent, self._headers(parts.netloc, more))
            with connection.getresponse() as answer:
                yield answer

    def _headers(self, host: str, more: Mapping[str, str]) -> dict[str, str]:
        headers = {
            "Host": host,
            "User-Agent": self.agent,
            "Accept": self.accept,
            "Accept-Encoding": "gzip",
            "Connection": "close",
            **more,
        }
        return {name: value for name, value in headers.items() if value}

    @contextmanager
    def _connected(
        self, scheme: str, host: str, port: int | None, deadline: float
    ) -> Iterator[socket.socket]:
        line = self._connect(host, port or PORTS[scheme], deadline)
        if scheme == "https":
            context = ssl.create_default_context()
            line = context.wrap_socket(line, server_hostname=host, do_handshake_on_connect=False)
        # Somebody who sends a byte now and then never runs into a timeout, but into this.
        watch = Timer(max(0.0, deadline - monotonic()), _hang_up, [line])
        watch.daemon = True
        watch.start()
        try:
            if isinstance(line, ssl.SSLSocket):
                line.do_handshake()
            yield line
        finally:
            watch.cancel()
            line.close()

    def _connect(self, host: str, port: int, deadline: float) -> socket.socket:
        addresses = self._resolved(host, port, deadline)
        if host not in self.allowed_private and not all(map(is_public, addresses)):
            raise Unfetched(f"“{host}” is not on the public Internet, and is not asked.")
        problem = OSError("has no address")
        for address in addresses:
            left = deadline - monotonic()
            if left <= 0:
                break
            try:
                return socket.create_connection((address, port), timeout=left)
            except OSError as failed:
                problem = failed
        raise problem

    def _resolved(self, host: str, port: int, deadline: float) -> list[str]:
        """Return the addresses of a host.

        The system's resolver takes the time that it takes and cannot be stopped: whoever is late
        is left behind in a thread of their own, which ends when the resolver gives up.
        """
        found = Future[list[str]]()

        def look_up() -> None:
            try:
                found.set_result(self.resolve(host, port))
            except Exception as problem:  # noqa: BLE001 -- whatever it is, it is the asker's to know.
                found.set_exception(problem)

        Thread(target=look_up, name="resolver", daemon=True).start()
        return found.result(timeout=max(0.0, deadline - monotonic()))

    def _read(self, answer: HTTPResponse, deadline: float) -> bytes:
        coding = answer.headers.get("Content-Encoding", "identity").strip().lower()
        if coding not in {"identity", "gzip", "x-gzip"}:
            raise Unfetched("It comes packed in a way that was not asked for.")
        unpack = None if coding == "identity" else zlib.decompressobj(wbits=31)
        body = bytearray()
        while chunk := answer.read(CHUNK):
            while chunk:
                # One byte more than allowed tells that there is more; a bomb never goes off.
                room = self.limits.size + 1 - len(body)
                body += unpack.decompress(chunk, room) if unpack else chunk
                if len(body) > self.limits.size:
                    raise Unfetched(f"It is larger than {self.limits.size // 1024:,} KB.")
                chunk = unpack.unconsumed_tail if unpack else b""
        if answer.length or (unpack and not unpack.eof) or monotonic() >= deadline:
            raise ConnectionError
        return bytes(body)

    def _explain(self, problem: Exception, deadline: float) -> str:
        if monotonic() >= deadline or isinstance(problem, TimeoutError):
            return f"It took longer than {self.limits.seconds:g} seconds to answer."
        if isinstance(problem, socket.gaierror | UnicodeError):
            return "There is no server of that name."
        if isinstance(problem, ssl.SSLError):
            return "Its certificate cannot be trusted, or it does not speak TLS."
        if isinstance(problem, HTTPException | zlib.error):
            return "Its server does not keep to HTTP."
        if isinstance(problem, ConnectionRefusedError):
            return "Its server takes no connections."
        return "The connection broke off."


def _hang_up(line: socket.socket) -> None:
    try:
        # Not the method of a TLS socket, which would first want to say goodbye.
        socket.socket.shutdown(line, socket.SHUT_RDWR)
    except OSError:
        return


def status_words(status: int) -> str:
    """Return a status of HTTP with its name: 404 (Not Found)."""
    known = {one.value: one.phrase for one in HTTPStatus}
    return f"{status} ({known[status]})" if status in known else str(status)


def _charset(headers: Message) -> str | None:
    return headers.get_content_charset()


def _validators(headers: Message) -> Validators:
    found = (headers.get(name, "") for name in ("ETag", "Last-Modified"))
    # One that is too long to be kept would never be recognized again.
    return Validators(*(one if len(one) <= LONGEST_VALIDATOR else "" for one in found))
