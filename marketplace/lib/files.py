"""Private files: each encrypted under a key of its own, which its row keeps in an envelope.

So turning the ring over needs no file touched, and a file without its row is noise.
"""

import os
import re
from dataclasses import dataclass
from uuid import UUID, uuid4

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from marketplace.lib import crypto
from marketplace.lib.errors import Refused

log = structlog.stdlib.get_logger("fairhand.files")

RING = "file"
NONCE_BYTES = 12
OUR_NAME = re.compile(r"[A-Za-z0-9-]+")
SAME_SITE = frozenset({"same-origin", "none", ""})


@dataclass(frozen=True, repr=False)
class Stored:
    """Where a file lies, and the 32 bytes that open it."""

    ref: str
    key: bytes


def put(data: bytes) -> Stored:
    """Stores `data` encrypted; harmless when the row that should name it is never written."""
    ref, key, nonce = str(uuid4()), AESGCM.generate_key(256), os.urandom(NONCE_BYTES)
    sealed = nonce + AESGCM(key).encrypt(nonce, data, ref.encode())
    _storage().save(_place(ref), ContentFile(sealed))
    return Stored(ref, key)


def read(stored: Stored) -> bytes:
    """What was stored.

    Raises:
        crypto.Tampered: it was changed, or is another file.
        FileNotFoundError: it is not there.
    """
    with _storage().open(_place(stored.ref)) as file:
        sealed = file.read()
    nonce, content = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    try:
        return AESGCM(stored.key).decrypt(nonce, content, stored.ref.encode())
    except (InvalidTag, ValueError):  # ValueError: cut off within the nonce
        raise crypto.Tampered(f"the file {stored.ref} does not open with its key") from None


def seal_key(stored: Stored, *, kind: str, id: UUID) -> bytes:  # noqa: A002
    """The envelope that the row `id` keeps of a file's key."""
    return crypto.seal(RING, kind=kind, id=id, plaintext=stored.key)


def opened(ref: str, *, kind: str, id: UUID, sealed: bytes) -> bytes:  # noqa: A002
    """The file of a row, by the envelope that the row keeps.

    Raises:
        Refused: `internal` when it is gone or was changed: it is never shown, and the log says so.
        rings.KeyTrouble: this process has no such key.
    """
    try:
        return read(Stored(ref, crypto.open_(RING, kind=kind, id=id, sealed=sealed)))
    except (crypto.Tampered, FileNotFoundError) as trouble:
        log.error("file_damaged", kind=kind, id=str(id), trouble=type(trouble).__name__)  # noqa: TRY400
        message = _("This file is damaged. It is not shown; we have been told.")
        raise Refused("internal", message) from trouble


def _storage() -> Storage:
    return storages["private"]


def _place(ref: str) -> str:
    return f"{ref[:2]}/{ref}"


def private_response(request: HttpRequest, webp: bytes, *, name: str) -> HttpResponse:
    """A private picture: only into our own pages, never kept, never run.

    Args:
        name: what it is called when it is saved; one of ours (`exhibit-B1`), never a person's.

    Raises:
        Refused: `not_found` when another site embeds it.
    """
    assert OUR_NAME.fullmatch(name), name  # noqa: S101 - nobody types it
    if request.headers.get("Sec-Fetch-Site", "") not in SAME_SITE:
        raise Refused("not_found", _("We can't find that."))
    response = HttpResponse(webp, content_type="image/webp")
    response["Content-Disposition"] = f'inline; filename="{name}.webp"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store, private"
    return response
