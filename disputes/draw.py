"""Pure: the draw, byte for byte – seed, stream, hashes of evidence and receipts.

All integers are 8 bytes, big-endian; labels are ASCII and end in one zero byte. Anybody can do it
again from what is published (`checking.py`).
"""

import hashlib
import hmac
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from disputes.chain import canonical

ZERO = bytes(32)
_WHOLE = 2**64

PARTY_LETTER = {"buyer": "B", "seller": "S", "platform": "P", "third_party": "T"}
KIND_LETTER = {"statement": "T", "text": "T", "picture": "F", "record": "R"}


@dataclass(frozen=True)
class Inputs:
    """Everything the seed is made of besides the server's own 32 bytes."""

    case: UUID
    roster_root: bytes
    size: int
    evidence_root: bytes
    round: int
    beacon: bytes
    nonce_buyer: bytes
    nonce_seller: bytes


@dataclass(frozen=True)
class Drawn:
    """One counter of the stream; `number` is None where the value was rejected."""

    counter: int
    x: int
    number: int | None


def eight(number: int) -> bytes:
    return number.to_bytes(8, "big")


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def commitment(server_seed: bytes) -> bytes:
    return sha256(server_seed)


def nonce(words: str) -> bytes:
    """What a party's own words add to the seed; 32 zero bytes when there are none."""
    return sha256(unicodedata.normalize("NFC", words).encode()) if words else ZERO


def message(inputs: Inputs) -> bytes:
    """The 212 bytes under the seed's HMAC."""
    return b"".join(
        (
            b"small-court/draw/v1\0",
            inputs.case.bytes,
            inputs.roster_root,
            eight(inputs.size),
            inputs.evidence_root,
            eight(inputs.round),
            inputs.beacon,
            inputs.nonce_buyer,
            inputs.nonce_seller,
        )
    )


def seed(server_seed: bytes, inputs: Inputs) -> bytes:
    return hmac.digest(server_seed, message(inputs), "sha256")


def drawn(of_seed: bytes, size: int, counter: int) -> Drawn:
    """What the stream says at one counter; numbers are exactly uniform over 0 … size - 1."""
    digest = hmac.digest(of_seed, b"seat" + eight(counter), "sha256")
    x = int.from_bytes(digest[:8], "big")
    is_fair = x < _WHOLE - _WHOLE % size
    return Drawn(counter, x, x % size if is_fair else None)


def stream(of_seed: bytes, size: int, start: int = 0) -> Iterator[Drawn]:
    """The numbers from counter `start` on, without end."""
    counter = start
    while True:
        yield drawn(of_seed, size, counter)
        counter += 1


_ENTRY = ("round", "counter", "number", "outcome", "code", "ground_hash", "chair")


def entries_hash(entries: Iterable[Mapping[str, Any]]) -> bytes:
    """One hash for what became of every counter; `ground_hash` in hexadecimal. Pseudonyms and
    paths are left out: the root of the roster holds them."""
    rows = [{name: entry[name] for name in _ENTRY} for entry in entries]
    return sha256(b"small-court/entries/v1\0", canonical({"entries": rows}))


# --- Evidence and receipts ------------------------------------------------------------------------
def content_hash(content: bytes | str) -> bytes:
    """Of original bytes, of a text (NFC UTF-8), or of a record's canonical JSON bytes."""
    if isinstance(content, str):
        content = unicodedata.normalize("NFC", content).encode()
    return sha256(content)


def item_hash(party: str, kind: str, content_sha256: bytes) -> bytes:
    """The hash of one exhibit; `party` and `kind` are the letters B S P T and T F R."""
    return sha256(b"small-court/item/v1\0", party.encode(), kind.encode(), content_sha256)


def evidence_root(items: Iterable[bytes]) -> bytes:
    """One hash for all admitted exhibits, whatever the order in which they came."""
    ordered = sorted(items)
    return sha256(b"small-court/evidence/v1\0", eight(len(ordered)), *ordered)


def receipt(case: UUID, seat: UUID, side: str, salt: bytes) -> bytes:
    """By what a reviewer finds his own ballot after the end; `side` is B or S."""
    return sha256(b"small-court/receipt/v1\0", case.bytes, seat.bytes, side.encode(), salt)
