"""What changed from one edition to another: section by section, block by block, word by word."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from osac_share.reports.documents.alignment import out_of_order
from osac_share.reports.documents.changes import (
    CHANGED,
    UNNAMED,
    BlockChange,
    Comparison,
    LinkChange,
    PassageChange,
)
from osac_share.reports.documents.matching import pair_blocks, pair_passages
from osac_share.reports.documents.passages import take_apart
from osac_share.reports.documents.wording import ADDED, REMOVED, SAME, Run, word_runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from osac_share.reports.documents.alignment import Pairs
    from osac_share.reports.documents.lines import Block, Link
    from osac_share.reports.documents.matching import Matches
    from osac_share.reports.documents.passages import Passage
    from osac_share.reports.models import Section


def compare(old: Sequence[Section], new: Sequence[Section]) -> Comparison:
    """Return what changed from the sections of one edition to those of another.

    Bodies are taken apart at their headings, bold lines that act as headings included. What
    belongs together is found by heading and by words, so that sections and paragraphs may move.
    Compared is what readers see, so not markup or white space; where links lead is compared,
    too. The time is about linear in the length of the texts: where they are hostile or have
    next to nothing in common, less is recognized.
    """
    before, after = take_apart(old, new)
    pairs = pair_passages(before, after)
    return Comparison(tuple(_Writer(before, after, pairs).written()))


def changed_headings(comparison: Comparison) -> list[str]:
    """Return the names of the sections that differ, in the order of the comparison, each once."""
    names = (one.name for one in comparison.passages if not one.is_same)
    return list(dict.fromkeys(names))


class _Writer:
    """Writes down, passage by passage, what was found to have become of everything."""

    def __init__(self, old: list[Passage], new: list[Passage], pairs: Pairs) -> None:
        self._old = old
        self._new = new
        self._pairs = pairs
        self._matches: Matches = pair_blocks(old, new, pairs)
        self._went = {one: other for other, one in self._matches.pairs.items()}
        self._old_blocks = _places(place.passage for place in self._matches.old)
        self._new_blocks = _places(place.passage for place in self._matches.new)

    def written(self) -> Iterator[PassageChange]:
        moved = out_of_order(self._pairs)
        gone = set(range(len(self._old))).difference(self._pairs.values())
        for old, new in _interleaved(range(len(self._new)), gone, self._pairs, moved):
            yield self._passage(old, new, moved=new in moved)

    def _passage(self, old: int | None, new: int | None, *, moved: bool) -> PassageChange:
        before = None if old is None else self._old[old]
        after = None if new is None else self._new[new]
        blocks = tuple(self._blocks(old, new))
        one = None if before is None else before.heading
        other = None if after is None else after.heading
        is_kept = before is not None and after is not None and before.key == after.key
        heading = _whole(SAME, other or "") if is_kept else word_runs(one or "", other or "")
        return PassageChange(
            status=_status(one, other, heading, blocks),
            moved=moved,
            old_heading=one,
            new_heading=other,
            heading=heading,
            path=(after or before or self._old[0]).path,
            blocks=blocks,
        )

    def _blocks(self, old: int | None, new: int | None) -> Iterator[BlockChange]:
        """Yield the blocks of a passage, and among them what is no longer there."""
        mine = self._new_blocks[new] if new is not None else range(0)
        theirs = self._old_blocks[old] if old is not None else range(0)
        pairs = self._matches.pairs
        local = {place: pairs[place] for place in mine if pairs.get(place, -1) in theirs}
        gone = [place for place in theirs if self._is_gone(place, mine)]
        for one, other in _interleaved(mine, gone, local, self._matches.moved):
            if other is None and one is not None:
                yield self._lost(one)
            elif other is not None:
                yield self._block(pairs.get(other), other, is_local=other in local)

    def _is_gone(self, old: int, mine: range) -> bool:
        """Tell whether a block left its passage, other than by a heading put before it."""
        went = self._went.get(old)
        return went is None or (went not in mine and went in self._matches.moved)

    def _lost(self, old: int) -> BlockChange:
        block = self._matches.old[old].block
        went = self._went.get(old)
        return BlockChange(
            kind=block.kind,
            status=REMOVED,
            moved=went is not None,
            old=block.text,
            new="",
            runs=_whole(REMOVED, block.text),
            elsewhere=""
            if went is None
            else self._name(self._new, self._matches.new[went].passage),
        )

    def _block(self, old: int | None, new: int, *, is_local: bool) -> BlockChange:
        block = self._matches.new[new].block
        if old is None:
            return BlockChange(
                kind=block.kind,
                status=ADDED,
                moved=False,
                old="",
                new=block.text,
                runs=_whole(ADDED, block.text),
            )
        place = self._matches.old[old]
        links = tuple(_relinked(place.block, block))
        is_same = place.block.text == block.text and not links
        moved = new in self._matches.moved
        return BlockChange(
            kind=block.kind,
            status=SAME if is_same else CHANGED,
            moved=moved,
            old=place.block.text,
            new=block.text,
            runs=word_runs(place.block.text, block.text),
            links=links,
            elsewhere=self._name(self._old, place.passage) if moved and not is_local else "",
        )

    def _name(self, side: list[Passage], passage: int) -> str:
        return side[passage].heading or UNNAMED


def _places(passages_of_blocks: Iterable[int]) -> defaultdict[int, range]:
    """Return for each passage the positions of its blocks, which stand in a row."""
    rows: defaultdict[int, range] = defaultdict(lambda: range(0))
    for place, passage in enumerate(passages_of_blocks):
        rows[passage] = range(rows[passage].start if rows[passage] else place, place + 1)
    return rows


def _interleaved(
    new: Iterable[int], gone: Iterable[int], pairs: Pairs, moved: set[int]
) -> Iterator[tuple[int | None, int | None]]:
    """Yield all of `new`, with its partner, and each of `gone` after what it stood behind."""
    stays = {old: place for place, old in pairs.items() if place not in moved}
    waiting = sorted([*((old, True) for old in stays), *((old, False) for old in gone)])
    following: dict[int | None, list[int]] = defaultdict(list)
    last: int | None = None
    for old, is_here in waiting:
        if is_here:
            last = stays[old]
        else:
            following[last].append(old)
    yield from ((old, None) for old in following[None])
    for place in new:
        yield pairs.get(place), place
        yield from ((old, None) for old in following[place])


def _status(
    old: str | None, new: str | None, heading: tuple[Run, ...], blocks: tuple[BlockChange, ...]
) -> str:
    if old is None:
        return ADDED
    if new is None:
        return REMOVED
    is_same = all(run.kind == SAME for run in heading) and all(block.is_same for block in blocks)
    return SAME if is_same else CHANGED


def _whole(kind: str, text: str) -> tuple[Run, ...]:
    return (Run(kind, text),) if text else ()


def _relinked(old: Block, new: Block) -> Iterator[LinkChange]:
    """Yield the links that lead elsewhere although their words, or most of them, stayed."""
    before, after = _links(old), _links(new)
    targets = {target for _, target in after}
    left = [link for key, link in before.items() if key not in after]
    for key, link in after.items():
        if key in before:
            continue
        was = next((one for one in left if one.words == link.words), None) or next(
            (one for one in left if one.words in link.words or link.words in one.words), None
        )
        if was is not None:
            left = [one for one in left if one is not was and one.words not in link.words]
            if _bare(was.target) != _bare(link.target):
                yield LinkChange(link.words, was.target, link.target)
        elif link.words in old.text:
            yield LinkChange(link.words, None, link.target)
    for link in left:
        if link.words in new.text and _bare(link.target) not in targets:
            yield LinkChange(link.words, link.target, None)


def _links(block: Block) -> dict[tuple[str, str], Link]:
    """Return each link once, by its words and where it leads."""
    return {(link.words, _bare(link.target)): link for link in block.links if link.words}


def _bare(target: str) -> str:
    """Return an address without what makes no difference to where it leads."""
    return target.removeprefix("https://").removeprefix("http://").rstrip("/")
