"""From an order to held money: place, pay, expire, cancel."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.policies import LIMITS, level_for, may_trade
from accounts.standing.record import record
from listings.actions import stock as listing_stock
from listings.models import Listing
from marketplace.lib import clock
from marketplace.lib.codeshape import masked
from marketplace.lib.errors import Refused
from marketplace.lib.kicks import wake
from marketplace.lib.money import Fen, yuan
from marketplace.lib.states import Side
from marketplace.lib.verbs import verb
from marketplace.lib.when import when
from orders import terms
from orders.actions import settlement
from orders.actions.steps import (
    advance,
    check_expected,
    locked,
    may_take,
    only,
    refusal,
    side,
    tell,
    tell_both,
    write_event,
)
from orders.escrow import payments, vault
from orders.escrow.models import Payment, Purpose
from orders.models import Order
from orders.states import LIVE, OrderState, OrderStep

NUMBER_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that is mistaken for another


@dataclass(frozen=True)
class Visit:
    """Where the buyer's first visit came from: a host and a campaign tag, never an address."""

    host: str = ""
    campaign: str = ""


@verb
def place(
    listing_id: UUID,
    *,
    by: User,
    revision: int,
    visit: Visit = Visit(),
    request_key: UUID | None = None,
) -> Order:
    """Orders one unit at the revision that the buyer saw. Nothing is paid yet.

    `request_key` is the checkout page's: the same page sent twice gives the same order.

    Raises:
        Refused: `listing_not_on_sale`, `listing_changed` (`diff`), `own_listing`,
            `unpaid_orders_limit`, `live_orders_limit`, `level_too_low`, `account_closing`.
    """
    buyer = User.objects.select_for_update(no_key=True).get(pk=by.pk)
    before = _orders_before(buyer, request_key)
    if before["known"]:
        return Order.objects.get(pk=before["known"][0])
    at = clock.now()
    may_trade(buyer)
    listing = listing_stock.reserve(listing_id, revision=revision, buyer=buyer, at=at)
    _within_limits(buyer, listing.current.price, before)
    order = _frozen(listing, buyer, visit, at)
    order.request_key = request_key
    order.save(force_insert=True)
    write_event(order, OrderStep.PLACE, before="", by=buyer, at=at, came_from=order.came_from)
    tell_both(order, "order_placed", at=at, due_at=order.pay_due_at, amount=order.price)
    return order


def _frozen(listing: Listing, buyer: User, visit: Visit, at: datetime) -> Order:
    """The order with everything that no later edit may change."""
    return Order(
        number=_number(),
        listing=listing,
        revision=listing.current,
        buyer=buyer,
        seller=listing.seller,
        price=listing.current.price,
        fee_bps=settings.FEE_BPS,
        verification_mode=listing.current.verification_mode,
        rules_version=settings.RULES_VERSION,
        came_from=visit.host[:100],
        campaign=visit.campaign[:60],
        placed_at=at,
        pay_due_at=at + terms.PAY_WITHIN,
    )


def _orders_before(buyer: User, request_key: UUID | None) -> dict[str, Any]:
    """What counts against the (locked) buyer, and the order that this page has made already.

    While he is locked nobody adds to it; orders that end meanwhile make it less.
    """
    same_page = Q(request_key=request_key) if request_key else Q(pk=None)
    live = Q(state__in=LIVE)
    return (
        Order.objects.bought_by(buyer)
        .filter(live | same_page)
        .aggregate(
            unpaid=Count("pk", filter=Q(state=OrderState.PLACED)),
            live=Count("pk", filter=live),
            known=ArrayAgg("pk", filter=same_page),
        )
    )


def _within_limits(buyer: User, price: int, before: dict[str, Any]) -> None:
    limit = LIMITS[buyer.level]
    needed = level_for(price)
    if buyer.level < needed:
        raise Refused(
            "level_too_low",
            _(
                "At your level an order may cost up to {amount}. Prove more about yourself first."
            ).format(amount=yuan(limit.one_order or 0)),
            needed=needed,
            level=buyer.level,
        )
    if before["unpaid"] >= limit.unpaid_orders:
        raise Refused(
            "unpaid_orders_limit",
            _("You have an order that is not paid. Pay or cancel it first."),
        )
    if limit.live_orders is not None and before["live"] >= limit.live_orders:
        raise Refused("live_orders_limit", _("Finish one of your open orders first."))


def _number() -> str:
    return "F" + "".join(secrets.choice(NUMBER_LETTERS) for _i in range(9))


@verb
def start_payment(order_id: UUID, *, by: User, expected_state: str = "") -> Payment:
    """Opens a payment at the gateway; the answer's page leads on to the provider.

    Raises:
        Refused: `wrong_state`, `stale_state`, `not_your_step`, `payment_open`.
    """
    order = locked(order_id)
    at = clock.now()
    only(order, by, Side.BUYER)
    check_expected(order, expected_state, by=by, at=at)
    if order.state != OrderState.PLACED or order.pay_due_at <= at:
        raise refusal(order, "wrong_state", _("There is nothing to pay here."), by=by, at=at)
    return payments.start(
        purpose=Purpose.ORDER,
        ref=order.pk,
        payer=by,
        amount=Fen(order.price),
        expires_at=order.pay_due_at,
        at=at,
    )


