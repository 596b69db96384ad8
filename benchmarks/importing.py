"""The import of published texts, index included, beside Whoosh's own add of the same texts."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage

from whoosh import index
from whoosh.analysis import StemmingAnalyzer
from whoosh.fields import ID, TEXT, Schema

from benchmarks import installations as at
from benchmarks.figures import Figure
from benchmarks.texts import bodies, texts_file
from osac_share.installation import prepare
from osac_share.settings import load_settings


def measure() -> list[Figure]:
    """Return `import_real_texts`: the whole command against the add alone, in seconds."""
    with tempfile.TemporaryDirectory() as scratch:
        file = texts_file(Path(scratch))
        texts = bodies(file)
        before = _spent(RUSAGE_SELF)
        theirs = _whoosh_alone(texts, Path(scratch) / "whoosh")
        theirs_spent = _spent(RUSAGE_SELF) - before
        before = _spent(RUSAGE_CHILDREN)
        ours = _import(file, Path(scratch) / "ours")
        ours_spent = _spent(RUSAGE_CHILDREN) - before
    print(f"import_real_texts: {len(texts) / ours:.1f} rows/s over {len(texts)} rows")
    print(f"  CPU seconds: {ours_spent:.1f}, the peer {theirs_spent:.1f}")
    return [
        Figure("import_real_texts", ours, "s", 1.5, "at most", "Whoosh add alone", theirs),
    ]


def _import(file: Path, folder: Path) -> float:
    environ = at.environment(folder)
    prepare(load_settings(environ))
    began = time.perf_counter()
    command = [sys.executable, "-m", "osac_share", "import", str(file)]
    done = subprocess.run(command, env=environ, capture_output=True, check=False, text=True)
    assert "Taken: " in done.stdout, done.stderr
    return time.perf_counter() - began


def _spent(whose: int) -> float:
    """Return the CPU seconds of this process or of its ended children, on all cores."""
    usage = getrusage(whose)
    return usage.ru_utime + usage.ru_stime


def _whoosh_alone(texts: list[str], folder: Path) -> float:
    folder.mkdir()
    schema = Schema(key=ID(stored=True), text=TEXT(analyzer=StemmingAnalyzer()))
    began = time.perf_counter()
    writer = index.create_in(folder, schema).writer(limitmb=256)
    for number, text in enumerate(texts):
        writer.add_document(key=str(number), text=text)
    writer.commit()
    return time.perf_counter() - began
