"""Reminders before a deadline, each once; and sweeps that come late, twice or not at all."""

import pytest

from accounts.inbox.models import Notice
from orders import sweeps
from orders.actions import checkout
from orders.models import Order
from orders.states import OrderState
from tests import given
from tests.orders import world

pytestmark = pytest.mark.django_db


def reminded(order: Order, kind: str) -> int:
    return Notice.objects.filter(kind=kind, link=order.get_absolute_url()).count()


@pytest.mark.parametrize(
    ("make", "kind", "hours", "counts"),
    [
        (world.paid, "deliver_reminder", [11, 2, 8, 1, 1], [0, 1, 1, 2, 2]),
        (world.delivered, "reveal_reminder", [23, 2, 48, 70, 2], [0, 1, 2, 2, 3]),
        (world.revealed, "inspect_reminder", [17, 2, 4], [0, 1, 1]),
    ],
)
def test_each_reminder_is_sent_once_at_its_hour(make, kind, hours, counts):
    order = make()

    sent = []
    for step in hours:
        world.later(order, hours=step)
        sent.append(reminded(order, kind))

    assert sent == counts


def test_after_a_long_stop_only_the_latest_reminder_is_sent():
    order = world.delivered()

    world.later(order, days=4)

    assert reminded(order, "reveal_reminder") == 1


def test_nobody_is_reminded_of_what_is_done():
    order = world.completed()

    world.later(order, days=6)

    assert Notice.objects.filter(kind__endswith="_reminder").count() == 0


@pytest.mark.parametrize(
    ("make", "days", "state", "column", "due"),
    [
        (world.placed, 9, OrderState.CANCELLED, "ended_at", "pay_due_at"),
        (world.paid, 9, OrderState.CANCELLED, "ended_at", "auto_refund_at"),
        (world.revealed, 9, OrderState.COMPLETED, "completed_at", "inspect_due_at"),
    ],
)
def test_a_late_sweep_loses_nothing_and_books_the_hour_it_was_due(make, days, state, column, due):
    order = make()

    order = world.later(order, days=days)

    assert order.state == state
    assert getattr(order, column) == getattr(order, due)


@pytest.mark.parametrize("make", [world.placed, world.paid, world.revealed])
def test_the_clock_does_nothing_a_minute_early(make):
    order = make()
    due = order.inspect_due_at or order.auto_refund_at or order.pay_due_at
    now = Order.objects.get(pk=order.pk).placed_at

    order = world.later(order, seconds=(due - now).total_seconds() - 60)

    assert order.state in {OrderState.PLACED, OrderState.PAID, OrderState.DELIVERED}


def test_one_order_that_breaks_the_sweep_keeps_no_other_waiting(monkeypatch):
    listing = world.offer(quantity=2)
    broken, other = world.placed(listing), world.placed(listing)
    world.skip(hours=1)
    expire = checkout.expire

    def fails_for_one(pk):
        if pk == broken.pk:
            raise RuntimeError("This row is broken.")
        return expire(pk)

    monkeypatch.setattr(checkout, "expire", fails_for_one)
    sweeps.expire_unpaid()

    assert given.again(other).state == OrderState.CANCELLED
    assert given.again(broken).state == OrderState.PLACED


def test_an_unpaid_order_gives_its_unit_back_and_counts_against_its_buyer():
    listing = world.offer()
    order = world.later(world.placed(listing), minutes=15)

    listing.refresh_from_db()

    assert order.state == OrderState.CANCELLED
    assert (listing.state, listing.free, listing.reserved) == ("ON_SALE", 1, 0)
    assert order.buyer.standing.filter(kind="order_unpaid").count() == 1
