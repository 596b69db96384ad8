"""What goes into logs: nothing that opens a door.

Every record of the process passes through here when it is made, whoever makes it and whatever
writes it down: our own code, the web server's list of accesses, a library's complaint.
"""

from __future__ import annotations

import logging
import re
import traceback
from typing import Any, Protocol

_SECRETS = (
    # Tokens of feed readers and programs: the prefix and the last four.
    re.compile(r"(osac[fa]_)[0-9A-Za-z]{8,60}([0-9A-Za-z]{4})(?![0-9A-Za-z])"),
    # Links that work once, and those that end a subscription: what they name, and the last four.
    re.compile(r"(?<![a-z2-9])([a-z2-9]{20}\.)[0-9A-Za-z_-]{20,200}([0-9A-Za-z_-]{4})"),
    # The cookie of a session, and what a program sends to be known by.
    re.compile(r"((?:__Host-)?osac\w*=)[^;,\s\"']{8,4000}?([^;,\s\"']{4})(?=[;,\s\"']|$)"),
    re.compile(
        r"((?:Basic|Bearer) )[0-9A-Za-z+/._~=-]{8,4000}?([0-9A-Za-z+/._~=-]{4})"
        r"(?![0-9A-Za-z+/._~=-])",
        re.IGNORECASE,
    ),
)
_CONTROLS = {code: repr(chr(code))[1:-1] for code in (*range(32), *range(127, 160), 0x2028, 0x2029)}
"""Characters that would end a line or move a terminal, and how they are written instead."""
_ESCAPED = re.compile(r"(osac[fa])%5f", re.IGNORECASE)


class _Factory(Protocol):
    def __call__(self, *args: Any, **kwargs: Any) -> logging.LogRecord:  # noqa: ANN401 -- logging's own.
        """Make a record."""


def without_secrets(text: str) -> str:
    """Return a text with all that has the form of a secret of ours cut to where it ends."""
    shown = _ESCAPED.sub(r"\1_", text)
    for secret in _SECRETS:
        shown = secret.sub(r"\1…\2", shown)
    return shown


def in_one_line(text: str) -> str:
    """Return a text with every control character written out: nobody adds lines to a log."""
    return text.translate(_CONTROLS)


def hide_secrets() -> None:
    """Let every record that this process makes from now on be one line without secrets.

    Doing it twice changes nothing.
    """
    made = logging.getLogRecordFactory()
    if not getattr(made, "hides_secrets", False):
        logging.setLogRecordFactory(_hiding(made))


def _hiding(make: _Factory) -> _Factory:
    def factory(*args: Any, **kwargs: Any) -> logging.LogRecord:  # noqa: ANN401 -- logging's own.
        record = make(*args, **kwargs)
        try:
            said = record.getMessage()
        except Exception:  # noqa: BLE001 -- whatever is wrong, it must not be shown as it is.
            said = f"{record.msg} {record.args}"
            record.msg, record.args = said, ()
        shown = in_one_line(without_secrets(said))
        if shown != said:
            record.msg, record.args = shown, ()
        if record.exc_info and record.exc_info[0] is not None:
            trace = "".join(traceback.format_exception(*record.exc_info)).rstrip("\n")
            record.exc_text = without_secrets(trace)
        return record

    factory.hides_secrets = True  # type: ignore[attr-defined]
    return factory