def take_capture(payment: Payment, at: datetime) -> bool:
    """The gateway has the money; False when the order has ended, and the money goes back.

    Runs inside the event's transaction, the order being locked. Late money never revives an order.
    """
    order = Order.objects.select_related("buyer", "seller", "revision").get(pk=payment.ref)
    if order.state != OrderState.PLACED or payment.amount != order.price:
        return False
    settlement.hold(order, payment, at=at)
    order.paid_at = at
    order.deliver_due_at = at + terms.DELIVER_WITHIN
    order.auto_refund_at = order.deliver_due_at + terms.REFUND_UNDELIVERED_AFTER
    order.retry_at = at  # stock is handed over by itself
    advance(order, OrderStep.PAY, by=None, at=at, amount=order.price)
    tell(order, order.buyer, "paid", at=at, due_at=order.deliver_due_at, amount=order.price)
    # Told only once the money is held: Ms. Wang sent her code at "placed".
    tell(order, order.seller, "paid", at=at, due_at=order.deliver_due_at, amount=order.price)
    wake("orders.tasks.hand_over", order.pk)
    return True


@verb
def expire(order_id: UUID) -> Order:
    """The clock ends an order that was not paid in time; a paid or ended one is left alone."""
    order = locked(order_id)
    at = clock.now()
    if order.state != OrderState.PLACED or order.pay_due_at > at:
        return order
    order.ended_at = order.pay_due_at
    payments.close(Purpose.ORDER, order.pk, at=at)
    advance(order, OrderStep.EXPIRE, by=None, at=at)
    listing_stock.give_back(order.listing_id, at=at)
    record(order.buyer, "order_unpaid", source="order", source_id=order.pk, at=at)
    tell_both(order, "order_cancelled", at=at, amount=0)
    return order


@verb
def cancel(order_id: UUID, *, by: User | None, reason: str = "", expected_state: str = "") -> Order:
    """Ends an order before delivery; what was paid goes back in full.

    The buyer needs nobody once the seller is late [Liu]; the seller may at any time before the
    hand-over, with a reason; the clock (`by=None`) when `auto_refund_at` has come.

    Raises:
        Refused: `too_early` (`from`), `wrong_state`, `stale_state`, `reason_required`.
    """
    order = locked(order_id)
    at = clock.now()
    who = side(order, by)
    check_expected(order, expected_state, by=by, at=at)
    if who == Side.CLOCK and not _is_overdue(order, at):
        return order
    may_take(order, OrderStep.CANCEL, by=by, at=at)
    _may_cancel(order, who, reason, by=by, at=at)
    was_paid = order.state == OrderState.PAID
    order.ended_at = order.auto_refund_at if who == Side.CLOCK else at
    order.retry_at = None
    if was_paid:
        vault.put_back(order.pk, at=at)
        settlement.refund(order, basis=f"cancelled by {who}", by=by, at=at)
    else:
        payments.close(Purpose.ORDER, order.pk, at=at)
    advance(order, OrderStep.CANCEL, by=by, at=at, note=masked(reason))
    listing_stock.give_back(order.listing_id, at=at)
    _remember_fault(order, who, was_paid=was_paid, at=at)
    tell_both(order, "order_cancelled", at=at, amount=order.price if was_paid else 0)
    return order


def _is_overdue(order: Order, at: datetime) -> bool:
    due = order.auto_refund_at
    return order.state == OrderState.PAID and due is not None and due <= at


def _may_cancel(order: Order, who: Side, reason: str, *, by: User | None, at: datetime) -> None:
    if who == Side.SELLER and not reason.strip():
        raise Refused("reason_required", _("Say why you cancel; the buyer reads it."))
    if who == Side.BUYER and not terms.may_cancel(order.situation([]), at):
        due = order.deliver_due_at
        raise refusal(
            order,
            "too_early",
            _("The seller has until {time} to deliver. After that you can cancel at once.").format(
                time=when(due, get_language() or "en") if due else ""
            ),
            by=by,
            at=at,
            from_=due,
            rule="orders/cancel",
        )


def _remember_fault(order: Order, who: Side, *, was_paid: bool, at: datetime) -> None:
    """Standing changes only by what is certain: who let a paid order fall."""
    kind = {Side.SELLER: "seller_cancelled", Side.CLOCK: "not_delivered_in_time"}.get(who)
    if was_paid and kind:
        record(order.seller, kind, source="order", source_id=order.pk, at=at)


def lock_for_event(order_id: UUID) -> None:
    """Lock order: the order before its payment (see docs/architecture.md)."""
    Order.objects.filter(pk=order_id).select_for_update(no_key=True, of=("self",)).first()


def live_orders(person: User) -> int:
    return Order.objects.filter(Q(buyer=person) | Q(seller=person), state__in=LIVE).count()
