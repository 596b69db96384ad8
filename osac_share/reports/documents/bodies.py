"""What an edition's sections become: safe HTML for pages, plain text for search and mail."""

from __future__ import annotations

import html
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import select

from osac_share.kernel.text import RENDERER, plain_text, render_markdown, summarize
from osac_share.reports.models import RenderedEdition

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from osac_share.reports.models import Edition, Section

KEPT_IN_MEMORY = 64
"""How many texts a process keeps rendered, besides those that the database keeps."""

DIRECTORIES = frozenset({"Location", "Embassy and consulate contacts"})
"""Sections that say where, or whom to ask; a summary tells what happened."""


def body_html(session: Session, edition: Edition) -> str:
    """Return an edition's sections as HTML that is safe to put into a page as it is.

    Each section is an `h2` and its text; sections without text are left out. A published
    edition's HTML comes from the database if it was kept there (`keep_rendered`). Reading
    never writes: what was not kept is rendered here, and remembered by this process.
    """
    if edition.published_at is not None:
        kept = session.scalar(
            select(RenderedEdition.html).where(
                RenderedEdition.edition_id == edition.id, RenderedEdition.renderer == RENDERER
            )
        )
        if kept is not None:
            return kept
    return render(edition.sections, base_url=edition.source_url)


def keep_rendered(session: Session, edition: Edition) -> None:
    """Render a published edition now, so that no reader has to wait for it."""
    rendered = render(edition.sections, base_url=edition.source_url)
    session.merge(RenderedEdition(edition_id=edition.id, renderer=RENDERER, html=rendered))
    session.flush()


def render(sections: Iterable[Section], *, base_url: str | None = None) -> str:
    """Return sections as safe HTML.

    Args:
        sections: headings, which are plain text, and bodies, which are Markdown.
        base_url: the page that a relayed text comes from, for its relative links.

    """
    return _rendered(tuple((one["heading"], one["body"]) for one in sections), base_url)


@lru_cache(maxsize=KEPT_IN_MEMORY)
def _rendered(parts: tuple[tuple[str, str], ...], base_url: str | None) -> str:
    # Remembered by the words themselves, so that nothing here can ever be out of date.
    return "".join(
        f"<h2>{html.escape(heading)}</h2>\n{render_markdown(body, base_url=base_url)}"
        for heading, body in parts
        if body.strip()
    )


def plain_of(edition: Edition) -> str:
    """Return what an edition says without markup: headings and texts parted by blank lines."""
    parts = (f"{one['heading']}\n\n{plain_text(one['body'])}" for one in _written(edition.sections))
    return "\n\n".join(parts)


def summary_of(sections: Iterable[Section]) -> str:
    """Return one line of at most 280 characters that says what the sections are about."""
    written = list(_written(sections))
    telling = [one for one in written if one["heading"] not in DIRECTORIES] or written
    return summarize(telling[0]["body"]) if telling else ""


def _written(sections: Iterable[Section]) -> Iterable[Section]:
    return (one for one in sections if one["body"].strip())
