"""Sealing: AES-256-GCM envelopes under a ring's key, and keyed fingerprints of what is sealed.

An envelope is `v1 | length of the key id | key id | wrapped data key (40) | nonce (12) |
ciphertext and tag`. Its data key is used once and wrapped (RFC 3394) under the ring's newest key;
its associated data `kind:uuid:v1` tie it to one row, so that a copy in another row can't be opened.
"""

import hashlib
import hmac
import os
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from marketplace.lib.rings import ring

VERSION = b"v1"
WRAPPED_BYTES = 40
NONCE_BYTES = 12


class Tampered(Exception):
    """The envelope was changed, or belongs to another row, kind or ring. Nothing was decrypted."""


@dataclass(frozen=True)
class Fingerprint:
    """HMAC-SHA256 of a value under one key of an add-only ring; `value` is 32 bytes."""

    key_id: str
    value: bytes


# --- envelopes ------------------------------------------------------------------------------------
def seal(ring_name: str, *, kind: str, id: UUID, plaintext: bytes) -> bytes:  # noqa: A002
    """The envelope of `plaintext` for the row `id` of this `kind` (`code`, `identity`, …).

    Raises:
        rings.KeyTrouble: this process has no key (`NoVaultKey`, `RingMissing`).
    """
    key = ring(ring_name).newest
    data_key = os.urandom(32)
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(data_key).encrypt(nonce, plaintext, _row(kind, id))
    return prefix(key.id) + aes_key_wrap(key.secret, data_key) + nonce + sealed


def open_(ring_name: str, *, kind: str, id: UUID, sealed: bytes) -> bytes:  # noqa: A002
    """What `seal` was given for the same ring, kind and row.

    Raises:
        Tampered: not this row's envelope, or changed.
        rings.KeyTrouble: this process has no such key (`NoVaultKey`, `RingMissing`, `KeyUnknown`).
    """
    parts = _split(bytes(sealed))
    key = ring(ring_name).key(parts.key_id)
    try:
        data_key = aes_key_unwrap(key.secret, parts.wrapped)
        return AESGCM(data_key).decrypt(parts.nonce, parts.ciphertext, _row(kind, id))
    except (InvalidUnwrap, InvalidTag):
        raise Tampered(f"the {kind} {id} does not open with its envelope") from None


def rewrap(ring_name: str, *, sealed: bytes) -> bytes:
    """The same envelope, its data key wrapped under the ring's newest key; the content untouched.

    Raises:
        Tampered, rings.KeyTrouble: as `open_`.
    """
    keys = ring(ring_name)
    parts = _split(bytes(sealed))
    if parts.key_id == keys.newest.id:
        return bytes(sealed)
    try:
        data_key = aes_key_unwrap(keys.key(parts.key_id).secret, parts.wrapped)
    except InvalidUnwrap:
        raise Tampered("a data key does not open with the key that it names") from None
    wrapped = aes_key_wrap(keys.newest.secret, data_key)
    return prefix(keys.newest.id) + wrapped + parts.nonce + parts.ciphertext


def key_id(sealed: bytes) -> str:
    """The id of the ring key under which the envelope's data key is wrapped."""
    return _split(bytes(sealed)).key_id


def prefix(of_key: str) -> bytes:
    """How every envelope under the key of this id begins; tables are searched by it."""
    name = of_key.encode("ascii")
    return VERSION + bytes([len(name)]) + name


@dataclass(frozen=True)
class _Parts:
    key_id: str
    wrapped: bytes
    nonce: bytes
    ciphertext: bytes


def _split(sealed: bytes) -> _Parts:
    if sealed[:2] != VERSION or len(sealed) < len(VERSION) + 1:
        raise Tampered("not an envelope")
    name_ends = 3 + sealed[2]
    nonce_starts = name_ends + WRAPPED_BYTES
    content_starts = nonce_starts + NONCE_BYTES
    if len(sealed) < content_starts:
        raise Tampered("the envelope is cut off")
    return _Parts(
        key_id=sealed[3:name_ends].decode("ascii", "replace"),
        wrapped=sealed[name_ends:nonce_starts],
        nonce=sealed[nonce_starts:content_starts],
        ciphertext=sealed[content_starts:],
    )


def _row(kind: str, row_id: UUID) -> bytes:
    return f"{kind}:{row_id}:v1".encode()


# --- fingerprints ---------------------------------------------------------------------------------
def fingerprints(ring_name: str, value: bytes) -> list[Fingerprint]:
    """The value under every key of the ring, newest first: the first is stored, all are looked for.

    Raises:
        rings.KeyTrouble: this process has no key (`NoVaultKey`, `RingMissing`).
    """
    return [
        Fingerprint(key.id, hmac.new(key.secret, value, hashlib.sha256).digest())
        for key in reversed(ring(ring_name).keys)
    ]


def fingerprint(ring_name: str, value: bytes) -> Fingerprint:
    """The value under the ring's newest key."""
    return fingerprints(ring_name, value)[0]
