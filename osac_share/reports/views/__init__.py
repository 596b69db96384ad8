"""Browsing, reading and writing reports."""

from osac_share.reports.views import (
    attachments,
    changes,
    printing,
    publishing,
    reading,
    reviewing,
    words,
    writing,
)
from osac_share.reports.views.blueprint import blueprint

__all__ = [
    "attachments",
    "blueprint",
    "changes",
    "printing",
    "publishing",
    "reading",
    "reviewing",
    "words",
    "writing",
]
