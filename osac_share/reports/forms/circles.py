"""Circles that a report can be for, as boxes to tick and as the tokens of an audience."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osac_share.councils.policy import GOVERNMENT, is_official
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Collection
    from collections.abc import Set as AbstractSet

STEERING = "steering"
"""The box of the issuing council's steering committee, whichever council that is."""

SECTOR = "sector:"


def circles_for(clearance: AbstractSet[str]) -> list[tuple[str, str]]:
    """Return the value and label of each circle that this author may write for.

    Circles of government people are for those who belong to them: nobody else may read what
    they would write.
    """
    official = [
        (GOVERNMENT, "U.S. Government staff"),
        *((f"group:{one.code}", one.label) for one in taxonomy.groups()),
    ]
    return [
        (STEERING, "The steering committee"),
        *(
            (f"type:{one.code}", _capital(one.plural))
            for one in taxonomy.organization_types()
            if one.code != GOVERNMENT
        ),
        *(one for one in official if one[0] in clearance),
    ]


def ticked(addressees: Collection[str], council_id: int | None) -> dict[str, list[str]]:
    """Return audience tokens as the answers to the form's three questions about them.

    Under `rest` are the tokens that the author names by hand.
    """
    answers: dict[str, list[str]] = {"circles": [], "sectors": [], "rest": []}
    for token in addressees:
        if token == f"steering:{council_id}":
            answers["circles"].append(STEERING)
        elif token.startswith("type:") or is_official(token):
            answers["circles"].append(token)
        elif token.startswith(SECTOR):
            answers["sectors"].append(token)
        else:
            answers["rest"].append(token)
    return answers


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
