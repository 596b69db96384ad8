"""The only door from what people write to what pages, mails and the index show.

Everything a person or another publisher wrote passes through here: cleaned when it comes in
(`clean_line`, `clean_block`, `clean_markdown`), made safe when it goes out
(`render_markdown`, `plain_text`, `summarize`).
"""

from __future__ import annotations

from osac_share.kernel.text.cleaning import clean_block, clean_line, slugify
from osac_share.kernel.text.links import host_of, safe_link
from osac_share.kernel.text.markdown import RENDERER, render_markdown
from osac_share.kernel.text.memory import remembering
from osac_share.kernel.text.parser import MAX_SOURCE
from osac_share.kernel.text.plain import plain_text, summarize
from osac_share.kernel.text.scraped import clean_markdown

__all__ = [
    "MAX_SOURCE",
    "RENDERER",
    "clean_block",
    "clean_line",
    "clean_markdown",
    "host_of",
    "plain_text",
    "remembering",
    "render_markdown",
    "safe_link",
    "slugify",
    "summarize",
]
