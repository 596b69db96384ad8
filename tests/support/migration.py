"""Write the next migration: the step from the newest revision to what the models now say."""

from __future__ import annotations

import sys
import tempfile

from osac_share.kernel.db import open_engine
from osac_share.migrations.schema import upgrade, write_revision


def main(message: str) -> None:
    """Write a file that a person reviews before it is committed."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{folder}/osac.db")
        upgrade(engine)
        write_revision(engine, message)
        engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1])
