"""Small libraries of made-up editions, and a plain reading of what a search must find in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from osac_share.search.index import Folder, Reader, Writer, parse
from osac_share.search.index.analysis import fold, terms_of
from osac_share.search.models import AnyOf, Document, Phrase, Prefix, Tag, Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from osac_share.search.models import Clause, Clearance, Query, Sort

EPOCH = datetime(2025, 1, 1, tzinfo=UTC)
TOKENS = ("public", "members", "council:1", "council:2", "person:7")
COUNTRIES = ("KE", "FR", "MX", "TD")
TOPICS = ("crime", "health", "terrorism")
WORDS = (
    *("robbery", "robberies", "kidnapping", "Embassy", "advised", "advisory", "curfew", "the"),
    *("of", "night", "road", "roads", "Nairobi", "unrest", "civil", "São", "U.S.", "café", "2025"),
)
EVERYONE = frozenset({"public"})
SORTS: tuple[Sort, ...] = ("relevance", "date")
SECRET = frozenset({"person:99"})
QUESTIONS = (
    *("robbery", "curfew night", '"civil unrest"', "kidn*", "embassy road OR night", "-curfew"),
    *("country:KE", "zanzibr", "robbrey", "", "a whole sentence about night robbery on the road"),
    *(" ".join(WORDS), "in:title road", "after:2025-01-02 road", "council:kenya unrest"),
)


def edition(edition_id: int, **changes: object) -> Document:
    """Return a public edition, the only one of its report, changed as asked."""
    plain = Document(
        edition_id=edition_id,
        report_id=edition_id,
        number=1,
        current=True,
        title=f"Notice {edition_id}",
        text="",
        audience=EVERYONE,
        sight=EVERYONE,
        kind="alert",
        severity="routine",
        marking="CLEAR",
        state="published",
        published_at=EPOCH + timedelta(hours=edition_id),
        stamp=f"stamp {edition_id}",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def random_library(seed: int, reports: int = 60) -> list[Document]:
    """Return the editions of some reports with every mixture of words and audiences."""
    chance = Random(seed)  # noqa: S311 -- a library that is the same every time.
    made: list[Document] = []
    for report in range(1, reports + 1):
        count = chance.choice((1, 1, 2, 3))
        audiences = [_some(chance, TOKENS) for _ in range(count)]
        for number, audience in enumerate(audiences, 1):
            made.append(
                edition(
                    len(made) + 1,
                    report_id=report,
                    number=number,
                    current=number == count,
                    title=" ".join(chance.choices(WORDS, k=3)),
                    text=" ".join(chance.choices(WORDS, k=chance.randrange(2, 30))),
                    audience=audience,
                    sight=audiences[-1],
                    severity=chance.choice(("routine", "security", "emergency")),
                    countries=_some(chance, COUNTRIES),
                    topics=_some(chance, TOPICS),
                    council=chance.choice(("", "kenya", "chad")),
                )
            )
    return made


def random_question(chance: Random) -> str:
    """Return a query of the kinds that people write."""
    parts = chance.sample(WORDS, chance.choice((0, 1, 1, 2, 2, 3)))
    if chance.random() < 0.3:
        parts.append('"' + " ".join(chance.choices(WORDS, k=2)) + '"')
    if chance.random() < 0.2:
        parts.append(chance.choice(WORDS)[:4] + "*")
    if chance.random() < 0.2:
        parts.append("-" + chance.choice(WORDS))
    if chance.random() < 0.2:
        parts += [chance.choice(WORDS), "OR", chance.choice(WORDS)]
    if chance.random() < 0.3:
        parts.append("country:" + chance.choice(COUNTRIES))
    if chance.random() < 0.15:
        parts.append("in:title")
    if chance.random() < 0.15:
        parts.append("after:2025-01-03")
    if chance.random() < 0.5:
        parts.append("in:history")
    return " ".join(parts)


def _some(chance: Random, values: Sequence[str]) -> frozenset[str]:
    return frozenset(chance.sample(values, chance.choice((1, 1, 2))))


def matching(library: Iterable[Document], query: Query, clearance: Clearance) -> set[int]:
    """Return the reports that must be found, by reading every edition in turn."""
    return {one.report_id for one in library if may_see(one, clearance) and answers(one, query)}


def may_see(one: Document, clearance: Clearance) -> bool:
    return bool(one.audience & clearance) and bool(one.sight & clearance)


def answers(one: Document, query: Query) -> bool:
    """Tell whether an edition has everything that a query requires."""
    carried = carried_by(one)
    wanted: dict[str, set[str]] = {}
    for filter_ in query.filters:
        if filter_.excluded and filter_.value in carried[filter_.field]:
            return False
        if not filter_.excluded:
            wanted.setdefault(filter_.field, set()).add(filter_.value)
    day = one.published_at.date()
    return (
        (one.current or query.history)
        and all(values & carried[name] for name, values in wanted.items())
        and all(has(one, clause) for clause in query.clauses)
        and not any(has(one, leaf) for leaf in query.excluded)
        and (query.after is None or day >= query.after)
        and (query.before is None or day < query.before)
    )


def carried_by(one: Document) -> dict[str, frozenset[str]]:
    """Return the fixed values of an edition."""
    return {
        "country": one.countries,
        "topic": one.topics,
        "council": frozenset({one.council}),
        "severity": frozenset({one.severity}),
    }


def has(one: Document, clause: Clause) -> bool:
    """Tell whether an edition has a word, a phrase, the beginning of a word, or one of several."""
    if isinstance(clause, AnyOf):
        return any(has(one, leaf) for leaf in clause.leaves)
    if isinstance(clause, Tag):
        return clause.value in carried_by(one)[clause.field]
    texts = (one.title,) if clause.in_title else (one.title, one.text)
    return any(_says(text, clause) for text in texts)


def _says(text: str, leaf: Word | Phrase | Prefix) -> bool:
    terms = terms_of(text)
    stems = [term.stem if term else None for term in terms]
    if isinstance(leaf, Word):
        return leaf.term in stems
    if isinstance(leaf, Prefix):
        return any(term and term.form.startswith(fold(leaf.letters)) for term in terms)
    return any(
        all(at + offset < len(stems) and stems[at + offset] == stem for offset, stem in leaf.words)
        for at in range(len(stems))
    )


def built(root: Path, library: Sequence[Document]) -> Reader:
    """Return a reader, which looks at the folder each time, of a new index of this library."""
    Writer(Folder(root)).rebuild([list(library)])
    return Reader(Folder(root), look_every=0)


def hidden_library(count: int) -> list[Document]:
    """Return grave, new and wordy editions that only one person may see."""
    chance = Random(99)  # noqa: S311
    return [
        edition(
            10_000 + n,
            title=" ".join(chance.choices(WORDS, k=4)),
            text=" ".join(chance.choices((*WORDS, "zanzibar", "robberyx", "kidnapper"), k=200)),
            audience=SECRET,
            sight=SECRET,
            severity="emergency",
            countries=frozenset({"KE", "SO"}),
            topics=frozenset({"piracy"}),
            council="somalia",
            published_at=EPOCH.replace(year=2026),
            attachment_id=n if n % 5 == 0 else 0,
        )
        for n in range(count)
    ]


def everything_said(reader: Reader, clearance: Clearance) -> str:
    """Return all that a person of this clearance can get out of the index, as one text."""
    chance = Random(7)  # noqa: S311
    said: list[object] = []
    for text in (*QUESTIONS, *(random_question(chance) for _ in range(60))):
        query = parse(text)
        said += [
            reader.search(query, clearance, sort=sort, offset=offset, limit=7)
            for sort in SORTS
            for offset in (0, 5)
        ]
        said.append(reader.did_you_mean(query, clearance))
        said.append(reader.telling_words(text, clearance))
    return repr(said)
