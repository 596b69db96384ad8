"""What a file says, read by a program that may be ended without harm."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from typing import BinaryIO

    from osac_share.kernel.files.kinds import Kind

PATIENCE_S: Final = 90
_PROGRAM: Final = Path(__file__).with_name("extraction.py")
"""Run by its path: as a module, it would first load all that the platform is made of."""

_logger = logging.getLogger(__name__)


class Unreadable(Exception):
    """A file's words could not be had: it is damaged, hostile, or too much work."""


def read_pages(file: BinaryIO, kind: Kind) -> list[str]:
    """Return the text of each page of a file, without line breaks; of a picture nothing.

    Args:
        file: an open file of the system, at its beginning.
        kind: what it is.

    Raises:
        Unreadable: the reader failed, or did not end within its bounds of time and memory.

    """
    command = [sys.executable, "-I", str(_PROGRAM), kind.code]
    # Nothing of the surroundings is handed on: secrets may be there.
    surroundings = {"PATH": os.defpath, "PYTHONIOENCODING": "ascii"}
    try:
        done = subprocess.run(  # noqa: S603 -- our own program, with a word of our own table.
            command,
            env=surroundings,
            stdin=file,
            capture_output=True,
            timeout=PATIENCE_S,
            check=True,
        )
        pages: list[str] = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        _logger.warning("the words of a %s could not be read: %s", kind.code, type(error).__name__)
        raise Unreadable from error
    return pages
