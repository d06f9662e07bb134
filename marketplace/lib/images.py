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
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext_lazy as _

from marketplace.lib.errors import Refused, Sentence

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
        width, height: in px, as it came, upright.
    """

    webp: bytes
    payloads: tuple[str, ...]
    dhash: int
    sha256: bytes
    width: int
    height: int


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
    with place():
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
    if "refused" in facts:
        raise _bad(facts["refused"])
    return facts, picture


# Isolated (-I): neither the environment nor the user's packages are looked at.
_START = (
    f"import sys; sys.path[:0] = [{str(Path(__file__).parents[2])!r}];"
    " from marketplace.lib.picture_process import main; main()"
)


REASONS: Mapping[str, Sentence] = {
    "unreadable": _("This is not a picture that we can read (JPEG, PNG, WebP)."),
    "frames": _("That picture moves. Send one still picture."),
    "pixels": _("That picture is too large: 40 megapixels, and 12,000 pixels a side, at most."),
    "memory": _("That picture is too large for us to open. Save it smaller, or as a JPEG."),
}


def _bad(reason: str = "unreadable") -> Refused:
    return Refused("bad_picture", REASONS[reason])


@contextmanager
def place() -> Iterator[None]:
    """One of the two places of this machine, whoever of its processes asks.

    Raises:
        Refused: `busy`.
    """
    until = time.monotonic() + WAIT
    while True:
        for number in range(AT_ONCE):
            with _own_file(number) as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                yield
                return
        if time.monotonic() > until:
            message = _("Too many pictures are being read right now. Try again in a moment.")
            raise Refused("busy", message, retry_after=1)
        time.sleep(0.05)


def _own_file(number: int) -> IO[bytes]:
    """Opened, never followed: others on the machine may have put something of that name there."""
    path = Path(tempfile.gettempdir()) / f"fairhand-{os.getuid()}-picture-{number}.lock"
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600), "r+b")
