"""What an installation calls its councils: some say chapter."""

from __future__ import annotations

USUAL = "Council"


def in_label(words: str, label: str) -> str:
    """Return words of ours in which a council is called by the label of this installation.

    Only words of ours say "council" with a small letter, or begin with it: a name within a
    sentence, "Kenya Country Council", stays as people wrote it.
    """
    if label == USUAL:
        return words
    said = words.replace(USUAL.lower(), label.lower())
    return said.replace(USUAL, label, 1) if said.startswith(USUAL) else said
