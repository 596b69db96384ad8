"""Named places at which a test may kill the process, to see what a crash there leaves behind."""

from __future__ import annotations

import os
import signal
from itertools import count

VARIABLE = "OSAC_TEST_CRASH"
"""The variable that names one place, or, as `sent:7`, its seventh passing."""

_passings = count(1)


def crashpoint(name: str) -> None:
    """End the process as a power cut would, if the environment asks for it here.

    Everywhere else, and in every installation, this does nothing.
    """
    wanted, _, passing = os.environ.get(VARIABLE, "").partition(":")
    if wanted == name and next(_passings) == int(passing or 1):
        os.kill(os.getpid(), signal.SIGKILL)
