"""Files of JSON lines, packed or not, read without trusting their size."""

from __future__ import annotations

import gzip
import sys
import zlib
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from osac_share.exchange.documents.lines import LONGEST_LINE
from osac_share.kernel.errors import RuleBroken

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedIOBase, BufferedReader

LARGEST_FILE = 512 * 1024 * 1024
"""The most bytes taken from one file, unpacked: a small archive can unpack to any size."""

STANDARD_INPUT = "-"
_GZIP = b"\x1f\x8b"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@contextmanager
def opened(name: str) -> Iterator[BufferedIOBase]:
    """Open a file of JSON lines, packed by gzip (RFC 1952) or plain; `-` is standard input.

    Raises:
        RuleBroken: there is no such file, or nothing in it can be read.

    """
    if name == STANDARD_INPUT:
        with open(sys.stdin.fileno(), "rb", closefd=False) as file:
            yield _unpacked(file, "Standard input")
        return
    path = Path(name)
    if path.is_dir():
        raise RuleBroken(f"{name} is a folder. Name a file of JSON lines, such as texts.jsonl.gz.")
    try:
        file = path.open("rb")
    except (OSError, ValueError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else problem
        raise RuleBroken(f"{name} cannot be read: {reason}.") from None
    with file:
        yield _unpacked(file, name)


def _unpacked(file: BufferedReader, name: str) -> BufferedIOBase:
    beginning = file.peek(len(_GZIP))
    if not beginning:
        raise RuleBroken(f"{name} is empty.")
    if beginning.startswith(_GZIP):
        return gzip.GzipFile(fileobj=file)
    if name.endswith(".gz"):
        raise RuleBroken(f"{name} is not packed by gzip, although its name says so.")
    return file


def lines_of(file: BufferedIOBase) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that are not blank, each with its number from 1.

    Of a line beyond `LONGEST_LINE` only the beginning is read, one byte more than allowed.

    Raises:
        RuleBroken: the file breaks off or is too large; the lines before it were yielded.

    """
    number = size = 0
    try:
        while line := file.readline(LONGEST_LINE + 1):
            number += 1
            rest = line
            size += len(line)
            while size <= LARGEST_FILE and rest and not rest.endswith(b"\n"):
                rest = file.readline(LONGEST_LINE)
                size += len(rest)
            if size > LARGEST_FILE:
                raise RuleBroken(f"The file was read up to line {number} only: it is too large.")
            if number == 1:
                line = line.removeprefix(_BYTE_ORDER_MARK)
            if line.strip():
                yield number, line
    except (EOFError, OSError, zlib.error):
        # The error's own words speak of compressed blocks, which help nobody.
        raise RuleBroken(f"The file is damaged after line {number}.") from None
