"""Two at once on one order: whoever commits first wins, the other one reads what is true now.

Every pair is played both ways; its control is the same pair without the lock, which must tear the
order's history, money or stock.
"""

from collections.abc import Callable

import pytest

from accounts.actions import closure
from accounts.models import User
from accounts.models.people import UserManager
from orders.actions import checkout, delivery, ending, handover, reports
from orders.escrow import events
from orders.escrow.models import Reveal, StrayMoney, Transfer
from orders.models import Order
from orders.states import OrderState
from tests import given
from tests.orders import world
from tests.races.together import Race, beside, run, torn, without_lock

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

Step = Callable[[Order], object]


# --- The moments ----------------------------------------------------------------------------------
def paid_at_the_last_moment() -> Order:
    """The money has come when the order's quarter of an hour is over; no sweep has run."""
    order = world.placed()
    world.told_of_money(checkout.start_payment(order.pk, by=order.buyer))
    world.skip(minutes=16)
    return order


def unpaid_for_too_long() -> Order:
    listing = world.offer(quantity=2)
    order = world.placed(listing)
    world.placed(listing)
    world.skip(minutes=16)
    return order


def paid_but_late() -> Order:
    """Two days without a code, and at this moment the seller seals one."""
    listing = world.offer()
    order = world.paid(listing)
    world.sealed(listing)
    world.skip(hours=49)
    return order


def tried_for_a_day() -> Order:
    order = world.revealed()
    world.skip(hours=25)
    return order


# --- The acts -------------------------------------------------------------------------------------
def pay(_order: Order) -> None:
    events.sweep()


def expire(order: Order) -> None:
    checkout.expire(order.pk)


def buyer_cancels(order: Order) -> None:
    checkout.cancel(order.pk, by=order.buyer)


def seller_cancels(order: Order) -> None:
    checkout.cancel(order.pk, by=order.seller, reason="I have none.")


def clock_cancels(order: Order) -> None:
    checkout.cancel(order.pk, by=None)


def hand_over(order: Order) -> None:
    handover.hand_over(order.pk)


def reveal(order: Order) -> None:
    delivery.reveal_code(order.pk, by=order.buyer)


def recall(order: Order) -> None:
    ending.refund_by_seller(order.pk, by=order.seller, recall=True)


def seller_refunds(order: Order) -> None:
    ending.refund_by_seller(order.pk, by=order.seller, expected_state="DELIVERED")


def confirm(order: Order) -> None:
    delivery.confirm_receipt(order.pk, by=order.buyer)


def complete(order: Order) -> None:
    delivery.complete_after_window(order.pk)


def report(order: Order) -> None:
    reports.report_code(order.pk, by=order.buyer, problem="used")


S = OrderState
RACES = [
    Race(paid_at_the_last_moment, pay, expire, "done", S.PAID),
    Race(paid_at_the_last_moment, expire, pay, "done", S.CANCELLED),
    Race(unpaid_for_too_long, expire, buyer_cancels, "wrong_state", S.CANCELLED),
    Race(unpaid_for_too_long, buyer_cancels, expire, "done", S.CANCELLED),
    Race(paid_but_late, hand_over, buyer_cancels, "wrong_state", S.DELIVERED),
    Race(paid_but_late, buyer_cancels, hand_over, "done", S.CANCELLED),
    Race(paid_but_late, hand_over, seller_cancels, "wrong_state", S.DELIVERED),
    Race(paid_but_late, hand_over, clock_cancels, "done", S.DELIVERED),
    Race(paid_but_late, hand_over, hand_over, "done", S.DELIVERED),
    Race(paid_but_late, clock_cancels, buyer_cancels, "wrong_state", S.CANCELLED),
    Race(paid_but_late, buyer_cancels, clock_cancels, "done", S.CANCELLED),
    Race(world.delivered, reveal, recall, "already_revealed", S.DELIVERED),
    Race(world.delivered, recall, reveal, "wrong_state", S.REFUNDED),
    Race(world.revealed, confirm, confirm, "wrong_state", S.COMPLETED),
    Race(world.revealed, confirm, seller_refunds, "stale_state", S.COMPLETED),
    Race(world.revealed, seller_refunds, confirm, "wrong_state", S.REFUNDED),
    Race(world.revealed, confirm, report, "done", S.COMPLETED),
    Race(world.revealed, report, confirm, "report_open", S.DELIVERED),
    Race(tried_for_a_day, complete, confirm, "wrong_state", S.COMPLETED),
    Race(tried_for_a_day, confirm, complete, "done", S.COMPLETED),
    Race(tried_for_a_day, complete, report, "done", S.COMPLETED),
    Race(tried_for_a_day, report, complete, "done", S.DELIVERED),
]


