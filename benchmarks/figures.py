"""A figure: what was measured, beside whom, and whether that reaches the target."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure.

    With a peer, what counts is the ratio of our value to the peer's, both taken in the same run
    on the same input; without one it is the value. `sense` says on which side of the target
    the good lies.
    """

    name: str
    value: float
    unit: str
    target: float
    sense: Literal["at least", "at most"]
    peer: str = ""
    peer_value: float | None = None

    @property
    def ratio(self) -> float | None:
        """Return ours divided by the peer's."""
        return self.value / self.peer_value if self.peer_value else None

    @property
    def met(self) -> bool:
        """Tell whether the target is reached."""
        reached = self.value if self.ratio is None else self.ratio
        return reached >= self.target if self.sense == "at least" else reached <= self.target


def line(figure: Figure) -> str:
    """Return the figure as a line for people."""
    beside = f"{figure.peer} {figure.peer_value:,.2f}, " if figure.peer_value else ""
    ratio = f"ratio {figure.ratio:.3f}, " if figure.ratio is not None else ""
    verdict = "met" if figure.met else "MISSED"
    return (
        f"{figure.name:20} {figure.value:>12,.3f} {figure.unit:14} "
        f"{beside}{ratio}target {figure.sense} {figure.target:g}: {verdict}"
    )


def write(figures: Iterable[Figure], file: Path) -> None:
    """Write figures as a JSON list."""
    rows = [asdict(figure) | {"ratio": figure.ratio, "met": figure.met} for figure in figures]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
