"""Whatever happens to its files, the index answers rightly or says that it is damaged."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from random import Random
from signal import SIGKILL

import pytest

from osac_share.search.index import Reader, Writer, parse
from osac_share.search.index import schema as index_schema
from osac_share.search.index.merging import CLASSES, FULL
from osac_share.search.index.writing import BatchWriter
from osac_share.search.models import IndexBusy, IndexDamaged
from tests.search.library import EVERYONE, built, edition, random_library

QUESTION = parse("night")
LIBRARY = random_library(seed=41)


def files_of(root: Path) -> list[Path]:
    """Return every file that an answer can depend on."""
    return sorted(
        path for path in root.rglob("*") if path.is_file() and "LOCK" not in path.name.upper()
    )


def fresh_answer(root: Path) -> str:
    return repr(Reader(root).search(QUESTION, EVERYONE, limit=1000))


def test_an_index_that_is_not_there_is_damaged(tmp_path: Path) -> None:
    with pytest.raises(IndexDamaged):
        Reader(tmp_path).search(QUESTION, EVERYONE)
    with pytest.raises(IndexDamaged):
        Writer(tmp_path).put([edition(1)])


def test_an_empty_index_is_whole(tmp_path: Path) -> None:
    assert Writer(tmp_path).rebuild([]) == 0
    answer = Reader(tmp_path).search(QUESTION, EVERYONE)
    assert (answer.hits, answer.total) == ((), 0)
    Writer(tmp_path).put([edition(1, text="night")])
    assert Reader(tmp_path).search(QUESTION, EVERYONE).total == 1


def test_removing_any_file_is_noticed(tmp_path: Path) -> None:
    built(tmp_path / "whole", LIBRARY)
    for path in files_of(tmp_path / "whole"):
        copy = Path(shutil.copytree(tmp_path / "whole", tmp_path / "copy"))
        (copy / path.relative_to(tmp_path / "whole")).unlink()
        with pytest.raises(IndexDamaged):
            Reader(copy).search(QUESTION, EVERYONE)
        shutil.rmtree(copy)


def test_truncating_any_file_is_noticed(tmp_path: Path) -> None:
    built(tmp_path / "whole", LIBRARY)
    for path in files_of(tmp_path / "whole"):
        for share in (0, 0.5, 0.99):
            copy = Path(shutil.copytree(tmp_path / "whole", tmp_path / "copy"))
            os.truncate(
                copy / path.relative_to(tmp_path / "whole"), int(path.stat().st_size * share)
            )
            with pytest.raises(IndexDamaged):
                Reader(copy).search(QUESTION, EVERYONE)
            shutil.rmtree(copy)


def test_flipping_any_bit_is_noticed_or_harmless(tmp_path: Path) -> None:
    root = tmp_path / "index"
    built(root, LIBRARY)
    expected = fresh_answer(root)
    chance = Random(42)  # noqa: S311
    noticed = 0
    for _ in range(300):
        path = chance.choice(files_of(root))
        whole = path.read_bytes()
        place, bit = chance.randrange(len(whole)), chance.randrange(8)
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << bit]) + whole[place + 1 :])
        try:
            assert fresh_answer(root) == expected
        except IndexDamaged:
            noticed += 1
        path.write_bytes(whole)
    assert noticed > 250


def test_a_file_cut_under_an_open_reader_does_no_harm(tmp_path: Path) -> None:
    reader = built(tmp_path, LIBRARY)
    expected = repr(reader.search(QUESTION, EVERYONE))
    (segment,) = tmp_path.rglob("*.seg")
    os.truncate(segment, 100)
    for word in ("night", "road", "curfew", "robbery", "unrest"):
        try:
            answer = repr(reader.search(parse(word), EVERYONE))
        except IndexDamaged:
            break
        assert word != "night" or answer == expected
    else:
        pytest.fail("the reader went on with a file that is gone")


def test_an_index_of_another_version_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built(tmp_path, LIBRARY)
    monkeypatch.setattr("osac_share.search.index.folder.VERSION", index_schema.VERSION + 1)
    with pytest.raises(IndexDamaged):
        Reader(tmp_path).search(QUESTION, EVERYONE)


def test_an_older_copy_put_back_shows_by_its_stamps(tmp_path: Path) -> None:
    built(tmp_path / "live", LIBRARY)
    shutil.copytree(tmp_path / "live", tmp_path / "backup")
    Writer(tmp_path / "live").put([edition(7000, text="night")])
    assert 7000 in Reader(tmp_path / "live").stamps()
    assert 7000 not in Reader(tmp_path / "backup").stamps()


def test_the_index_can_be_read_by_its_owner_alone(tmp_path: Path) -> None:
    built(tmp_path / "index", LIBRARY)
    folders = [tmp_path / "index", *(tmp_path / "index").glob("index-*")]
    assert [folder.stat().st_mode & 0o777 for folder in folders] == [0o700, 0o700]


def test_a_reader_goes_on_while_the_index_is_swapped_under_it(tmp_path: Path) -> None:
    reader = built(tmp_path, LIBRARY)
    expected = repr(reader.search(QUESTION, EVERYONE))
    wrong: list[str] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            try:
                answer = repr(reader.search(QUESTION, EVERYONE))
            except IndexDamaged as damage:
                answer = str(damage)
            if answer != expected:
                wrong.append(answer)

    askers = [threading.Thread(target=ask) for _ in range(3)]
    for asker in askers:
        asker.start()
    for _ in range(8):
        Writer(tmp_path).rebuild([LIBRARY])
        Writer(tmp_path).put([one for one in LIBRARY if one.report_id < 4])
    done.set()
    for asker in askers:
        asker.join()
    assert wrong == []
    assert len(list(tmp_path.glob("index-*"))) == 1


def test_a_second_writer_waits_for_the_first(tmp_path: Path) -> None:
    built(tmp_path, LIBRARY)
    problems: list[Exception] = []

    def put(start: int) -> None:
        try:
            for number in range(start, start + 5):
                Writer(tmp_path).put([edition(number, text="quartz")])
        except (IndexBusy, IndexDamaged) as problem:
            problems.append(problem)

    writers = [threading.Thread(target=put, args=(start,)) for start in (8000, 9000)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert problems == []
    assert Reader(tmp_path).search(parse("quartz"), EVERYONE).total == 10


def test_a_writer_gives_up_on_a_lock_that_is_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built(tmp_path, LIBRARY)
    monkeypatch.setattr("osac_share.search.index.writing.PATIENCE_S", 0.2)
    program = (
        "import fcntl,sys,time; lock=open(sys.argv[1],'w'); fcntl.flock(lock,2);"
        "print('held',flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "writer.lock")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        holder.stdout.readline()
        with pytest.raises(IndexBusy):
            Writer(tmp_path).put([edition(1)])
        holder.kill()
    Writer(tmp_path).put([edition(9001, text="quartz")])
    assert Reader(tmp_path).search(parse("quartz"), EVERYONE).total == 1


def test_a_failing_batch_changes_nothing_and_frees_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built(tmp_path, LIBRARY)
    before = fresh_answer(tmp_path)

    def full_disk(_self: BatchWriter, _segments: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(BatchWriter, "_commit_toc", full_disk)
        with pytest.raises(OSError, match="No space"):
            Writer(tmp_path).put([edition(1, text="night night")])
    assert fresh_answer(tmp_path) == before
    Writer(tmp_path).put([edition(9002, text="quartz")])
    assert Reader(tmp_path).search(parse("quartz"), EVERYONE).total == 1


@pytest.mark.slow
def test_a_writer_killed_at_any_moment_leaves_the_old_index_or_the_new(tmp_path: Path) -> None:
    built(tmp_path, LIBRARY)
    program = (
        "import sys; from pathlib import Path;"
        "from osac_share.search.index import Writer; from tests.search.library import edition;"
        "writer = Writer(Path(sys.argv[1])); print('ready', flush=True);\n"
        "for n in range(100000): writer.put([edition(5000 + n % 40, text='night %d' % n)])"
    )
    chance = Random(43)  # noqa: S311
    for _ in range(8):
        command = [sys.executable, "-c", program, str(tmp_path)]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
        ) as one:
            assert one.stdout
            one.stdout.readline()
            time.sleep(chance.random())
            one.send_signal(SIGKILL)
        assert set(Reader(tmp_path).stamps()) >= {one.edition_id for one in LIBRARY}
        Writer(tmp_path).put([edition(9003, text="quartz")])
        assert Reader(tmp_path).search(parse("quartz"), EVERYONE).total == 1


def test_the_number_of_segments_stays_small(tmp_path: Path) -> None:
    built(tmp_path, LIBRARY)
    writer = Writer(tmp_path)
    most = 0
    for number in range(120):
        writer.put([edition(6000 + number, text=f"night {number}")])
        most = max(most, len(list(tmp_path.rglob("*.seg"))))
    assert most <= FULL * len(CLASSES)
    assert len(Reader(tmp_path).stamps()) == len(LIBRARY) + 120


def test_putting_a_report_again_replaces_it(tmp_path: Path) -> None:
    reader = built(tmp_path, [edition(1, text="curfew"), edition(2, text="curfew")])
    writer = Writer(tmp_path)
    for _ in range(3):
        writer.put([edition(1, text="lifted", stamp="new")])
    assert reader.search(parse("curfew"), EVERYONE).total == 1
    assert reader.search(parse("lifted"), EVERYONE).total == 1
    assert reader.stamps() == {1: "new", 2: "stamp 2"}
    writer.remove([2, 77])
    assert reader.search(parse("curfew"), EVERYONE).total == 0
    assert (reader.holds(1), reader.holds(2)) == (True, False)