@pytest.mark.parametrize("race", RACES, ids=str)
def test_the_first_to_commit_wins_and_the_other_reads_what_is_true(race):
    order = run(race)

    moved = Transfer.objects.filter(order_id=order.pk, kind__in=["release", "refund"])
    assert moved.count() <= 1


# Each pair of the table once, in the order in which the missing lock does its damage.
CONTROLS = [
    Race(paid_at_the_last_moment, pay, expire, "", S.CANCELLED),
    Race(unpaid_for_too_long, expire, buyer_cancels, "", S.CANCELLED),
    Race(paid_but_late, hand_over, buyer_cancels, "", S.CANCELLED),
    Race(paid_but_late, hand_over, seller_cancels, "", S.CANCELLED),
    Race(world.delivered, reveal, recall, "", S.DELIVERED),
    Race(world.revealed, confirm, report, "", S.DELIVERED),
    Race(tried_for_a_day, complete, report, "", S.DELIVERED),
    Race(tried_for_a_day, report, complete, "", S.COMPLETED),
]


@pytest.mark.parametrize("race", CONTROLS, ids=str)
def test_without_the_lock_the_order_is_torn(race, monkeypatch):
    order = race.moment()
    without_lock(monkeypatch)

    beside(lambda: race.first(order), lambda: race.second(order))

    assert torn(order) != []


# --- What the loser leaves behind -----------------------------------------------------------------
def test_money_that_comes_after_the_end_goes_back_and_revives_nothing():
    order = paid_at_the_last_moment()

    beside(lambda: expire(order), lambda: pay(order))

    stray = StrayMoney.objects.get()
    assert (stray.why, stray.amount) == ("late", order.price)
    assert stray.refund is not None
    assert given.again(order).paid_at is None


def test_a_code_that_was_called_back_first_is_never_decrypted():
    order = world.delivered()

    beside(lambda: recall(order), lambda: reveal(order))

    assert not Reveal.objects.exists()


# --- Placing --------------------------------------------------------------------------------------
def without_lock_on_people(monkeypatch):
    monkeypatch.setattr(
        UserManager, "select_for_update", lambda people, **_how: people.get_queryset()
    )


def places(listing, buyer):
    return lambda: given.placed_order(listing, buyer)


def test_two_buyers_of_the_last_unit_make_one_order():
    listing = world.offer()
    one, other = given.person("One", level=0), given.person("Other", level=0)

    ends = beside(places(listing, one), places(listing, other))

    assert ends == "listing_not_on_sale"
    assert Order.objects.get().buyer == one


def test_one_person_has_one_unpaid_order_though_he_orders_twice_at_once():
    seller, buyer = given.person("Li"), given.person("Guo", level=0)
    first, second = world.offer(seller), world.offer(seller)

    ends = beside(places(first, buyer), places(second, buyer))

    assert ends == "unpaid_orders_limit"
    assert Order.objects.get().listing == first


def test_without_the_buyers_row_locked_he_would_have_two(monkeypatch):
    seller, buyer = given.person("Li"), given.person("Guo", level=0)
    first, second = world.offer(seller), world.offer(seller)
    without_lock_on_people(monkeypatch)

    ends = beside(places(first, buyer), places(second, buyer))

    assert (ends, Order.objects.filter(buyer=buyer).count()) == ("done", 2)


def closes(person):
    return lambda: closure.close_account(person.pk, by=person)


def test_an_account_that_closes_first_orders_nothing():
    listing, buyer = world.offer(), given.person("Guo", level=0)

    ends = beside(closes(buyer), places(listing, buyer))

    assert ends == "account_closing"
    assert not Order.objects.exists()


def test_an_order_that_is_placed_first_keeps_the_account_open():
    listing, buyer = world.offer(), given.person("Guo", level=0)

    ends = beside(places(listing, buyer), closes(buyer))

    assert (ends, User.objects.get(pk=buyer.pk).state) == ("done", "PENDING_CLOSURE")


def test_without_the_lock_the_account_would_vanish_with_its_order(monkeypatch):
    listing, buyer = world.offer(), given.person("Guo", level=0)
    without_lock_on_people(monkeypatch)

    beside(places(listing, buyer), closes(buyer))

    assert User.objects.get(pk=buyer.pk).state == "CLOSED"
    assert Order.objects.get().state == OrderState.PLACED
