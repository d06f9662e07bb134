"""Bodies signed for a partner: HMAC-SHA256 over `timestamp.body`, fresh for five minutes.

The age is measured with the operating system's clock, not `clock.now()`: the partner stamps with
his, and the hours that the sandbox skips must neither let old messages in nor keep new ones out.
"""

import hmac
import re
import time
from collections.abc import Mapping

from marketplace.lib.outbound import signature

TIMESTAMP = "X-Timestamp"
SIGNATURE = "X-Signature"
OLDEST = 300  # seconds
AHEAD = 60  # seconds that the partner's clock may be before ours
_SECONDS = re.compile(r"[0-9]{1,12}")


class BadSignature(Exception):
    """The message is not from whom it says, or not from now; nothing of it may be believed."""


def sign(secret: str, body: bytes, *, at: int | None = None) -> dict[str, str]:
    """The headers that go with `body`; `at` is Unix seconds, the present moment when left out."""
    stamp = str(int(time.time()) if at is None else at)
    return {TIMESTAMP: stamp, SIGNATURE: signature(secret, stamp, body)}


def verify(secret: str, headers: Mapping[str, str], body: bytes) -> None:
    """Raises BadSignature unless `body` was signed with `secret` a short while ago."""
    named = {name.lower(): value for name, value in headers.items()}
    stamp = named.get(TIMESTAMP.lower(), "")
    given = named.get(SIGNATURE.lower(), "")
    if not hmac.compare_digest(signature(secret, stamp, body).encode(), given.encode()):
        raise BadSignature("wrong signature")
    if not _SECONDS.fullmatch(stamp):
        raise BadSignature("no timestamp")
    age = time.time() - int(stamp)
    if age > OLDEST:
        raise BadSignature("too old")
    if age < -AHEAD:
        raise BadSignature("from the future")
