"""Mail into a folder: what a demo or a trial installation sends, for its people to look at."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Self

from osac_share.kernel.mail.envelopes import Answer
from osac_share.kernel.mail.headers import clean_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime
    from types import TracebackType

    from osac_share.kernel.mail.envelopes import Envelope

_BATCH = 250
_AT_ONCE = 16
_ID = re.compile(r"[0-9a-f]{32}")
_STAMP = b"Delivered-To: %s\r\n"


class OutboxMailer:
    """A mailer that writes each message to `<digest of its Message-ID>.eml` in a folder.

    Files appear whole or not at all, and an accepted one survives a power cut. A repeat of a
    message overwrites it.
    """

    def __init__(self, folder: Path) -> None:
        """Make `folder` if it is missing, for nobody else to read."""
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def __enter__(self) -> Self:
        """Return the mailer itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Do nothing: no file stays open."""

    def send(self, envelopes: Iterable[Envelope]) -> Iterator[Answer]:
        """Write the envelopes, in order, and yield an answer for each.

        They are made durable in batches, since forcing a directory entry to disk costs more
        than a message.
        """
        waiting = iter(envelopes)
        while batch := list(islice(waiting, _BATCH)):
            yield from self._write(batch)

    def _write(self, batch: Sequence[Envelope]) -> list[Answer]:
        staged: list[tuple[int, str, Path]] = []
        try:
            for envelope in batch:
                staged.append(self._stage(envelope))  # noqa: PERF401 -- kept on failure.
            # Side by side, the file system forces many files to disk in one go.
            with ThreadPoolExecutor(_AT_ONCE) as forcing:
                list(forcing.map(os.fdatasync, [descriptor for descriptor, _, _ in staged]))
            for _, written, final in staged:
                Path(written).replace(final)
            self._sync_folder()
        except OSError as error:
            for _, written, _ in staged:
                Path(written).unlink(missing_ok=True)
            problem = f"The message could not be written: {error.strerror}"
            return [Answer(accepted=False, permanent=False, code=452, text=problem)] * len(batch)
        finally:
            for descriptor, _, _ in staged:
                os.close(descriptor)
        return [Answer(accepted=True, permanent=False, code=250, text="Written")] * len(batch)

    def _stage(self, envelope: Envelope) -> tuple[int, str, Path]:
        descriptor, written = tempfile.mkstemp(prefix=".", suffix=".part", dir=self._folder)
        content = _STAMP % envelope.recipient.encode("ascii") + envelope.content
        with os.fdopen(descriptor, "wb", closefd=False) as file:
            file.write(content)
        return descriptor, written, self._folder / f"{_digest(envelope.message_id)}.eml"

    def _sync_folder(self) -> None:
        descriptor = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@dataclass(frozen=True, slots=True)
class SavedMail:
    """One message of the folder, taken apart.

    Attributes:
        id: names it within the folder, 32 hexadecimal digits.
        recipient: the mailbox it was delivered to.
        subject: decoded.
        date: aware, as the message says.
        text: the plain body.
        html: the HTML body, None if there is none.
        headers: all headers in their order, decoded.

    """

    id: str
    recipient: str
    subject: str
    date: datetime
    text: str
    html: str | None
    headers: tuple[tuple[str, str], ...]


def read_outbox(folder: Path, recipient: str, *, limit: int = 50) -> list[SavedMail]:
    """Return the newest messages to one mailbox, newest first."""
    stamp = _STAMP % clean_address(recipient).encode("ascii")
    files = [path for path in folder.glob("*.eml") if _begins_with(path, stamp)]
    files.sort(key=lambda path: path.stat().st_mtime_ns, reverse=True)
    return [_read(path) for path in files[:limit]]


def find_in_outbox(folder: Path, mail_id: str) -> SavedMail | None:
    """Return the message with this `SavedMail.id`, or None."""
    path = folder / f"{mail_id}.eml"
    return _read(path) if _ID.fullmatch(mail_id) and path.exists() else None


def _begins_with(path: Path, stamp: bytes) -> bool:
    with path.open("rb", buffering=0) as file:
        return file.read(len(stamp)) == stamp


def opened(envelope: Envelope) -> SavedMail:
    """Return a message as its reader would see it, without sending it."""
    return _apart(envelope.content, _digest(envelope.message_id), envelope.recipient)


def _read(path: Path) -> SavedMail:
    return _apart(path.read_bytes(), path.stem, None)


def _apart(content: bytes, mail_id: str, recipient: str | None) -> SavedMail:
    message = BytesParser(EmailMessage, policy=policy.default).parsebytes(content)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    return SavedMail(
        id=mail_id,
        recipient=recipient or str(message["Delivered-To"]),
        subject=str(message["Subject"]),
        date=message["Date"].datetime,
        text=_content(text) if text is not None else "",
        html=_content(html) if html is not None else None,
        headers=tuple((name, str(value)) for name, value in message.items()),
    )


def _content(part: MIMEPart) -> str:
    return str(part.get_content()).replace("\r\n", "\n")


def _digest(message_id: str) -> str:
    return hashlib.sha256(message_id.encode()).hexdigest()[:32]
