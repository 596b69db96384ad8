"""Who may see an edition, and whether they may pass it on: two sentences in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

ANYONE = "Anyone may see this and pass it on."

_SHARING = {
    "GREEN": (
        "Share it with other members if they need it, but not in public. Community: OSAC members."
    ),
    "AMBER": "Do not pass it on outside your organization and its clients.",
    "AMBER_STRICT": "Do not pass it on outside your organization.",
    "RED": "Do not pass it on to anybody.",
}
_OFFICES = {"chair": "the chair of", "steering": "the steering committee of"}
_WHOLE = {
    "members": "every member",
    "staff": "program staff",
    "government": "U.S. Government staff",
}
_WHOLE_NAMES = ("council", "chapter", "committee")
"""How names end that say by themselves what they are names of."""

_ORDER = (
    "members",
    "council",
    "steering",
    "chair",
    "type",
    "sector",
    "government",
    "group",
    "organization",
    "person",
)
_WORDS: Mapping[str, Callable[[str], str]] = {
    "type": lambda code: taxonomy.organization_type(code).plural,
    "sector": lambda code: taxonomy.sector(code).label.lower(),
    "group": lambda code: taxonomy.group(code).label.lower(),
}
_CIRCLES = {"type": "member {}{within}", "sector": "members{within} in {}", "group": "the {}"}
"""How circles without a name of their own are spoken of."""


def sight_words(
    marking: str, addressees: Collection[str], council: str | None, names: Mapping[str, str]
) -> str:
    """Return who may see an edition and how far they may pass it on, in plain words.

    "Members of the Kenya and Uganda councils may see this, and so may program staff. Do not
    pass it on outside your organization and its clients." People are counted, never named.

    Args:
        marking: its code, of the Traffic Light Protocol 2.0.
        addressees: the tokens of those whom it is addressed to; none for the marking's own.
        council: the name of the council that issues it; None without one.
        names: of the councils and organizations among the addressees, by their tokens.

    """
    if marking == "CLEAR":
        return ANYONE
    seers = _listed(list(_readers(marking, addressees, council, names)))
    others = _listed(list(_always(marking, addressees, council)))
    said = f"{seers[:1].upper()}{seers[1:]} may see this" if seers else ""
    if not said:
        said = f"Only {others} may see this" if others else "Nobody may see this"
    elif others:
        said += f", and so may {others}"
    return f"{said}. {_SHARING[taxonomy.marking(marking).code]}"


def _readers(
    marking: str, addressees: Collection[str], council: str | None, names: Mapping[str, str]
) -> Iterator[str]:
    if not addressees and marking == "GREEN":
        yield _WHOLE["members"]
    elif not addressees and council:
        yield f"members of {_councils([council])}"
    kinds: dict[str, list[str]] = {}
    for token in sorted(set(addressees)):
        kind, _, rest = token.partition(":")
        own = _WORDS[kind](rest) if kind in _WORDS else ""
        kinds.setdefault(kind, []).append(names.get(token, own))
    within = "" if marking == "GREEN" or not council else f" of {_councils([council])}"
    for kind in _ORDER:
        if kind in _WORDS and kind in kinds:
            yield _CIRCLES[kind].format(_listed(kinds[kind]), within=within)
        elif kind in kinds:
            yield _group(kind, kinds[kind])


def _group(kind: str, found: Sequence[str]) -> str:
    named = sorted(filter(None, found))
    if kind in _WHOLE:
        return _WHOLE[kind]
    if kind == "person":
        return "1 named person" if len(found) == 1 else f"{len(found)} named people"
    if kind == "organization":
        counted = "1 organization" if len(found) == 1 else f"{len(found)} organizations"
        return _listed(named) if len(named) == len(found) else counted
    whom = _OFFICES.get(kind, "members of")
    if len(named) == len(found):
        return f"{whom} {_councils(named)}"
    return f"{whom} {'1 council' if len(found) == 1 else f'{len(found)} councils'}"


def _always(marking: str, addressees: Collection[str], council: str | None) -> Iterator[str]:
    # Every member has a chair among them: said only where not all members may see it.
    if council and (addressees or marking == "RED"):
        yield f"the chair of {_councils([council])}"
    if marking != "RED" and "staff" not in addressees:
        yield _WHOLE["staff"]


def _councils(names: Sequence[str]) -> str:
    full = [name for name in names if name.casefold().endswith(_WHOLE_NAMES)]
    bare = [name for name in names if name not in full]
    said = [f"the {name}" for name in full]
    if bare:
        said.append(f"the {_listed(bare)} council{'' if len(bare) == 1 else 's'}")
    return _listed(said)


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
