"""Whatever happens to it where it is kept, the index answers rightly or says it is damaged."""

from __future__ import annotations

import os
import tempfile
from random import Random
from typing import TYPE_CHECKING

import pytest

from osac_share.search.index import Reader, Writer, parse
from osac_share.search.index import schema as index_schema
from osac_share.search.index.merging import CLASSES, FULL
from osac_share.search.index.writing import BatchWriter
from osac_share.search.models import IndexDamaged
from tests.search.homes import LIBRARY, FolderHome, RowsHome, filled, found, held
from tests.support.editions import EVERYONE, edition

if TYPE_CHECKING:
    from pathlib import Path

    from tests.search.homes import Home

QUESTION = parse("night")


def fresh_answer(home: Home) -> str:
    return repr(Reader(home.keeper()).search(QUESTION, EVERYONE, limit=1000))


def test_an_index_that_is_not_there_is_damaged(home: Home) -> None:
    with pytest.raises(IndexDamaged):
        fresh_answer(home)
    with pytest.raises(IndexDamaged):
        Writer(home.keeper()).put([edition(1)])


def test_an_empty_index_is_whole(home: Home) -> None:
    writer = Writer(home.keeper())
    assert writer.rebuild([]) == 0
    assert found(home, "night") == 0
    writer.put([edition(1, text="night")])
    assert found(home, "night") == 1
    writer.remove([1])
    assert found(home, "night") == 0


def test_removing_any_part_is_noticed(home: Home) -> None:
    reader = filled(home, LIBRARY)
    reader.stamps()
    for part in home.parts():
        whole = home.read(part)
        home.remove(part)
        with pytest.raises(IndexDamaged):
            fresh_answer(home)
        home.write(part, whole)
    assert reader.generation()


def test_truncating_any_part_is_noticed(home: Home) -> None:
    filled(home, LIBRARY)
    for part in home.parts():
        whole = home.read(part)
        for share in (0, 0.5, 0.99):
            home.write(part, whole[: int(len(whole) * share)])
            with pytest.raises(IndexDamaged):
                fresh_answer(home)
        home.write(part, whole)


def test_flipping_any_bit_is_noticed_or_harmless(home: Home) -> None:
    filled(home, LIBRARY)
    expected = fresh_answer(home)
    chance = Random(42)  # noqa: S311
    noticed = 0
    for _ in range(60):
        part = chance.choice(home.parts())
        whole = home.read(part)
        place, bit = chance.randrange(len(whole)), chance.randrange(8)
        home.write(part, whole[:place] + bytes([whole[place] ^ 1 << bit]) + whole[place + 1 :])
        try:
            assert fresh_answer(home) == expected
        except IndexDamaged:
            noticed += 1
        home.write(part, whole)
    assert noticed > 48


def test_a_reader_asked_for_its_generation_proves_that_all_is_still_there(home: Home) -> None:
    reader = filled(home, LIBRARY)
    assert reader.generation()
    home.remove(next(part for part in home.parts() if ".seg" in "".join(part)))
    with pytest.raises(IndexDamaged):
        reader.generation()
    with pytest.raises(IndexDamaged):
        reader.stamps()


def test_a_file_cut_under_an_open_reader_does_no_harm(home: Home) -> None:
    reader = filled(home, LIBRARY)
    expected = repr(reader.search(QUESTION, EVERYONE))
    (segment,) = (part for part in home.parts() if ".seg" in "".join(part))
    home.write(segment, home.read(segment)[:100])
    for word in ("night", "road", "curfew", "robbery", "unrest"):
        try:
            answer = repr(reader.search(parse(word), EVERYONE))
        except IndexDamaged:
            assert isinstance(home, FolderHome), "a copy of one's own cannot be cut by others"
            break
        assert word != "night" or answer == expected
    else:
        assert isinstance(home, RowsHome), "the reader went on with a file that is gone"


