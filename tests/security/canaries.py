"""Planted secrets, and how they would look wherever one of them had leaked to."""

import base64
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from redis import Redis

from marketplace.lib import clock
from marketplace.sandbox.models import IssuerCard

# Letters that neither a UUID nor a hash in hex has.
LETTERS = "GHJKMNPQRSTUVWXY"
OUTSIDE_WORLD = re.compile("sandbox_")
SHORT = 7  # no trace is shorter
_NOT_WORDS = re.compile(r"[\s\-_.·•]")


@dataclass(frozen=True)
class Canary:
    number: str
    secret: str

    def traces(self) -> set[str]:
        """What betrays it: nearly any part of the secret, and the number but for its last four."""
        secret = self.secret.casefold()
        whole = {self.number, self.secret, f"{self.number}{self.secret}"}
        return {
            secret[:7],
            secret[1:],
            self.number[:11],
            self.number[1:12],
            self.secret[::-1].casefold(),
            *(
                base64.b64encode(text.encode()).decode().rstrip("=")[:-1].casefold()
                for text in whole
            ),
            *(text.encode().hex() for text in whole),
        }


def plant(count: int, *, face_value: int = 5_000) -> list[Canary]:
    """Cards that the sandbox issuer knows, with numbers and secrets that occur nowhere else."""
    made = [
        Canary(f"{7_391_508_200_000_007 + 100_003_300_009 * n}", _letters(n)) for n in range(count)
    ]
    now = clock.now()
    for canary in made:
        IssuerCard.objects.create(
            number=canary.number,
            secret=canary.secret,
            face_value=face_value,
            balance=face_value,
            expires_on=now.date().replace(year=now.year + 3),
            made_at=now,
        )
    return made


def _letters(number: int) -> str:
    """Eight letters that no other canary shares seven of."""
    mixed = (number + 1) * 2_654_435_761 % 2**32
    return "".join(LETTERS[mixed >> shift & 15] for shift in range(0, 32, 4))


def found_in(text: str, traces: Iterable[str]) -> list[str]:
    """Which traces stand in the text, however it is spaced and in whichever case."""
    plain = text.casefold()
    bare = _NOT_WORDS.sub("", plain)
    starts = {kind[at : at + SHORT] for kind in (plain, bare) for at in range(len(kind))}
    likely = [trace for trace in traces if trace[:SHORT] in starts]  # hundreds of times faster
    return [trace for trace in likely if trace in plain or trace in bare]


# --- Everything that is stored --------------------------------------------------------------------
_AS_ONE_TEXT = "SELECT coalesce(jsonb_agg(to_jsonb(t)), '[]')::text FROM \"{}\" t"


def database() -> dict[str, str]:
    """Every table but the outside world's own, each as one text; bytes in hex, as they are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall() if not OUTSIDE_WORLD.match(name)]
        found = {}
        for table in tables:
            cursor.execute(_AS_ONE_TEXT.format(table))
            found[table] = cursor.fetchone()[0]
    return found


def redis() -> dict[str, str]:
    """Every key of every database of this Redis, with what it holds."""
    found = {}
    for number in range(16):
        base = settings.REDIS_URL.partition("?")[0]
        with Redis.from_url(f"{base}?db={number}") as server:
            for key in server.scan_iter():
                found[f"{number}:{key!r}"] = _text(_value(server, key))
    return found


def _value(server: Redis, key: bytes) -> object:
    readers: dict[Any, Callable[[bytes], Any]] = {
        b"string": server.get,
        b"list": lambda name: server.lrange(name, 0, -1),
        b"hash": server.hgetall,
        b"set": server.smembers,
        b"zset": lambda name: server.zrange(name, 0, -1, withscores=True),
    }
    reader = readers.get(server.type(key))
    return reader(key) if reader else b""


def _text(value: object) -> str:
    """As words, and once more with whatever is base64 in it opened (Celery packs its bodies so)."""
    words = value.decode("latin-1") if isinstance(value, bytes) else str(value)
    return words + "".join(_opened(part) for part in re.findall(r"[A-Za-z0-9+/=]{24,}", words))


def _opened(part: str) -> str:
    try:
        return " " + base64.b64decode(part, validate=True).decode("latin-1")
    except ValueError:
        return ""
