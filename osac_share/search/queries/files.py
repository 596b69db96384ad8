"""Files in results: the page that says it, and how to come to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from osac_share.reports.models import Attachment, AttachmentText
from osac_share.search.documents import part_from
from osac_share.search.index import highlight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from osac_share.search.index import Sought
    from osac_share.search.models import Hit

PAGES: Final = {"pdf": "page", "docx": "page", "odt": "page", "pptx": "slide"} | dict.fromkeys(
    ("xlsx", "ods"), "sheet"
)
"""What a page of a file is called, by the ending of its name; other files have but one."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file in which words were found: the passage, and where it stands, such as "page 3"."""

    attachment: Attachment
    where: str
    excerpt: list[tuple[str, bool]]


def found_files(session: Session, hits: Sequence[Hit], sought: Sought) -> dict[int, FoundFile]:
    """Return the files among hits, by the edition that each goes with.

    The editions have been looked up through the rule of sight before.
    """
    wanted = {hit.attachment_id: hit for hit in hits if hit.attachment_id}
    if not wanted:
        return {}
    question = (
        select(Attachment, AttachmentText.pages)
        .join(AttachmentText, AttachmentText.attachment_id == Attachment.id)
        .where(Attachment.id.in_(wanted))
    )
    return {
        wanted[file.id].edition_id: _best_page(file, pages, wanted[file.id].first_page, sought)
        for file, pages in session.execute(question)
    }


def _best_page(file: Attachment, pages: list[str], first: int, sought: Sought) -> FoundFile:
    """Return the page with most of the words sought, the first of equals."""
    best = (-1, first, highlight("", sought))
    for number, page in enumerate(part_from(pages, first), first):
        excerpt = highlight(page, sought)
        marked = len({words.casefold() for words, is_sought in excerpt if is_sought})
        if marked > best[0]:
            best = (marked, number, excerpt)
    word = PAGES.get(file.name.rpartition(".")[2].lower())
    where = f"{word} {best[1]}" if word and len(pages) > 1 else ""
    return FoundFile(file, where, best[2])
