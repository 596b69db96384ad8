"""The names of files, which come from strangers' machines and are shown to people."""

from __future__ import annotations

import re

from osac_share.kernel.text import clean_line

LONGEST_NAME = 120
"""How many characters of a name are kept, its ending among them."""

_FORBIDDEN = re.compile(r'[<>:"/\\|?*%;]')
"""Characters that some system or header takes for more than a part of a name."""


def clean_name(name: str, *, ending: str) -> str:
    """Return a name that is safe to show, to put into a header, and to save a file under.

    Folders before it are dropped, with all controls, line ends and changes of direction, so
    that what is read as the ending is the ending.

    Args:
        name: as the sender's machine gave it.
        ending: the ending that it shall have, without the dot.

    """
    last = clean_line(re.split(r"[/\\]", name)[-1])
    return name_of(last.rpartition(".")[0] if "." in last else last, ending=ending)


def name_of(words: str, *, ending: str) -> str:
    """Return words, a title say, as the name of a file; as safe as those of `clean_name`."""
    stem = " ".join(_FORBIDDEN.sub(" ", clean_line(words)).split()).strip(". ")
    room = LONGEST_NAME - len(ending) - 1
    return f"{stem[:room].rstrip('. ') or 'file'}.{ending}"


def ending_of(name: str) -> str:
    """Return the ending of a name in lower case, without the dot; empty when there is none."""
    return clean_line(name).rpartition(".")[2].lower() if "." in name else ""


def shown_name(name: str) -> str:
    """Return the name of a file that was refused, clean and short, to be shown as it is."""
    return clean_line(re.split(r"[/\\]", name)[-1])[:LONGEST_NAME] or "This file"
