"""Card codes for the vault's own tests: sealed, taken, assigned, revealed by the real verbs."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from accounts.models import User
from marketplace.lib import clock
from orders.escrow import vault
from orders.escrow.issuers.protocol import UNKNOWN
from orders.escrow.models import Code
from tests.escrow import money

SECRET = "QX7RT2KM"
_numbers = itertools.count(6_000_000_000_000_000)


def number() -> str:
    return str(next(_numbers))


def sealed(seller: User, **facts: Any) -> Code:
    """A code in the vault, of a made-up listing unless `listing_id` is told."""
    fields: dict[str, Any] = {
        "seller": seller,
        "listing_id": uuid4(),
        "issuer": "sandbox",
        "number": number(),
        "secret": SECRET,
        "face_value": 5_000,
        "expires_on": date(2031, 1, 31),
        "order_id": None,
        "answer": UNKNOWN,
        "at": clock.now(),
    }
    with transaction.atomic():
        return vault.seal_code(**fields | facts)


def taken(code: Code, order_id: UUID) -> Code:
    with transaction.atomic():
        found = vault.take(order_id, listing_id=code.listing_id, at=clock.now())
    assert found is not None
    return found


def assigned(seller: User, buyer: User, **facts: Any) -> Code:
    """A code that is ready for a buyer whose money is held."""
    order_id, _payment = money.paid_order(buyer)
    code = taken(sealed(seller, **facts), order_id)
    with transaction.atomic():
        return vault.assign(code.pk, order_id=order_id, at=clock.now())


def reveal(code: Code, by: User, **facts: Any) -> vault.Revealed:
    assert code.order_id is not None
    fields: dict[str, Any] = {"order_id": code.order_id, "by": by, "at": clock.now()} | facts
    with transaction.atomic():
        return vault.reveal(**fields)


@contextmanager
def issuer_at(url: str) -> Iterator[None]:
    """The sandbox issuer is asked under another address inside the block."""
    before = settings.CARD_ISSUERS["sandbox"]
    settings.CARD_ISSUERS["sandbox"] = {**before, "url": url}
    try:
        yield
    finally:
        settings.CARD_ISSUERS["sandbox"] = before
