"""Orders of a card whose issuer offers no check: they live without any server but the database.

The provider's word that money has come is put into the inbox, as its webhook does after the
signature was checked; everything else goes through the verbs.
"""

import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db.models import Model

from accounts.inbox.models import Notice
from accounts.models import User
from listings.models import Listing
from marketplace.lib import clock
from marketplace.lib.money import CURRENCY, Fen
from marketplace.sandbox.models import ClockSkip
from orders import sweeps
from orders.actions import checkout, delivery, settlement, stock
from orders.actions.stock import Card
from orders.escrow import cooling, events, inbox
from orders.escrow.gateways.protocol import Event
from orders.escrow.models import (
    Code,
    Earning,
    Forfeit,
    FundClaim,
    Payment,
    Pledge,
    Refund,
    Reveal,
    Transfer,
)
from orders.models import CodeReport, Order, OrderEvent
from tests import given
from tests.remembered import remembered

_numbers = itertools.count(8_000_000_000_000_000)


def offer(seller: User | None = None, **changes: object) -> Listing:
    facts = {"issuer": "orchard", "description": "Unused."} | changes
    return given.listing(seller or given.person("Li"), **facts)


def sealed(listing: Listing) -> Code:
    card = Card(str(next(_numbers)), "QX7RT2KM", listing.current.face_value, None)
    return stock.seal_code(listing.pk, by=listing.seller, card=card)


def placed(listing: Listing | None = None, buyer: User | None = None) -> Order:
    return given.placed_order(listing or offer(), buyer or given.person("Guo", level=0))


def told_of_money(payment: Payment) -> None:
    """The message that `payment` was captured lies in the inbox."""
    event = Event(
        event_id=f"evt_{uuid4().hex}",
        kind="captured",
        ref=str(payment.pk),
        capture_ref=str(uuid4()),
        amount=Fen(payment.amount),
        currency=CURRENCY,
        merchant=settings.GATEWAYS["sandbox"]["merchant"],
    )
    inbox.record("sandbox", event, at=clock.now())


def captured(order: Order) -> Order:
    """The order's money has come; a code in stock has been handed over."""
    told_of_money(checkout.start_payment(order.pk, by=order.buyer))
    return swept(order)


@remembered
def paid(listing: Listing | None = None) -> Order:
    return captured(placed(listing))


@remembered
def delivered(listing: Listing | None = None) -> Order:
    chosen = listing or offer()
    sealed(chosen)
    return paid(chosen)


@remembered
def revealed(listing: Listing | None = None) -> Order:
    order = delivered(listing)
    delivery.reveal_code(order.pk, by=order.buyer)
    return given.again(order)


@remembered
def completed() -> Order:
    order = revealed()
    return delivery.confirm_receipt(order.pk, by=order.buyer)


def cancelled() -> Order:
    order = placed()
    return checkout.cancel(order.pk, by=order.buyer)


@remembered
def cancelled_after_payment() -> Order:
    order = paid()
    return checkout.cancel(order.pk, by=order.seller, reason="I have none left.")


@remembered
def refunded() -> Order:
    return given.refund(revealed())


def disputed(order: Order | None = None, *, by: str = "buyer", case: UUID | None = None) -> Order:
    """A case is open about the order, or about one whose code was revealed."""
    chosen = order or revealed()
    settlement.open_case(chosen.pk, by=getattr(chosen, by), case_id=case or uuid4(), claim="other")
    return given.again(chosen)


def awarded(order: Order, buyer_fen: int) -> Order:
    """The open case gave the buyer so much of the price, and the rest to the seller."""
    settlement.settle_by_verdict(
        order.pk,
        case_id=case_of(order),
        outcome="award",
        buyer_fen=buyer_fen,
        seller_fen=order.price - buyer_fen,
    )
    return given.again(order)


def resumed(order: Order) -> Order:
    settlement.settle_by_verdict(order.pk, case_id=case_of(order), outcome="resume")
    return given.again(order)


def case_of(order: Order) -> UUID:
    """The case that is open on the order."""
    case = given.again(order).open_case_id
    assert case is not None
    return case


def split() -> Order:
    return awarded(disputed(), 2_800)


STATES: dict[str, Callable[[], Order]] = {
    "placed": placed,
    "paid": paid,
    "delivered": delivered,
    "revealed": revealed,
    "completed": completed,
    "cancelled": cancelled,
    "cancelled_after_payment": cancelled_after_payment,
    "refunded": refunded,
    "disputed": disputed,
    "split": split,
}


def swept(order: Order) -> Order:
    """The order after everything that is due by now has been done."""
    for _pass in range(3):
        events.sweep()
        sweeps.everything_due()
        cooling.mature_due()
    return given.again(order)


def skip(**time: float) -> None:
    """Moves the clock and does nothing else: the sweeps come when a test calls them."""
    ClockSkip.objects.create(skipped=timedelta(**time))


def later(order: Order, **time: float) -> Order:
    skip(**time)
    return swept(order)


_TABLES: tuple[type[Model], ...] = (
    *(Order, OrderEvent, CodeReport, Listing, Code, Reveal),
    *(Payment, Refund, Transfer, Earning, Pledge, Forfeit, FundClaim, Notice),
)


def everything() -> list[Any]:
    """Every row that a step may touch, to be compared with itself later."""
    return [list(table._base_manager.order_by("pk").values()) for table in _TABLES]  # noqa: SLF001


def vars_of(row: Order | Listing | Code) -> dict[str, object]:
    """The columns of a row, to make copies of it where there have to be many."""
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}  # noqa: SLF001
