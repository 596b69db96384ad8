"""Two people, or two workers, at one thing at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

from osac_share.kernel.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable


def at_once(*acts: Callable[[], bool]) -> list[bool]:
    """Do these at the same moment, and return what each gave; a refused one gives False."""
    gate = Barrier(len(acts))

    def go(act: Callable[[], bool]) -> bool:
        gate.wait(30)
        try:
            return act()
        except Refusal:
            return False

    with ThreadPoolExecutor(len(acts)) as pool:
        return [one.result(60) for one in [pool.submit(go, act) for act in acts]]
