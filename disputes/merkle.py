"""Pure: pseudonyms, their tree (RFC 9162) and the chain of rosters."""

import hmac
from collections.abc import Iterable, Sequence
from uuid import UUID

from disputes.draw import eight, sha256

CHUNK = 1_024  # leaves; their hashes are kept, so that a path needs one range of rows
NO_ROSTER = bytes(32)


def pseudonym(key: bytes, person: UUID) -> bytes:
    """16 bytes that stand for a reviewer in one roster and in no other."""
    return hmac.digest(key, b"small-court/juror/v1\0" + person.bytes, "sha256")[:16]


def ranked(key: bytes, people: Iterable[UUID]) -> list[tuple[bytes, UUID]]:
    """Pseudonym and person, in the order of their numbers 0 … N-1."""
    return sorted((pseudonym(key, person), person) for person in people)


def leaf(number: int, of: bytes) -> bytes:
    return sha256(b"\0", eight(number), of)


def inner(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1", left, right)


def _level_up(level: Sequence[bytes]) -> list[bytes]:
    """The next level; an unpaired last node rises unchanged."""
    paired = [inner(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
    return [*paired, level[-1]] if len(level) % 2 else paired


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over hashes of one level.

    Raises:
        ValueError: there is none.
    """
    if not leaves:
        raise ValueError("an empty roster has no root")
    level = list(leaves)
    while len(level) > 1:
        level = _level_up(level)
    return level[0]


def chunk_hashes(pseudonyms: Iterable[bytes]) -> list[bytes]:
    """The roots of each 1,024 leaves, from pseudonyms in the order of their numbers."""
    found: list[bytes] = []
    leaves: list[bytes] = []
    for number, each in enumerate(pseudonyms):
        leaves.append(leaf(number, each))
        if len(leaves) == CHUNK:
            found.append(root_of(leaves))
            leaves = []
    return [*found, root_of(leaves)] if leaves else found


def path(number: int, chunk: Sequence[bytes], chunks: Sequence[bytes]) -> list[tuple[str, bytes]]:
    """The siblings from a leaf up to the root, each with the side on which it stands.

    Args:
        chunk: the leaf hashes of the number's own 1,024.
        chunks: the hashes of all chunks.
    """
    inside = _siblings(number % CHUNK, chunk)
    return inside + _siblings(number // CHUNK, chunks)


def _siblings(place: int, level: Sequence[bytes]) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    while len(level) > 1:
        beside = place ^ 1
        if beside < len(level):
            found.append(("left" if beside < place else "right", level[beside]))
        level, place = _level_up(level), place // 2
    return found


def climb(number: int, of: bytes, siblings: Iterable[tuple[str, bytes]]) -> bytes:
    """The root that a leaf and its path lead to."""
    node = leaf(number, of)
    for side, beside in siblings:
        node = inner(beside, node) if side == "left" else inner(node, beside)
    return node


def chain_hash(previous: bytes, version: int, size: int, root: bytes) -> bytes:
    """Ties a roster to the one before it (`NO_ROSTER` before version 1)."""
    return sha256(b"small-court/roster/v1\0", previous, eight(version), eight(size), root)
