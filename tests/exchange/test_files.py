"""Any file may be named; what cannot be read is explained in one sentence."""

from __future__ import annotations

import gzip
import os
from typing import TYPE_CHECKING

import pytest

from osac_share.exchange.documents import files, lines_of, opened
from osac_share.exchange.documents.lines import LONGEST_LINE
from osac_share.kernel.errors import RuleBroken

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def lines_in(file: Path | str) -> list[tuple[int, bytes]]:
    with opened(str(file)) as content:
        return list(lines_of(content))


@pytest.mark.parametrize("name", ["texts.jsonl", "texts"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_packed_and_plain_files_are_told_apart_by_their_content(
    tmp_path: Path, name: str, pack: Callable[[bytes], bytes]
) -> None:
    file = tmp_path / name
    file.write_bytes(pack(b"{}\n\n  \r\n[]\n"))
    assert lines_in(file) == [(1, b"{}\n"), (4, b"[]\n")]


def test_file_that_is_packed_by_its_name_alone_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "texts.jsonl.gz"
    file.write_bytes(b"{}\n")
    with pytest.raises(RuleBroken, match="is not packed by gzip, although its name says so"):
        lines_in(file)


def test_last_line_needs_no_end_and_first_may_bear_a_byte_order_mark(tmp_path: Path) -> None:
    file = tmp_path / "texts.jsonl"
    file.write_bytes(b"\xef\xbb\xbf{}\n[]")
    assert lines_in(file) == [(1, b"{}\n"), (2, b"[]")]


def test_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RuleBroken, match=r"nothing\.jsonl cannot be read: No such file"):
        lines_in(tmp_path / "nothing.jsonl")


def test_name_that_no_file_can_have_is_refused() -> None:
    with pytest.raises(RuleBroken, match="cannot be read"):
        lines_in("a\0b")


def test_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleBroken, match="is a folder"):
        lines_in(tmp_path)


def test_empty_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "texts.jsonl.gz"
    file.touch()
    with pytest.raises(RuleBroken, match="is empty"):
        lines_in(file)


def torn(packed: bytes) -> bytes:
    return packed[:-30]


def garbled(packed: bytes) -> bytes:
    return packed[:-300] + b"x" * 300


@pytest.mark.parametrize("damage", [torn, garbled])
def test_lines_before_a_damage_are_read(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    file = tmp_path / "texts.jsonl.gz"
    content = b"".join(b'{"number": %d}\n' % number for number in range(20_000))
    file.write_bytes(damage(gzip.compress(content)))
    read: list[int] = []
    with opened(str(file)) as packed, pytest.raises(RuleBroken, match="is damaged after line"):
        read.extend(number for number, _ in lines_of(packed))
    assert len(read) > 10_000


def test_line_that_is_too_long_is_cut_and_the_next_one_read(tmp_path: Path) -> None:
    file = tmp_path / "texts.jsonl"
    file.write_bytes(b"x" * (3 * LONGEST_LINE) + b"\n{}\n")
    (_, long), second = lines_in(file)
    assert len(long) == LONGEST_LINE + 1
    assert second == (2, b"{}\n")


def test_small_archive_of_a_huge_file_is_not_unpacked_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LARGEST_FILE", 10_000_000)
    file = tmp_path / "texts.jsonl.gz"
    file.write_bytes(gzip.compress(b" " * 20_000_000))
    with pytest.raises(RuleBroken, match="too large"):
        lines_in(file)


def test_standard_input_is_read_and_left_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "texts.jsonl.gz"
    file.write_bytes(gzip.compress(b"{}\n"))
    with file.open() as standard_input:
        monkeypatch.setattr("sys.stdin", standard_input)
        assert lines_in("-") == [(1, b"{}\n")]
        assert not standard_input.closed
        assert os.fstat(standard_input.fileno())
