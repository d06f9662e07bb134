"""Whatever people do in whatever order, however long they wait: the money follows the goods."""

import itertools
from collections.abc import Callable

import hypothesis
import pytest
from django.db import transaction
from hypothesis import strategies as st

from accounts.models import User
from listings.models import Listing
from marketplace.lib.errors import Refused
from orders.actions import checkout, delivery, ending, reports
from orders.escrow import movements
from orders.escrow.audit.nightly import audit
from orders.escrow.models import Refund, Transfer
from orders.models import Order, OrderEvent
from orders.states import LIFE, OrderState
from tests import given
from tests.conftest import settle
from tests.orders import world

pytestmark = pytest.mark.django_db

Act = Callable[[Order], object]

ACTS: dict[str, Act] = {
    "seal": lambda order: world.sealed(order.listing),
    "pay": lambda order: world.told_of_money(checkout.start_payment(order.pk, by=order.buyer)),
    "reveal": lambda order: delivery.reveal_code(order.pk, by=order.buyer),
    "confirm": lambda order: delivery.confirm_receipt(order.pk, by=order.buyer),
    "report": lambda order: reports.report_code(order.pk, by=order.buyer, problem="used"),
    "buyer cancels": lambda order: checkout.cancel(order.pk, by=order.buyer),
    "seller cancels": lambda order: checkout.cancel(order.pk, by=order.seller, reason="No."),
    "seller refunds": lambda order: ending.refund_by_seller(order.pk, by=order.seller),
    "an hour": lambda order: world.skip(hours=1),
    "a day": lambda order: world.skip(hours=24),
    "a week": lambda order: world.skip(days=7),
    "sweep": world.swept,
}
# The honest way comes up often enough for the odd ones to start from every state.
BEGINNINGS: tuple[list[str], ...] = (
    [],
    ["seal", "pay", "sweep"],
    ["seal", "pay", "sweep", "reveal"],
    ["seal", "pay", "sweep", "reveal", "confirm"],
)


def take(order: Order, name: str) -> None:
    try:
        with transaction.atomic():
            ACTS[name](order)
    except Refused:
        return


def moves(order: Order, kind: str) -> int:
    return Transfer.objects.filter(order_id=order.pk, kind=kind).count()


def a_release_was_earned(order: Order) -> bool:
    """Delivered, seen, and confirmed or not reported in time; nobody here has an issuer to ask."""
    due, ended = order.inspect_due_at, order.completed_at
    has_waited = due is not None and ended is not None and due <= ended
    confirmed = order.confirmed_at is not None
    return bool(order.delivered_at and order.first_revealed_at and (confirmed or has_waited))


def money_follows_goods(order: Order) -> None:
    released, refunded = moves(order, "release"), moves(order, "refund")
    promised = sum(Refund.objects.filter(order_id=order.pk).values_list("amount", flat=True))
    assert released + refunded <= 1
    assert not released or a_release_was_earned(order)
    assert promised in {0, order.price}
    is_back = order.state in {OrderState.CANCELLED, OrderState.REFUNDED} and order.was_paid
    assert (promised == order.price) is is_back
    is_held = order.state in {OrderState.PAID, OrderState.DELIVERED}
    assert movements.holds(order.pk) == (order.price if is_held else 0)


def history_follows_table(order: Order) -> None:
    events = list(OrderEvent.objects.filter(order=order).order_by("id"))
    assert events[0].step == "place"
    for earlier, event in itertools.pairwise(events):
        assert event.before == earlier.after
        row = LIFE[event.step]
        assert event.before in row.sources
        assert event.after in (row.targets or {event.before})
        assert event.side in row.sides
    assert events[-1].after == order.state


@pytest.fixture
def offer() -> Listing:
    return world.offer(quantity=3)


@pytest.fixture
def buyer() -> User:
    return given.person("Guo", level=0)


@hypothesis.settings(max_examples=20)
@hypothesis.given(
    beginning=st.sampled_from(BEGINNINGS),
    rest=st.lists(st.sampled_from(sorted(ACTS)), max_size=9),
)
def test_money_leaves_the_hold_once_and_only_as_earned(offer, buyer, beginning, rest):
    with transaction.atomic():
        order = world.placed(offer, buyer)
        for name in [*beginning, *rest, "sweep"]:
            take(order, name)
            money_follows_goods(given.again(order))
        history_follows_table(given.again(order))
        settle()
        assert audit(only={"R1", "R2", "R3", "R4", "R12"}).findings == []
        transaction.set_rollback(True)
