"""What can happen to a planted code: each journey takes one, by page, by API or by verb."""

import contextlib
import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from django.db import connection
from django.test import Client

from accounts.actions.tokens import SCOPES, create_token
from accounts.models import User
from listings.models import Listing
from marketplace.lib.errors import Refused
from marketplace.sandbox import issuer
from orders.actions import checkout, delivery, ending, reports, stock
from orders.actions.stock import Card
from orders.escrow.models import Code
from orders.models import Order
from tests import given
from tests.security.canaries import Canary, found_in

FACE = 1_000


class Person:
    """Somebody with a browser and a program, both freshly proved."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.browser = Client(raise_request_exception=False)
        self.browser.post("/accounts/login/", {"login": user.email, "password": given.PASSWORD})
        _row, self.token = create_token(user.pk, name="program", scopes=list(SCOPES), by=user)
        self.api("POST", "/me/reauth/", {"password": given.PASSWORD})

    def api(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": str(uuid4())}
        sent = json.dumps(body or {}) if method != "GET" else ""
        client = Client(raise_request_exception=False)
        path = f"/api/v1{path}"
        return client.generic(method, path, sent, "application/json", headers=headers)

    def page(self, path: str, body: Any = None) -> Any:
        return self.browser.post(path, body or {})


def offered(seller: Person, **facts: object) -> Listing:
    return given.listing(seller.user, face_value=FACE, price=FACE - 40, **facts)


def card(canary: Canary) -> Card:
    return Card(canary.number, canary.secret, FACE, None)


def seal_by_page(who: Person, offer: Listing, canary: Canary) -> Any:
    body = {"listing": offer.pk, "number": canary.number, "secret": canary.secret}
    return who.page("/codes/seal/", body)


def seal_by_api(who: Person, offer: Listing, canary: Canary) -> Any:
    worth = {"amount": FACE, "currency": "CNY"}
    body = {"listing": str(offer.pk), "number": canary.number, "secret": canary.secret}
    return who.api("POST", "/codes/", {**body, "face_value": worth})


def seal_by_verb(who: Person, offer: Listing, canary: Canary) -> Code:
    return stock.seal_code(offer.pk, by=who.user, card=card(canary))


def delivered(seller: Person, buyer: Person, canary: Canary) -> Order:
    """A paid order that has just this code."""
    offer = offered(seller)
    seal_by_verb(seller, offer, canary)
    return given.paid_order(offer, buyer.user)


# --- Orders ---------------------------------------------------------------------------------------
def confirmed(seller: Person, buyer: Person, canary: Canary) -> Order:
    order = delivered(seller, buyer, canary)
    shown = buyer.page(f"/orders/{order.pk}/reveal/")
    assert found_in(shown.content.decode(), canary.traces())
    buyer.page(f"/orders/{order.pk}/confirm/", {"tick": "on"})
    return given.again(order)


def confirmed_by_api(seller: Person, buyer: Person, canary: Canary) -> Order:
    order = delivered(seller, buyer, canary)
    shown = buyer.api("POST", f"/orders/{order.pk}/reveal/")
    assert found_in(shown.content.decode(), canary.traces())
    buyer.api("POST", f"/orders/{order.pk}/reveal/")
    buyer.api("POST", f"/orders/{order.pk}/confirm/")
    return given.again(order)


def reported(seller: Person, buyer: Person, canary: Canary) -> Order:
    """The buyer writes the code into the report, where it has no place."""
    order = delivered(seller, buyer, canary)
    delivery.reveal_code(order.pk, by=buyer.user)
    text = f"The card {canary.number} with PIN {canary.secret} is empty!"
    reports.report_code(order.pk, by=buyer.user, problem="redeemed", text=text)
    return given.settled(order)


def reported_and_used(seller: Person, buyer: Person, canary: Canary) -> Order:
    order = delivered(seller, buyer, canary)
    delivery.reveal_code(order.pk, by=buyer.user)
    issuer.redeem(canary.number)
    body = {"problem": "redeemed", "text": f"{canary.number[:4]} {canary.number[4:]} is used"}
    buyer.api("POST", f"/orders/{order.pk}/report-code/", body)
    return given.settled(order)


def refunded(seller: Person, buyer: Person, canary: Canary) -> Order:
    order = delivered(seller, buyer, canary)
    delivery.reveal_code(order.pk, by=buyer.user)
    ending.refund_by_seller(order.pk, by=seller.user)
    buyer.page(f"/orders/{order.pk}/reveal/")
    return given.settled(order)


def recalled(seller: Person, buyer: Person, canary: Canary) -> Order:
    order = delivered(seller, buyer, canary)
    code = Code.objects.get(order_id=order.pk)
    seller.api("POST", f"/codes/{code.pk}/recall/")
    return given.settled(order)


def used_before_the_look(seller: Person, buyer: Person, canary: Canary) -> Order:
    """The seller used it himself after the hand-over; the last look finds out."""
    order = delivered(seller, buyer, canary)
    issuer.redeem(canary.number)
    buyer.page(f"/orders/{order.pk}/reveal/")
    return given.settled(order)


def issuer_away(seller: Person, buyer: Person, canary: Canary) -> Order:
    order = delivered(seller, buyer, canary)
    with silent_issuer():
        buyer.page(f"/orders/{order.pk}/reveal/")
        buyer.api("POST", f"/orders/{order.pk}/reveal/")
        buyer.page(f"/orders/{order.pk}/reveal/", {"skip_check": "on"})
    return given.again(order)


def damaged(seller: Person, buyer: Person, canary: Canary) -> Order:
    order = delivered(seller, buyer, canary)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE escrow_code SET sealed = set_byte(sealed, length(sealed) - 1, 0)"
            " || '\\x00' WHERE order_id = %s",
            [order.pk],
        )
    buyer.page(f"/orders/{order.pk}/reveal/")
    buyer.api("POST", f"/orders/{order.pk}/reveal/")
    return given.again(order)


def waited_for(seller: Person, buyer: Person, canary: Canary) -> Order:
    """No stock: the seller seals while the order waits, and the issuer is silent at first."""
    offer = offered(seller)
    order = given.paid_order(offer, buyer.user)
    with silent_issuer():
        stock.seal_code(offer.pk, by=seller.user, card=card(canary), order_id=order.pk)
        given.settled(order)
    return given.again(order)


def cancelled(seller: Person, buyer: Person, canary: Canary) -> Order:
    offer = offered(seller)
    order = given.placed_order(offer, buyer.user)
    seal_by_page(seller, offer, canary)
    checkout.cancel(order.pk, by=buyer.user, reason="Changed my mind.")
    return given.again(order)


JOURNEYS = (
    *(confirmed, confirmed_by_api, reported, reported_and_used, refunded, recalled),
    *(used_before_the_look, issuer_away, damaged, waited_for, cancelled),
)


# --- Refusals -------------------------------------------------------------------------------------
def refused_in_every_way(seller: Person, offer: Listing, canary: Canary, way: int) -> None:
    """Used, worth something else, mistyped, or in the wrong field; by page, API or verb in turn."""
    seals = (seal_by_page, seal_by_api, seal_by_verb)
    with contextlib.suppress(Refused):
        wrong = (_used, _mistyped, _in_the_title, _in_a_broken_body)[way % 4]
        wrong(seller, offer, canary, seals[way % 3])


def _used(seller: Person, offer: Listing, canary: Canary, seal: Any) -> None:
    issuer.redeem(canary.number)
    seal(seller, offer, canary)


def _mistyped(seller: Person, offer: Listing, canary: Canary, seal: Any) -> None:
    seal(seller, offer, Canary(canary.number, canary.secret[:-1] + "Z"))


def _in_the_title(seller: Person, offer: Listing, canary: Canary, seal: Any) -> None:
    """A listing that tells its code is refused, and the words are not kept."""
    text = f"Number {canary.number}, PIN {canary.secret}"
    offered(seller, description=text)


def _in_a_broken_body(seller: Person, offer: Listing, canary: Canary, seal: Any) -> None:
    seller.api("POST", "/codes/", {"number": [canary.number], "secrets": canary.secret})
    seller.page("/codes/seal/", {"number": canary.number, "secret": canary.secret, "listing": "x"})
    seller.api("POST", f"/orders/{offer.pk}/confirm/", {"secret": canary.secret})


@contextlib.contextmanager
def silent_issuer() -> Iterator[None]:
    issuer.set_mode("down")
    try:
        yield
    finally:
        issuer.set_mode("up")
