"""Rosters: everybody who can be drawn gets a number; root and chain are public at once.

Building one locks nothing that draws or votes need: it reads, and adds rows of its own.
"""

import io
import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from disputes import eligibility, merkle
from disputes.models import Roster, RosterSeat
from disputes.rules import CURRENT
from marketplace.lib import crypto
from marketplace.lib.ids import uuid7
from marketplace.lib.verbs import verb

CHANGED = 20  # a twentieth
RING, KIND = "court", "roster"
_ONE_BUILDER = 7_301_884_615  # an advisory lock: two builders would take the same version
_COPY = "COPY disputes_rosterseat (version, number, juror_id, pseudonym) FROM STDIN"
_ROWS_AT_ONCE = 10_000
_LINES_AT_ONCE = 500


@verb
def build_roster(*, at: datetime) -> Roster | None:
    """A new version with everybody who is eligible now; None while there is nobody."""
    _take_time()
    people = eligibility.eligible(at).values_list("pk", flat=True).iterator(_ROWS_AT_ONCE)
    key = secrets.token_bytes(32)
    numbered = merkle.ranked(key, people)
    if not numbered:
        return None
    roster = _write(numbered, key=key, at=at)
    _copy(roster.version, numbered)
    return roster


def _take_time() -> None:
    """For this transaction: one builder at a time, and no limit made for pages."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SET LOCAL lock_timeout = 0")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_BUILDER])


def _write(numbered: Sequence[tuple[bytes, UUID]], *, key: bytes, at: datetime) -> Roster:
    previous = Roster.objects.order_by("-version").first()
    version = previous.version + 1 if previous else 1
    chunks = merkle.chunk_hashes(pseudonym for pseudonym, _person in numbered)
    root = merkle.root_of(chunks)
    before = bytes(previous.chain_hash) if previous else merkle.NO_ROSTER
    pk = uuid7()
    return Roster.objects.create(
        id=pk,
        version=version,
        built_at=at,
        size=len(numbered),
        root=root,
        previous=previous,
        chain_hash=merkle.chain_hash(before, version, len(numbered), root),
        chunk_hashes=b"".join(chunks),
        pseudonym_key=crypto.seal(RING, kind=KIND, id=pk, plaintext=key),
        rules_version=CURRENT,
    )


def _copy(version: int, numbered: Sequence[tuple[bytes, UUID]]) -> None:
    lines = (
        f"{version}\t{number}\t{person}\t\\\\x{pseudonym.hex()}\n"
        for number, (pseudonym, person) in enumerate(numbered)
    )
    with connection.cursor() as cursor:
        cursor.copy_expert(_COPY, _Stream(lines))


class _Stream(io.RawIOBase):
    """Lines as a file, so that the whole text never lies in memory."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines = lines
        self.left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self.left:
            self.left = "".join(islice(self.lines, _LINES_AT_ONCE)).encode()
            if not self.left:
                return 0
        taken = self.left[: len(buffer)]
        buffer[: len(taken)] = taken
        self.left = self.left[len(taken) :]
        return len(taken)


# --- Reading --------------------------------------------------------------------------------------
def newest(*, before: datetime) -> Roster | None:
    """The last roster that was built before a moment."""
    return Roster.objects.filter(built_at__lt=before).order_by("-version").first()


def path_of(roster: Roster, number: int) -> list[tuple[str, bytes]]:
    """The siblings from a number's leaf up to the root; one range read of 1,024 rows."""
    first = number // merkle.CHUNK * merkle.CHUNK
    rows = RosterSeat.objects.filter(
        version=roster.version, number__gte=first, number__lt=first + merkle.CHUNK
    )
    chunk = [
        merkle.leaf(place, bytes(pseudonym))
        for place, pseudonym in rows.order_by("number").values_list("number", "pseudonym")
    ]
    return merkle.path(number, chunk, _chunks(roster))


def _chunks(roster: Roster) -> list[bytes]:
    joined = bytes(roster.chunk_hashes)
    return [joined[start : start + 32] for start in range(0, len(joined), 32)]


def chain() -> QuerySet[Roster]:
    """Every version with its size, root and chain hash, newest first; all of it is public."""
    return Roster.objects.only("version", "built_at", "size", "root", "chain_hash", "rules_version")


# --- Growing and going ----------------------------------------------------------------------------
def has_changed(*, at: datetime) -> bool:
    """Whether the newest roster is more than a twentieth away from who could be drawn now."""
    last = Roster.objects.order_by("-version").first()
    size = last.size if last else 0
    return abs(eligibility.eligible(at).count() - size) * CHANGED > size


@verb
def purge(version: int) -> int:
    """Removes the seats of an old roster; the database refuses while a case still needs them."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SELECT disputes_purge_roster(%s)", [version])
        row: tuple[int] = cursor.fetchone()
    return row[0]


def purgeable() -> list[int]:
    """Versions whose seats no live case and no unkept draw needs; never the newest."""
    with connection.cursor() as cursor:
        cursor.execute(_PURGEABLE)
        return [version for (version,) in cursor.fetchall()]


_PURGEABLE = """
    SELECT r.version FROM disputes_roster r
     WHERE r.version < (SELECT max(version) FROM disputes_roster)
       AND EXISTS (SELECT 1 FROM disputes_rosterseat s WHERE s.version = r.version)
       AND NOT EXISTS (
           SELECT 1 FROM disputes_draw d JOIN disputes_case c ON c.id = d.case_id
            WHERE d.roster_id = r.id
              AND (d.published_at IS NULL OR d.paths IS NULL OR c.state NOT IN
                   ('EXECUTED', 'WITHDRAWN', 'SETTLED', 'DISMISSED')))
     ORDER BY r.version
"""
