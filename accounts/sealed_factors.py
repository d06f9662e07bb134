"""Second factors lie sealed as text inside allauth's JSON; a change of keys reaches them too."""

import base64
import binascii
from collections.abc import Callable, Iterator

from allauth.mfa.models import Authenticator
from django.db import transaction

from marketplace.lib import crypto, rings

RING = "identity"
_HEAD = base64.b64encode(crypto.VERSION + b"\0").decode()[:2]


class FactorSecrets:
    """The holder of the secrets of authenticator apps and of the seeds of recovery codes."""

    table = Authenticator._meta.db_table  # noqa: SLF001

    def count(self, key_id: str) -> int:
        found = (text for row in Authenticator.objects.all() for text in _texts(row.data))
        return sum(crypto.key_id(sealed) == key_id for sealed in map(_envelope, found) if sealed)

    def rewrap(self) -> int:
        newest = rings.ring(RING).newest.id
        pks = Authenticator.objects.order_by("pk").values_list("pk", flat=True)
        return sum(self._rewrap_row(pk, newest) for pk in list(pks))

    @transaction.atomic
    def _rewrap_row(self, pk: int, newest: str) -> int:
        row = Authenticator.objects.select_for_update(no_key=True).filter(pk=pk).first()
        before = row.data if row else {}
        after = _mapped(before, _under(newest))
        if row is None or after == before:
            return 0
        row.data = after
        row.save(update_fields=["data"])
        return 1


def _under(newest: str) -> Callable[[str], str]:
    def anew(text: str) -> str:
        sealed = _envelope(text)
        if sealed is None or crypto.key_id(sealed) == newest:
            return text
        return base64.b64encode(crypto.rewrap(RING, sealed=sealed)).decode()

    return anew


def _envelope(text: str) -> bytes | None:
    """The envelope that the text is, or None for any other text."""
    if not text.startswith(_HEAD):
        return None
    try:
        sealed = base64.b64decode(text, validate=True)
        known = {key.id for key in rings.ring(RING).keys}
        return sealed if crypto.key_id(sealed) in known else None
    except (binascii.Error, crypto.Tampered):
        return None


def _texts(data: object) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for value in data.values():
            yield from _texts(value)
    elif isinstance(data, list):
        for value in data:
            yield from _texts(value)


def _mapped(data: object, change: Callable[[str], str]) -> object:
    if isinstance(data, str):
        return change(data)
    if isinstance(data, dict):
        return {name: _mapped(value, change) for name, value in data.items()}
    return [_mapped(value, change) for value in data] if isinstance(data, list) else data
