"""What a segment holds is what its documents say."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
import pytest
from whoosh.filedb.filestore import RamStorage
from whoosh.filedb.filetables import OrderedHashReader

from osac_share.search.index import Folder, Reader, Writer
from osac_share.search.index.analysis import terms_of
from osac_share.search.index.codec import MAX_POSITION
from osac_share.search.index.schema import TITLE_GAP
from osac_share.search.index.terms import TermTable
from tests.support.editions import edition, random_library

if TYPE_CHECKING:
    from pathlib import Path

    from osac_share.search.models import Document

LIBRARY = random_library(11)
Places = dict[str, dict[int, list[int]]]


def held(root: Path) -> Places:
    """Return the positions of each stem in each edition, as the index has them."""
    reader = Reader(Folder(root))
    reader.refresh()
    snapshot = reader._snapshot
    assert snapshot is not None
    editions = snapshot.columns["edition"]
    found: Places = {}
    for term in snapshot.terms("body"):
        postings = snapshot.postings("body", term)
        ends = np.cumsum(postings.frequencies.astype(int)).tolist()
        places = np.split(snapshot.positions(term), ends[:-1])
        found[term] = {
            int(editions[doc]): part.tolist()
            for doc, part in zip(postings.docs, places, strict=True)
            if snapshot.live[doc]
        }
    return {term: places for term, places in found.items() if places}


def said(documents: list[Document]) -> Places:
    """Return the same from the documents themselves, word by word."""
    found: Places = defaultdict(lambda: defaultdict(list))
    for document in documents:
        words = [*terms_of(document.title), *[None] * TITLE_GAP, *terms_of(document.text)]
        for position, term in enumerate(words):
            if term is not None:
                found[term.stem][document.edition_id].append(position)
    return {term: dict(places) for term, places in found.items()}


def test_every_word_is_found_where_it_stands(tmp_path: Path) -> None:
    Writer(Folder(tmp_path)).rebuild([list(LIBRARY)])
    assert held(tmp_path) == said(list(LIBRARY))


@pytest.mark.parametrize("merge", [True, False])
def test_words_stay_where_they_stand_when_segments_come_and_go(
    tmp_path: Path, *, merge: bool
) -> None:
    documents = [
        edition(number, text=f"Quartz {number} and quartz, the quarry of number {number % 7}.")
        for number in range(1, 40)
    ]
    writer = Writer(Folder(tmp_path))
    writer.rebuild([documents[:3]])
    for start in range(3, 39, 3):
        writer.put(documents[start : start + 3], merge=merge)
        writer.put(documents[start - 2 : start], merge=merge)
    writer.remove([documents[5].report_id])
    assert held(tmp_path) == said(documents[:5] + documents[6:])


def test_a_put_without_merging_leaves_that_to_a_later_one(tmp_path: Path) -> None:
    writer = Writer(Folder(tmp_path))
    writer.rebuild([[edition(1)]])
    for number in range(2, 12):
        writer.put([edition(number)], merge=False)
    assert segments(tmp_path) == 11
    writer.put([edition(12)])
    assert segments(tmp_path) == 1


def segments(root: Path) -> int:
    reader = Reader(Folder(root))
    reader.refresh()
    assert reader._snapshot is not None
    return len(reader._snapshot.segments)


def test_a_text_beyond_the_last_position_is_cut_there(tmp_path: Path) -> None:
    Writer(Folder(tmp_path)).rebuild(
        [[edition(1, title="", text="quartz " * (MAX_POSITION + 9) + "end")]]
    )
    found = held(tmp_path)
    assert "end" not in found
    assert found["quartz"][1] == list(range(TITLE_GAP, MAX_POSITION + 1))


def test_documents_without_a_word_can_be_written(tmp_path: Path) -> None:
    Writer(Folder(tmp_path)).rebuild(
        [[edition(1, title="", text="the and of"), edition(2, title="")]]
    )
    assert 1 not in {key for places in held(tmp_path).values() for key in places}


def test_whoosh_reads_the_dictionary_that_is_written_here() -> None:
    storage = RamStorage()
    pairs = [(f"key{number:05}".encode(), b"v" * (number % 50)) for number in range(5000)]
    table = TermTable(storage.create_file("terms"))
    for key, value in pairs:
        table.add(key, value)
    table.close()
    reader = OrderedHashReader.open(storage, "terms")
    assert list(reader.items()) == pairs
    assert all(reader[key] == value for key, value in pairs)
    assert b"key" not in reader
    assert next(reader.keys_from(b"key02")) == b"key02000"


def test_a_dictionary_refuses_keys_out_of_order() -> None:
    table = TermTable(RamStorage().create_file("terms"))
    table.add(b"b", b"")
    with pytest.raises(ValueError, match="increase"):
        table.add(b"a", b"")
