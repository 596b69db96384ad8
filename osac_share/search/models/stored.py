"""An index that is kept in the database, so that any number of machines share it."""

from __future__ import annotations

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from osac_share.kernel.db import Base


class IndexGeneration(Base):
    """An index: its table of contents, and the proof of its files.

    `number` rises with each commit. Only one is live; another is being built, or was left behind.
    """

    __tablename__ = "search_generation"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    is_live: Mapped[bool]
    number: Mapped[int]
    toc: Mapped[bytes] = mapped_column(LargeBinary)
    proof: Mapped[bytes] = mapped_column(LargeBinary)


class IndexFile(Base):
    """A part of one of its files; the parts count from 0."""

    __tablename__ = "search_file"

    generation: Mapped[str] = mapped_column(ForeignKey(IndexGeneration.name), primary_key=True)
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class IndexLock(Base):
    """Who writes or rebuilds it; `beat` rises for as long as that process lives."""

    __tablename__ = "search_lock"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    holder: Mapped[str] = mapped_column(String(20))
    beat: Mapped[int]
