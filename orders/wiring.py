"""What orders tell the apps below: who takes a payment, why an account can't close yet."""

from datetime import timedelta
from uuid import UUID

from django.db.models import Count, Max, Min, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.actions.closure import Blocker, register_blocker
from accounts.inbox import present
from accounts.models import User
from accounts.standing.record import has_lost_a_case
from listings.models import Kind
from listings.policies import Sales, register_deposit_of, register_sales_of
from marketplace.lib import clock
from orders import audit, notices
from orders.actions import checkout
from orders.escrow import deposits, payments, wallet
from orders.escrow.models import Purpose
from orders.models import Order
from orders.states import LIVE, OrderState


def connect() -> None:
    payments.register(
        Purpose.ORDER,
        payments.Handler(
            lock=checkout.lock_for_event,
            captured=checkout.take_capture,
            page=lambda order_id: reverse("order", args=[order_id]),
        ),
    )
    register_blocker(open_orders)
    present.register("order", notices.present)
    register_deposit_of(wallet.deposit_of)
    register_sales_of(sales_of)
    deposits.register_use(leans_on_deposit)
    audit.connect()


def open_orders(person: User) -> list[Blocker]:
    """Live orders and running claim windows on either side keep an account open [Li]."""
    now = clock.now()
    orders = Order.objects.visible_to(person).select_related("revision", "buyer", "seller")
    found = [
        Blocker(
            sentence=_("Order {number} is not finished.").format(number=order.number),
            link=order.get_absolute_url(),
            tell=[order.seller if order.buyer_id == person.pk else order.buyer],
        )
        for order in orders.filter(state__in=LIVE)[:20]
    ]
    claims = orders.exclude(state__in=LIVE).filter(claims_until__gt=now)[:20]
    return found + [
        Blocker(
            sentence=_("Claims about order {number} are still possible.").format(
                number=order.number
            ),
            link=order.get_absolute_url(),
            tell=[],
        )
        for order in claims
    ]


def sales_of(person_id: UUID) -> Sales:
    """What a seller of cards has proved by selling; a refunded sale is none."""
    sold = Order.objects.filter(
        seller_id=person_id, state=OrderState.COMPLETED, revision__kind=Kind.CARD
    ).aggregate(
        completed=Count("pk"),
        buyers=Count("buyer", distinct=True),
        first=Min("completed_at"),
        last=Max("completed_at"),
    )
    first, last = sold.pop("first"), sold.pop("last")
    over = last - first if first and last else timedelta(0)
    return Sales(**sold, over=over, lost_a_case=has_lost_a_case(person_id))


def leans_on_deposit(person: User) -> bool:
    """A live sale, or a claim that may still come, keeps a seller's deposit where it is."""
    sales = Order.objects.sold_by(person)
    return sales.filter(Q(state__in=LIVE) | Q(claims_until__gt=clock.now())).exists()
