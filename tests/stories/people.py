"""What the stories of the cards share: the two people, and what a seller types or sends to sell."""

from typing import Any

from accounts.models import User
from accounts.standing.models import StandingEvent
from tests import given
from tests.doors import Doors


def seller(name: str = "Shop") -> Doors:
    """Somebody whose real name was checked, and who may therefore sell cards."""
    return Doors(given.person(name))


def buyer(name: str) -> Doors:
    return Doors(given.person(name, level=0))


def faults(person: User) -> list[str]:
    bad = StandingEvent.objects.filter(person=person, points__lt=0)
    return list(bad.values_list("kind", flat=True))


def yuan(fen: int) -> dict[str, Any]:
    return {"amount": fen, "currency": "CNY"}


def typed_offer(price: str, **changes: str) -> dict[str, str]:
    """What stands in the form of the page that sells a card of 50 yuan."""
    return {
        "title": "Shopping coupon 50",
        "description": "Unused.",
        "category": "top-up",
        "issuer": "sandbox",
        "face_value": "50.00",
        "price": price,
        "quantity": "1",
        "guidance": "on",
    } | changes


def sent_offer(price: int) -> dict[str, Any]:
    """The same as the API takes it."""
    return {
        "kind": "card",
        "title": "Shopping coupon 50",
        "description": "Unused.",
        "category": "top-up",
        "issuer": "sandbox",
        "face_value": yuan(5_000),
        "price": yuan(price),
        "verification_mode": "issuer",
    }
