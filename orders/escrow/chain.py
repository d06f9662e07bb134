"""The chain of hashes over all transfers: whoever changes one later is named by its number.

Transfers are linked in the order of their transactions, and only once every transaction up to
there has ended: a number or a time would pass by those that commit late.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from marketplace.lib.verbs import verb
from orders.escrow.models import Head, Link

A_TICK = 2_000  # transfers
GENESIS = bytes(32)

# One row a transfer: what its hash is made of, in this order, its id first and apart.
_FACTS = """
    t.id, t.key, t.kind, t.order_id::text, t.case_id::text, t.actor_id::text, t.basis,
    t.effective_at, t.created_at,
    (SELECT json_agg(json_build_array(a.code, e.amount) ORDER BY e.seq)
       FROM escrow_entry e JOIN escrow_account a ON a.id = e.account_id
      WHERE e.transfer_id = t.id)
"""


@dataclass(frozen=True)
class Broken:
    """The first place where the chain no longer fits the transfers."""

    seq: int
    why: str


def link_hash(previous: bytes, facts: tuple[Any, ...]) -> bytes:
    """SHA-256 of the previous hash and the transfer in canonical JSON, times in UTC."""
    plain = [_plain(fact) for fact in facts]
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(previous + text.encode()).digest()


def _plain(fact: object) -> object:
    if isinstance(fact, datetime):
        return fact.astimezone(UTC).isoformat(timespec="microseconds")
    return fact


@verb
def seal() -> int:
    """Links what can no longer change its place, at most `A_TICK` transfers; says how many."""
    Head.objects.get_or_create(pk=1)
    head = Head.objects.select_for_update().get(pk=1)
    horizon = _horizon()
    rows = _unsealed(head.horizon, horizon)
    links = []
    for row in rows:
        head.seq += 1
        head.hash = link_hash(bytes(head.hash), row[1:])
        links.append(Link(seq=head.seq, transfer_id=row[0], hash=head.hash))
    Link.objects.bulk_create(links)
    if len(rows) < A_TICK:
        head.horizon = horizon
    head.save(update_fields=["seq", "hash", "horizon"])
    return len(rows)


def _horizon() -> int:
    """Every transaction below this number has ended."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")
        return int(cursor.fetchone()[0])


def _unsealed(since: int, horizon: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_FACTS} FROM escrow_transfer t"  # noqa: S608 - our own constant
            " WHERE t.xid >= %s::text::xid8 AND t.xid < %s::text::xid8"
            " AND NOT EXISTS (SELECT 1 FROM escrow_link l WHERE l.transfer_id = t.id)"
            " ORDER BY t.xid, t.id LIMIT %s",
            [str(since), str(horizon), A_TICK],
        )
        return list(cursor.fetchall())


def verify() -> Iterator[Broken]:
    """Recomputes the whole chain and names the first link that does not fit, if there is one."""
    head = Head.objects.filter(pk=1).first() or Head()
    previous, seq = GENESIS, 0
    for stored, row in _links():
        seq += 1
        if stored[0] != seq:
            yield Broken(seq, "a link is missing")
            return
        if row[0] is None:
            yield Broken(seq, "its transfer is missing")
            return
        previous = link_hash(previous, row[1:])
        if previous != bytes(stored[1]):
            yield Broken(seq, "its transfer was changed")
            return
        if seq == head.published_seq and previous != bytes(head.published_hash):
            yield Broken(seq, "the chain differs from the one that was published")
            return
    if (seq, previous) != (head.seq, bytes(head.hash)):
        yield Broken(head.seq, "the head is not the last link")


def _links() -> Iterator[tuple[tuple[int, bytes], tuple[Any, ...]]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            f"SELECT l.seq, l.hash, {_FACTS} FROM escrow_link l"  # noqa: S608 - our own constant
            " LEFT JOIN escrow_transfer t ON t.id = l.transfer_id ORDER BY l.seq"
        )
        for row in cursor:
            yield (row[0], row[1]), row[2:]


@verb
def publish(*, at: datetime) -> Head | None:
    """Notes the head that goes out with the audit's mail and log; later ones must contain it."""
    head = Head.objects.select_for_update().filter(pk=1).first()
    if head is None or head.seq == 0:
        return None
    head.published_seq, head.published_hash, head.published_at = head.seq, bytes(head.hash), at
    head.save(update_fields=["published_seq", "published_hash", "published_at"])
    return head
