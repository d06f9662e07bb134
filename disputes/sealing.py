"""What parties write is sealed like everything secret: a code pasted into a statement stays one."""

from uuid import UUID

from disputes.models import Evidence
from marketplace.lib import crypto, files

RING = "file"


def seal_text(exhibit: UUID, what: str, text: str) -> bytes:
    """The envelope of an exhibit's `text` or `description`."""
    return crypto.seal(RING, kind=f"exhibit-{what}", id=exhibit, plaintext=text.encode())


def _open(exhibit: UUID, what: str, sealed: bytes) -> str:
    return crypto.open_(RING, kind=f"exhibit-{what}", id=exhibit, sealed=sealed).decode()


def text_of(row: Evidence) -> str:
    """What its owner wrote; "" for a picture or a record."""
    return _open(row.pk, "text", row.sealed_text) if row.sealed_text else ""


def description_of(row: Evidence) -> str:
    return _open(row.pk, "description", row.description)


def original_of(row: Evidence) -> bytes:
    """The picture as it came."""
    assert row.original_key is not None  # noqa: S101 - the kind says so
    kind = "exhibit-file"
    return files.opened(row.original, kind=kind, id=row.pk, sealed=row.original_key)