def test_an_index_of_another_version_is_not_read(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(home, LIBRARY)
    monkeypatch.setattr("osac_share.search.index.keeping.VERSION", index_schema.VERSION + 1)
    with pytest.raises(IndexDamaged):
        fresh_answer(home)


def test_an_older_copy_put_back_whole_shows_by_its_stamps(home: Home) -> None:
    filled(home, LIBRARY)
    put_back = home.copy()
    Writer(home.keeper()).put([edition(7000, text="night")])
    assert 7000 in held(home)
    put_back()
    assert 7000 not in held(home)


def test_an_older_part_put_back_is_noticed(home: Home) -> None:
    filled(home, LIBRARY)
    older = {part: home.read(part) for part in home.parts()}
    Writer(home.keeper()).put([edition(LIBRARY[0].edition_id, text="night")])
    for part in older.keys() & set(home.parts()):
        whole = home.read(part)
        if older[part] != whole:
            home.write(part, older[part])
            with pytest.raises(IndexDamaged):
                fresh_answer(home)
            home.write(part, whole)


def test_an_index_in_a_folder_can_be_read_by_its_owner_alone(tmp_path: Path) -> None:
    filled(FolderHome(tmp_path / "index"), LIBRARY)
    folders = [tmp_path / "index", *(tmp_path / "index").glob("index-*")]
    assert [folder.stat().st_mode & 0o777 for folder in folders] == [0o700, 0o700]


def test_a_copy_of_rows_has_no_name_and_can_be_read_by_its_owner_alone(
    rows: RowsHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "passing"))
    (tmp_path / "passing").mkdir()
    filled(rows, LIBRARY)
    keeper = rows.keeper()
    place = keeper.live()
    ((name, expected),) = keeper.contents(place).files.items()
    with keeper.open(place.generation, name, expected) as file:
        assert os.fstat(file.fileno()).st_mode & 0o777 == 0o600
        assert os.fstat(file.fileno()).st_nlink == 0
    assert list((tmp_path / "passing").iterdir()) == []


def test_a_file_of_many_rows_wants_all_of_them_in_order(
    rows: RowsHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("osac_share.search.index.rows.CHUNK", 4096)
    filled(rows, LIBRARY)
    expected = fresh_answer(rows)
    first, second, *_ = sorted(part for part in rows.parts() if len(part) == 3)
    contents = rows.read(first), rows.read(second)
    assert len(contents[0]) == len(contents[1]) == 4096
    for part, content in zip((second, first), contents, strict=True):
        rows.write(part, content)
    with pytest.raises(IndexDamaged):
        fresh_answer(rows)
    for part, content in zip((first, second), contents, strict=True):
        rows.write(part, content)
    assert fresh_answer(rows) == expected


def test_a_failing_batch_changes_nothing_and_frees_the_lock(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(home, LIBRARY)
    before = fresh_answer(home)

    def full_disk(_self: BatchWriter, _segments: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(BatchWriter, "_commit_toc", full_disk)
        with pytest.raises(OSError, match="No space"):
            Writer(home.keeper()).put([edition(1, text="night night")])
    assert fresh_answer(home) == before
    Writer(home.keeper()).put([edition(9002, text="quartz")])
    assert found(home, "quartz") == 1


def test_the_number_of_segments_stays_small(home: Home) -> None:
    filled(home, LIBRARY)
    writer = Writer(home.keeper())
    most = 0
    for number in range(30):
        writer.put([edition(6000 + number, text=f"night {number}")])
        most = max(most, home.segments())
    assert most <= FULL * len(CLASSES)
    assert len(held(home)) == len(LIBRARY) + 30


def test_putting_a_report_again_replaces_it(home: Home) -> None:
    reader = filled(home, [edition(1, text="curfew"), edition(2, text="curfew")])
    writer = Writer(home.keeper())
    for _ in range(3):
        writer.put([edition(1, text="lifted", stamp="new")])
    assert reader.search(parse("curfew"), EVERYONE).total == 1
    assert reader.search(parse("lifted"), EVERYONE).total == 1
    assert reader.stamps() == {1: "new", 2: "stamp 2"}
    writer.remove([2, 77])
    assert reader.search(parse("curfew"), EVERYONE).total == 0
    assert (reader.holds(1), reader.holds(2)) == (True, False)
