"""A worker dies, a broker is away: nothing is lost, nothing happens twice."""

from collections.abc import Iterator

import pytest
from celery import current_app
from django.core.cache import cache
from kombu.exceptions import OperationalError

from orders import sweeps, tasks
from orders.actions import delivery, handover, reports
from orders.models import Order, ReportState
from orders.states import OrderState
from tests import given
from tests.doors import Doors
from tests.orders import world
from tests.races.together import torn

pytestmark = pytest.mark.django_db(transaction=True)


NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture
def broker_is_away() -> Iterator[None]:
    """Whoever knocks at the broker finds a closed port."""
    address = current_app.conf.broker_url
    _point_at(NOWHERE)
    yield
    _point_at(address)


def _point_at(address: str) -> None:
    current_app.conf.update(broker_url=address, broker_write_url=address)
    for holder, pool in ((current_app.amqp, "_producer_pool"), (current_app, "_pool")):
        setattr(holder, pool, None)  # Celery has no public way to forget its connections


def test_a_hand_over_that_was_not_acknowledged_is_done_once():
    listing = world.offer()
    order = world.paid(listing)
    world.sealed(listing)

    tasks.hand_over(str(order.pk))
    once = world.everything()
    tasks.hand_over(str(order.pk))

    assert world.everything() == once
    assert given.again(order).state == OrderState.DELIVERED


def test_a_report_whose_answer_was_not_acknowledged_is_answered_once():
    order = world.revealed()
    report = reports.report_code(order.pk, by=order.buyer, problem="used")

    tasks.answer_report(str(report.pk))
    once = world.everything()
    tasks.answer_report(str(report.pk))

    assert world.everything() == once
    assert order.reports.get().state == ReportState.STAFF


@pytest.mark.parametrize("task", [sweep.__name__ for sweep in sweeps.SWEEPS])
def test_each_sweep_may_run_again_after_a_crash(task):
    make = {"retry_handover": world.paid, "expire_unpaid": world.placed}.get(task, world.revealed)
    order = make()
    world.skip(days=9)

    getattr(tasks, task)()
    once = world.everything()
    getattr(tasks, task)()

    assert world.everything() == once
    assert torn(order) == []


def test_a_worker_that_dies_while_the_issuer_is_asked_leaves_the_code_for_the_next():
    listing = world.offer()
    order = world.paid(listing)
    code = world.sealed(listing)
    handover._take_code(order.pk)  # noqa: SLF001 - the first of its three steps, and no more

    order = world.later(order, minutes=2)

    code.refresh_from_db()
    assert (order.state, code.state, code.order_id) == (OrderState.DELIVERED, "ASSIGNED", order.pk)


@pytest.mark.usefixtures("broker_is_away")
def test_without_a_broker_people_order_pay_and_reveal_as_ever():
    listing = world.offer()
    world.sealed(listing)
    order = world.placed(listing)

    order = world.captured(order)
    delivery.reveal_code(order.pk, by=order.buyer)
    order = delivery.confirm_receipt(order.pk, by=order.buyer)

    assert order.state == OrderState.COMPLETED
    assert torn(order) == []


@pytest.mark.usefixtures("broker_is_away")
def test_without_redis_at_all_a_signed_in_buyer_orders_and_pays_at_the_pages(settings):
    listing, buyer = world.offer(), Doors(given.person("Guo", level=0))
    world.sealed(listing)
    assert buyer.page.get("/orders/").status == 200  # signed in while Redis was there
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": NOWHERE}}

    placed = buyer.page.send(f"/listings/{listing.pk}/order/")
    order = world.captured(Order.objects.get(buyer=buyer.user))
    paid = buyer.page.get(order.get_absolute_url())

    assert (placed.status, paid.status) == (200, 200)
    assert order.state == OrderState.DELIVERED
    assert "Your code is ready" in paid.text


def test_a_redis_that_was_emptied_loses_no_order():
    listing = world.offer()
    world.sealed(listing)
    order = world.placed(listing)
    cache.clear()
    current_app.control.purge()  # every knock that was waiting

    order = world.captured(order)

    assert order.state == OrderState.DELIVERED


@pytest.mark.usefixtures("broker_is_away")
def test_the_broker_was_really_away():
    with pytest.raises(OperationalError):
        current_app.send_task("orders.tasks.remind", retry=False)
