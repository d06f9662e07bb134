"""Whatever people do in whatever order, however long they wait: the money follows the goods."""

import itertools
from collections.abc import Callable
from uuid import uuid4

import hypothesis
import pytest
from django.db import transaction
from hypothesis import strategies as st

from accounts.models import User
from listings.models import Listing
from marketplace.lib.errors import Refused
from orders.actions import checkout, delivery, ending, reports, settlement
from orders.escrow import movements, refunds
from orders.escrow.audit.nightly import audit
from orders.escrow.models import Transfer
from orders.models import Order, OrderEvent
from orders.states import LIFE, OrderState
from tests import given
from tests.conftest import settle
from tests.orders import world

pytestmark = pytest.mark.django_db

Act = Callable[[Order], object]


def in_court(order: Order, by: User) -> Order:
    return settlement.open_case(order.pk, by=by, case_id=uuid4(), claim="other")


def ended(order: Order, buyer_fen: int | None) -> Order:
    """The case that is open now ends, if one is; None: without a decision."""
    order.refresh_from_db()
    if order.open_case_id is None:
        return order
    return world.resumed(order) if buyer_fen is None else world.awarded(order, buyer_fen)


ACTS: dict[str, Act] = {
    "seal": lambda order: world.sealed(order.listing),
    "pay": lambda order: world.told_of_money(checkout.start_payment(order.pk, by=order.buyer)),
    "reveal": lambda order: delivery.reveal_code(order.pk, by=order.buyer),
    "confirm": lambda order: delivery.confirm_receipt(order.pk, by=order.buyer),
    "report": lambda order: reports.report_code(order.pk, by=order.buyer, problem="used"),
    "buyer cancels": lambda order: checkout.cancel(order.pk, by=order.buyer),
    "seller cancels": lambda order: checkout.cancel(order.pk, by=order.seller, reason="No."),
    "seller refunds": lambda order: ending.refund_by_seller(order.pk, by=order.seller),
    "buyer goes to court": lambda order: in_court(order, order.buyer),
    "seller goes to court": lambda order: in_court(order, order.seller),
    "buyer wins": lambda order: ended(order, 4_800),
    "seller wins": lambda order: ended(order, 0),
    "both win": lambda order: ended(order, 1_777),
    "dismissed": lambda order: ended(order, None),
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
    ["seal", "pay", "sweep", "reveal", "buyer goes to court"],
    ["seal", "pay", "sweep", "reveal", "confirm", "seller goes to court"],
)


def take(order: Order, name: str) -> None:
    try:
        with transaction.atomic():
            ACTS[name](order)
    except Refused:
        return


def a_release_was_earned(order: Order) -> bool:
    """Delivered, seen, and confirmed or not reported in time; nobody here has an issuer to ask."""
    due, ended = order.inspect_due_at, order.completed_at
    has_waited = due is not None and ended is not None and due <= ended
    confirmed = order.confirmed_at is not None
    return bool(order.delivered_at and order.first_revealed_at and (confirmed or has_waited))


def money_follows_goods(order: Order) -> None:
    closes = Transfer.objects.filter(order_id=order.pk, kind__in=["release", "refund", "split"])
    assert closes.count() <= 1
    assert not closes.filter(kind="release", case_id=None) or a_release_was_earned(order)
    assert refunds.promised(order.pk) == belongs_to_buyer(order)
    is_held = order.stands_at in {OrderState.PAID, OrderState.DELIVERED}
    assert movements.holds(order.pk) == (order.price if is_held else 0)


def belongs_to_buyer(order: Order) -> int:
    """What the buyer has back (fen): all after a refund, and else what a case gave him."""
    if order.stands_at in {OrderState.CANCELLED, OrderState.REFUNDED}:
        return order.price if order.was_paid else 0
    return order.buyer_fen or 0


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


@hypothesis.settings(max_examples=30)
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
