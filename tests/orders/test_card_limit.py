"""How much card value a seller may have open: more once many honest sales have proved him."""

from datetime import timedelta
from uuid import uuid4

import pytest

from accounts.standing.models import StandingEvent
from listings.policies import Sales, is_proven
from marketplace.lib import clock
from marketplace.lib.ids import uuid7
from orders.models import Order
from orders.wiring import sales_of
from tests import given
from tests.conftest import refused
from tests.orders.world import vars_of

PROVEN = Sales(completed=20, buyers=10, over=timedelta(days=60))
CAP = 200_000


@pytest.mark.parametrize(
    "sales",
    [
        Sales(),
        Sales(completed=19, buyers=10, over=timedelta(days=60)),
        Sales(completed=20, buyers=9, over=timedelta(days=60)),
        Sales(completed=20, buyers=10, over=timedelta(days=60, seconds=-1)),
        Sales(completed=20, buyers=10, over=timedelta(days=60), lost_a_case=True),
    ],
)
def test_whoever_lacks_one_proof_is_not_proven(sales: Sales):
    assert not is_proven(sales)
    assert is_proven(PROVEN)


def sold(order: Order, count: int, *, days: int) -> None:
    """Copies of one completed sale, to ten people in turn, spread over `days` until it."""
    buyers = [order.buyer, *(given.person(f"B{number}", level=0) for number in range(9))]
    last = given.known(order.completed_at)
    Order.objects.bulk_create(
        Order(
            **vars_of(order)
            | {"id": uuid7(), "number": f"F{uuid4().hex[:9]}", "request_key": None}
            | {"buyer_id": buyers[number % 10].pk}
            | {"completed_at": last - number * timedelta(days=days) / count}
        )
        for number in range(1, count + 1)
    )


@pytest.mark.usefixtures("market")
def test_twenty_sales_to_ten_people_over_sixty_days_lift_the_limit_to_two_thousand_yuan():
    mei = given.person("Mei")
    order = given.completed_order(given.listing(mei), given.person("Bo", level=0))

    with refused("card_limit") as first:
        given.listing(mei, quantity=11)
    sold(order, 19, days=60)
    given.listing(mei, quantity=40)
    with refused("card_limit") as second:
        given.listing(mei, quantity=2)

    assert sales_of(mei.pk) == PROVEN
    assert (first.value.facts["limit"], second.value.facts["limit"]) == (50_000, CAP)


@pytest.mark.usefixtures("market")
def test_a_lost_case_or_a_refund_takes_the_proof_away():
    mei = given.person("Mei")
    order = given.completed_order(given.listing(mei), given.person("Bo", level=0))
    sold(order, 19, days=60)

    Order.objects.filter(pk=order.pk).update(state="REFUNDED")
    assert not is_proven(sales_of(mei.pk))
    Order.objects.filter(pk=order.pk).update(state="COMPLETED")
    assert is_proven(sales_of(mei.pk))
    lost = StandingEvent.objects.create(
        person=mei, kind="case_lost", points=-40, source="case", source_id=uuid4(), at=clock.now()
    )
    assert not is_proven(sales_of(mei.pk))
    StandingEvent.objects.create(
        person=mei,
        kind="case_lost_reversed",
        points=40,
        source="case",
        source_id=lost.source_id,
        reverses=lost,
        at=clock.now(),
    )
    assert is_proven(sales_of(mei.pk))
