"""Pictures from strangers: decoded in a small process of its own, written new, never as they came.

The decoder decides what a picture is, not its name or header: JPEG, PNG or WebP, one frame, at
most 20 MB, 40 megapixels and 12,000 px a side. All else is refused as `bad_picture`.
"""

import fcntl
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext_lazy as _

from marketplace.lib.errors import Refused

MOST_BYTES = 20 * 1024 * 1024
SECONDS = 20  # by the clock; the process itself may use ten of the processor
AT_ONCE = 2
WAIT = 8.0  # seconds for a place

Rectangle = tuple[int, int, int, int]  # left, top, right, bottom in thousandths


@dataclass(frozen=True)
class Picture:
    """A decoded picture.

    Attributes:
        webp: the picture written new, at most 960 px, without metadata.
        payloads: what its bar and QR codes say.
        dhash: 64 bits that stay alike when it is scaled or saved again.
        sha256: of the bytes as they came.
    """

    webp: bytes
    payloads: tuple[str, ...]
    dhash: int
    sha256: bytes
    width: int
    height: int


def read_upload(stream: IO[bytes]) -> bytes:
    """The bytes of an upload, cut off where it grows too large.

    Raises:
        Refused: `too_big`.
    """
    data = stream.read(MOST_BYTES + 1)
    return _not_too_big(data)


def _not_too_big(data: bytes) -> bytes:
    if len(data) > MOST_BYTES:
        raise Refused("too_big", _("That file is larger than 20 MB."))
    return data


def read_picture(data: bytes) -> Picture:
    """Decodes a picture.

    Raises:
        Refused: `too_big`, `bad_picture`, `busy` when too many are being decoded.
    """
    facts, webp = _ask({"do": "read"}, _not_too_big(data))
    return Picture(
        webp=webp,
        payloads=tuple(facts["payloads"]),
        dhash=facts["dhash"],
        sha256=hashlib.sha256(data).digest(),
        width=facts["width"],
        height=facts["height"],
    )


def covered_copy(data: bytes, rectangles: Sequence[Rectangle]) -> bytes:
    """A WebP of at most 2,048 px: bar and QR codes and the rectangles black, metadata gone.

    Raises:
        Refused: as `read_picture`.
    """
    _facts, webp = _ask({"do": "cover", "rectangles": list(rectangles)}, _not_too_big(data))
    return webp


def _ask(request: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    message = json.dumps(request).encode() + b"\n" + data
    with _place():
        try:
            done = subprocess.run(  # noqa: S603 - our own interpreter, our own module
                [sys.executable, "-I", "-c", _START],
                input=message,
                capture_output=True,
                timeout=SECONDS,
                env={"LANG": "C.UTF-8"},
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise _bad() from None
    head, _line, picture = done.stdout.partition(b"\n")
    if done.returncode or not head:
        raise _bad()
    facts: dict[str, Any] = json.loads(head)
    if "error" in facts:
        raise _bad()
    return facts, picture


# Isolated (-I): neither the environment nor the user's packages are looked at.
_START = (
    f"import sys; sys.path[:0] = [{str(Path(__file__).parents[2])!r}];"
    " from marketplace.lib.picture_process import main; main()"
)


def _bad() -> Refused:
    return Refused("bad_picture", _("This is not a picture that we can read (JPEG, PNG, WebP)."))


@contextmanager
def _place() -> Iterator[None]:
    """One of the two places of this machine, whoever of its processes asks.

    Raises:
        Refused: `busy`.
    """
    until = time.monotonic() + WAIT
    while True:
        for number in range(AT_ONCE):
            with _lock_file(number).open("w") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    continue
                yield
                return
        if time.monotonic() > until:
            message = _("Too many pictures are being read right now. Try again in a moment.")
            raise Refused("busy", message, retry_after=1)
        time.sleep(0.05)


def _lock_file(number: int) -> Path:
    return Path(tempfile.gettempdir()) / f"fairhand-{os.getuid()}-picture-{number}.lock"
