"""Two wordings of one draft: what differs, what fits together by itself, and what was chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from werkzeug.datastructures import MultiDict
from wtforms import TextAreaField

from osac_share.reports.forms.fields import MomentField
from osac_share.reports.forms.words import answers_of, digest, unpacked

if TYPE_CHECKING:
    from wtforms import Field

    from osac_share.reports.forms.drafting import DraftForm

MINE, THEIRS, MERGED = "mine", "theirs", "merged"
PICK = "pick_"


class Difference(NamedTuple):
    """One answer that two people gave differently, as a browser would send both."""

    name: str
    label: str
    theirs: list[str]
    mine: list[str]
    pick: str
    """Which of them only one side changed, so that it can be taken by itself; else nothing."""
    is_text: bool
    shown: dict[str, str]
    """Both in words."""


def differences(mine: DraftForm, theirs: DraftForm) -> list[Difference]:
    """Return where two wordings of a draft differ.

    Args:
        mine: what was sent; its `base` holds what the author had before them when they began.
        theirs: what was saved meanwhile.

    """
    ours, others, base = answers_of(mine), answers_of(theirs), unpacked(mine.base.data)
    return [
        Difference(
            name=name,
            label=mine[name].label.text,
            theirs=others[name],
            mine=ours[name],
            pick=_by_itself(ours[name], others[name], base.get(name)),
            is_text=isinstance(mine[name], TextAreaField),
            shown={
                MINE: _in_words(mine[name], ours[name]),
                THEIRS: _in_words(mine[name], others[name]),
            },
        )
        for name in ours
        if name in others and ours[name] != others[name]
    ]


def _by_itself(mine: list[str], theirs: list[str], before: str | None) -> str:
    if digest(mine) == before:
        return THEIRS
    return MINE if digest(theirs) == before else ""


def _in_words(field: Field, values: list[str]) -> str:
    labels = dict(getattr(field, "choices", None) or ())
    words = ", ".join(str(labels.get(one, one)) for one in values)
    return words.replace("T", " ") if isinstance(field, MomentField) else words


def settled(sent: MultiDict[str, str]) -> MultiDict[str, str]:
    """Return what was sent, with each choice between two wordings made.

    The page that shows both sends `pick_<name>` for each answer that differs, and both under
    `mine_<name>` and `theirs_<name>`; a text that was merged by hand is in `merged_<name>`. A
    button of the page may choose for all at once.
    """
    fields = MultiDict(sent)
    for key in [key for key in sent if key.startswith(PICK)]:
        name = key.removeprefix(PICK)
        chosen = sent.get("take") or sent[key]
        if chosen in {MINE, THEIRS, MERGED}:
            fields.setlist(name, sent.getlist(f"{chosen}_{name}"))
    return fields
