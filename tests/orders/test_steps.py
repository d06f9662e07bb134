"""Every step from every state by everybody: what the table does not know is refused, and leaves no
trace."""

from collections.abc import Callable
from functools import partial
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from accounts.models import User
from marketplace.lib.errors import Refused
from marketplace.lib.states import Side
from orders import sweeps
from orders.actions import checkout, delivery, ending, handover, reports, settlement, steps
from orders.models import Order
from orders.states import LIFE, OrderState
from tests import given
from tests.conftest import refused
from tests.orders import world

pytestmark = pytest.mark.django_db

Act = Callable[[Order, User], object]

# Each verb, under the name that the table has for its step.
ACTS: dict[str, Act] = {
    "cancel": lambda order, by: checkout.cancel(order.pk, by=by, reason="No."),
    "reveal_code": lambda order, by: delivery.reveal_code(order.pk, by=by),
    "confirm": lambda order, by: delivery.confirm_receipt(order.pk, by=by),
    "report_code": lambda order, by: reports.report_code(order.pk, by=by, problem="used"),
    "refund": lambda order, by: ending.refund_by_seller(order.pk, by=by),
    "open_case": lambda order, by: settlement.open_case(
        order.pk, by=by, case_id=uuid4(), claim="other"
    ),
}
BY_THE_CLOCK: dict[str, Callable[[UUID], object]] = {
    "expire": checkout.expire,
    "deliver_code": handover.hand_over,
    "complete_after_window": delivery.complete_after_window,
    "cancel": lambda pk: checkout.cancel(pk, by=None),
    "settle_by_verdict": lambda pk: settlement.settle_by_verdict(
        pk, case_id=uuid4(), outcome="resume"
    ),
}


def leaves_no_trace(act: Callable[[], object]) -> bool:
    """Whether the act was refused (a clock's may also do nothing) and nothing was written."""
    before = world.everything()
    try:
        with transaction.atomic():
            act()
            was_refused = False
    except Refused:
        was_refused = True
    assert world.everything() == before
    return was_refused


@pytest.mark.parametrize("name", world.STATES)
def test_a_step_that_the_table_does_not_open_is_refused_and_changes_nothing(name):
    order = world.STATES[name]()
    stranger = given.person("Stranger", level=0)
    people = {Side.BUYER: order.buyer, Side.SELLER: order.seller, None: stranger}

    closed = [
        (step, side)
        for step in ACTS
        for side in people
        if order.state not in LIFE[step].sources or side not in LIFE[step].sides
    ]

    for step, side in closed:
        assert leaves_no_trace(partial(ACTS[step], order, people[side])), (step, side)


@pytest.mark.parametrize("name", world.STATES)
def test_the_clock_takes_no_step_that_the_table_does_not_open(name):
    order = world.STATES[name]()
    world.skip(days=40)  # everything is long due

    for step, act in BY_THE_CLOCK.items():
        if order.state not in LIFE[step].sources:
            leaves_no_trace(partial(act, order.pk))


@pytest.mark.parametrize("name", [name for name in world.STATES if name != "placed"])
def test_only_an_order_that_waits_for_money_can_be_paid(name):
    order = world.STATES[name]()

    assert leaves_no_trace(lambda: checkout.start_payment(order.pk, by=order.buyer))


@pytest.mark.parametrize("name", [name for name in world.STATES if name != "placed"])
def test_the_table_and_the_refusal_name_the_same_state_and_steps(name):
    order = world.STATES[name]()

    with refused("order_disputed" if order.open_case_id else "wrong_state") as caught:
        steps.may_take(order, "pay", by=order.buyer, at=order.placed_at)

    assert caught.value.facts["state"] == order.state
    assert isinstance(caught.value.facts["allowed_steps"], list)


def test_every_state_of_the_table_was_tried():
    tried = {OrderState(make().state) for make in world.STATES.values()}

    assert tried == set(OrderState)


def test_nobody_learns_of_an_order_that_is_not_his():
    order = world.delivered()
    stranger = given.person("Stranger", level=0)

    for act in ACTS.values():
        with refused("not_found"):
            act(order, stranger)
    with refused("not_found"):
        checkout.cancel(uuid4(), by=stranger)


def test_a_page_that_shows_another_state_changes_nothing():
    order = world.revealed()

    for act in (
        lambda: delivery.confirm_receipt(order.pk, by=order.buyer, expected_state="PAID"),
        lambda: ending.refund_by_seller(order.pk, by=order.seller, expected_state="PAID"),
        lambda: checkout.cancel(order.pk, by=order.buyer, expected_state="PAID"),
    ):
        with refused("stale_state"):
            act()

    assert given.again(order).version == order.version


def test_a_sweep_that_runs_twice_or_beside_itself_writes_nothing_more():
    order = world.revealed()
    world.later(order, hours=25)
    before = world.everything()

    sweeps.everything_due()
    sweeps.everything_due()

    assert world.everything() == before
