"""Taking files in: bounded, cleaned, kept once, and nothing left behind when it goes wrong."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from osac_share.kernel.crashpoints import VARIABLE
from osac_share.kernel.errors import NotFound, RuleBroken
from osac_share.kernel.files import Folder, Received, clean_name, receive
from tests.support.files import moving_picture, pdf, picture, png_claiming
from tests.support.sources import ROOT

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime.now(UTC)
LARGEST = 20_000_000


class Endless(io.RawIOBase):
    """A source that never ends, and counts what was taken from it."""

    taken = 0

    def read(self, size: int = -1, /) -> bytes:
        self.taken += size
        return b"a" * size


@pytest.fixture
def store(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "files")


def take(store: Folder, content: bytes, name: str) -> Received:
    return receive(
        io.BytesIO(content),
        name,
        store=store,
        scratch=store.root / "incoming",
        largest=LARGEST,
        at=NOW,
    )


def kept(store: Folder) -> list[str]:
    return sorted(
        str(file.relative_to(store.root)) for file in store.root.rglob("*") if file.is_file()
    )


def test_file_is_kept_by_its_digest_and_can_be_read_again(store: Folder) -> None:
    received = take(store, pdf(), "Plan.pdf")
    digest = hashlib.sha256(pdf()).hexdigest()
    assert (received.digest, received.size, received.name) == (digest, len(pdf()), "Plan.pdf")
    assert kept(store) == [f"{digest[:2]}/{digest[2:]}"]
    with store.open(digest) as file:
        assert file.read() == pdf()


def test_same_bytes_are_kept_once(store: Folder) -> None:
    first, second = (take(store, pdf(), name) for name in ("a.pdf", "b.pdf"))
    assert first.digest == second.digest
    assert len(kept(store)) == 1


@pytest.mark.parametrize("digest", ["", "0" * 64, "../../secret.key", "a" * 63 + "/", "A" * 64])
def test_what_is_no_digest_opens_nothing(store: Folder, digest: str) -> None:
    with pytest.raises(NotFound):
        store.open(digest)


def test_too_large_file_is_refused_while_it_comes(store: Folder) -> None:
    source = Endless()
    with pytest.raises(RuleBroken, match="larger than 20 MB"):
        receive(
            source,  # type: ignore[arg-type]
            "a.txt",
            store=store,
            scratch=store.root / "incoming",
            largest=LARGEST,
            at=NOW,
        )
    assert source.taken < LARGEST + (1 << 20)
    assert kept(store) == []


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"", "a.txt"), (b"x", "a.exe"), (pdf()[:-9], "a.pdf"), (b"GIF89a", "a.gif")],
)
def test_nothing_is_left_of_what_was_refused(store: Folder, content: bytes, name: str) -> None:
    with pytest.raises(RuleBroken):
        take(store, content, name)
    assert kept(store) == []
    assert not list((store.root / "incoming").iterdir())


@pytest.mark.parametrize("point", ["file_arrived", "file_kept"])
def test_killed_upload_leaves_nothing_that_is_not_swept(store: Folder, point: str) -> None:
    program = (
        "import io; from pathlib import Path; from datetime import UTC, datetime\n"
        "from osac_share.kernel.files import Folder, receive\n"
        f"root = Path({str(store.root)!r})\n"
        "receive(io.BytesIO(b'words'), 'a.txt', store=Folder(root), scratch=root / 'incoming',"
        " largest=100, at=datetime.now(UTC))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=os.environ | {VARIABLE: point}, check=False
    )
    assert run.returncode == -9
    assert len(kept(store)) == 1
    for folder in (store.root / "incoming").iterdir():
        os.utime(folder, times=(0, 0))
    received = take(store, b"words", "b.txt")
    assert kept(store) == [f"{received.digest[:2]}/{received.digest[2:]}"]


def test_upload_under_way_is_not_swept(store: Folder) -> None:
    under_way = store.root / "incoming" / "x"
    under_way.mkdir(parents=True)
    take(store, b"words", "b.txt")
    assert under_way.is_dir()


def test_dropping_spares_what_was_put_again(store: Folder) -> None:
    received = take(store, b"words", "b.txt")
    long_ago = NOW - timedelta(hours=1)
    assert not list(store.old_digests(before=long_ago))
    store.drop(received.digest, before=long_ago)
    assert len(kept(store)) == 1
    later = NOW + timedelta(hours=1)
    assert list(store.old_digests(before=later)) == [received.digest]
    store.drop(received.digest, before=later)
    store.drop(received.digest, before=later)
    assert kept(store) == []


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP"])
def test_nothing_a_camera_wrote_is_left_in_a_picture(store: Folder, format_: str) -> None:
    content = picture(format_, is_from_camera=True)
    assert b"Camera of Amara" in content
    received = take(store, content + b"<script>probe()</script>", f"a.{format_.lower()}")
    with store.open(received.digest) as file, Image.open(file) as redrawn:
        assert not redrawn.getexif()
        assert not {"exif", "comment", "icc_profile", "xmp"} & set(redrawn.info)
        # Turned as the camera was held: it is upright now.
        assert redrawn.size == (48, 64)
        file.seek(0)
        words = file.read()
    assert not [one for one in (b"Amara", b"GPS", b"probe") if one in words]


def test_gif_becomes_a_png_by_name_and_content(store: Folder) -> None:
    received = take(store, picture("GIF", mode="L"), "map.gif")
    assert (received.name, received.kind.media_type) == ("map.png", "image/png")


@pytest.mark.parametrize("format_", ["GIF", "PNG", "WEBP"])
def test_moving_picture_is_refused(store: Folder, format_: str) -> None:
    with pytest.raises(RuleBroken, match="moves"):
        take(store, moving_picture(format_), f"a.{format_.lower()}")


@pytest.mark.parametrize("size", [(8000, 7000), (60_000, 2_000), (2**31 - 1, 2**31 - 1)])
def test_picture_of_too_many_pixels_is_refused(store: Folder, size: tuple[int, int]) -> None:
    with pytest.raises(RuleBroken, match=r"pixels|too large"):
        take(store, png_claiming(size), "a.png")


def test_large_picture_is_reduced(store: Folder) -> None:
    received = take(store, picture("JPEG", (5000, 2500)), "a.jpg")
    with store.open(received.digest) as file, Image.open(file) as redrawn:
        assert redrawn.size == (4096, 2048)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_picture_of_every_mode_is_taken(store: Folder, mode: str) -> None:
    assert take(store, picture("PNG", mode=mode), "a.png").size > 0


@pytest.mark.parametrize("tenths", [1, 3, 6])
def test_damaged_picture_is_refused(store: Folder, tenths: int) -> None:
    for format_ in ("JPEG", "PNG", "WEBP"):
        whole = picture(format_, (300, 200))
        with pytest.raises(RuleBroken, match="damaged"):
            take(store, whole[: len(whole) * tenths // 10], f"a.{format_.lower()}")


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("Plan B.pdf", "Plan B.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\x\\Plan.PDF", "Plan.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "a Set-Cookie x=1.pdf"),
        ("\u202efdp.exe.pdf", "fdp.exe.pdf"),
        ('a"; filename=b.pdf', "a filename=b.pdf"),
        ("<script>.pdf", "script.pdf"),
        (".pdf", "file.pdf"),
        ("...pdf", "file.pdf"),
        ("Rapport de l’été.pdf", "Rapport de l’été.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_name_is_made_safe(name: str, clean: str) -> None:
    assert clean_name(name, ending="pdf") == clean
    assert clean_name(clean, ending="pdf") == clean
