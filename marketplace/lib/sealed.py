"""A column of envelopes; it names its ring, so that a rotation finds every row of it."""

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    _BinaryField = models.BinaryField[bytes, bytes]
else:
    _BinaryField = models.BinaryField


class SealedField(_BinaryField):
    """Bytes made by `crypto.seal(ring, …)`; empty once what was sealed has been destroyed."""

    def __init__(self, *args: Any, ring: str, **kwargs: Any) -> None:
        self.ring = ring
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "ring": self.ring}

    def from_db_value(self, value: memoryview | None, *_: object) -> bytes | None:
        return None if value is None else bytes(value)
