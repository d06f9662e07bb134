"""What an issuer's word, or its silence, does: at the hand-over, after a week, to a report."""

from datetime import timedelta

import pytest

from accounts.inbox.models import Notice
from accounts.models import User
from accounts.standing.models import StandingEvent
from marketplace.lib import clock as our_clock
from marketplace.sandbox import clock, issuer
from marketplace.sandbox.models import IssuerCard
from orders.actions import checkout, delivery, reports
from orders.escrow import movements
from orders.escrow.models import Code, Transfer
from orders.models import Order, ReportState
from orders.states import OrderState
from tests import given
from tests.conftest import refused

pytestmark = pytest.mark.usefixtures("market")

MINUTE = timedelta(minutes=1)


@pytest.fixture
def li() -> User:
    return given.person("Li")


@pytest.fixture
def guo() -> User:
    return given.person("Guo", level=0)


def faults(person: User) -> list[str]:
    bad = StandingEvent.objects.filter(person=person, points__lt=0)
    return list(bad.values_list("kind", flat=True))


def report(order: Order, problem: str = "used") -> Order:
    reports.report_code(order.pk, by=order.buyer, problem=problem)
    return given.settled(order)


def revealed(li: User, guo: User, card: IssuerCard) -> Order:
    return given.revealed_order(given.listing(li), guo, of=card)


# --- At the hand-over -----------------------------------------------------------------------------
def test_an_issuer_that_is_down_delivers_nothing_and_the_money_comes_back(li, guo):
    offer = given.listing(li)
    given.sealed_code(offer)
    issuer.set_mode("down")
    order = given.paid_order(offer, guo)
    assert (order.state, order.needs_staff) == (OrderState.PAID, "issuer_waiting")
    given.skip(23)
    with refused("too_early"):
        checkout.cancel(order.pk, by=guo)

    given.skip(24)

    assert given.again(order).state == OrderState.PAID
    assert Code.objects.get().state == "CHECKING"
    given.skip(1)
    order = given.again(order)
    assert (order.state, Code.objects.get().state) == (OrderState.CANCELLED, "SEALED")
    assert faults(li) == ["not_delivered_in_time"]


def test_after_a_day_of_silence_the_buyer_may_cancel_and_after_thirty_hours_too(li, guo):
    offer = given.listing(li)
    given.sealed_code(offer)
    issuer.set_mode("down")
    order = given.paid_order(offer, guo)
    given.skip(24)
    given.skip(6)
    assert given.again(order).delivered_at is None

    order = checkout.cancel(order.pk, by=guo)

    assert (order.state, Code.objects.get().state) == (OrderState.CANCELLED, "SEALED")
    issuer.set_mode("up")
    assert given.settled(order).state == OrderState.CANCELLED


def test_when_the_issuer_is_back_the_code_is_handed_over_by_itself(li, guo):
    offer = given.listing(li)
    given.sealed_code(offer)
    issuer.set_mode("down")
    order = given.paid_order(offer, guo)
    issuer.set_mode("up")

    given.skip(1)

    order = given.again(order)
    assert (order.state, order.needs_staff) == (OrderState.DELIVERED, "")


def test_the_third_bad_code_ends_the_order_and_each_before_asks_for_another(li, guo):
    offer = given.listing(li)
    order = given.paid_order(offer, guo)
    states = []
    for _nth in range(3):
        issuer.set_mode("down")
        card = given.card()
        given.sealed_code(offer, of=card, order=order)
        IssuerCard.objects.filter(pk=card.pk).update(balance=1)  # spent in part, not redeemed
        issuer.set_mode("up")
        clock.move(2 * MINUTE)
        states.append(given.settled(order).state)

    told = Notice.objects.filter(person=li, kind="code_rejected").count()

    assert states == [OrderState.PAID, OrderState.PAID, OrderState.CANCELLED]
    assert told == 2
    assert faults(li) == ["code_invalid_thrice"]
    assert set(Code.objects.values_list("state", flat=True)) == {"REJECTED"}


# --- After the reveal -----------------------------------------------------------------------------
def test_a_revealed_card_is_released_after_a_day_and_not_a_minute_before(li, guo):
    order = revealed(li, guo, given.card())
    clock.move(given.known(order.inspect_due_at) - MINUTE - our_clock.now())
    assert given.again(order).state == OrderState.DELIVERED

    clock.move(MINUTE)
    given.settled(order)

    order = given.again(order)
    assert order.state == OrderState.COMPLETED
    assert Transfer.objects.filter(order_id=order.pk, kind="release").count() == 1


def test_a_silent_issuer_shows_nothing_unless_the_buyer_goes_on_without_it(li, guo):
    order = given.delivered_order(given.listing(li), guo)
    issuer.set_mode("down")
    with refused("issuer_unavailable"):
        delivery.reveal_code(order.pk, by=guo)

    delivery.reveal_code(order.pk, by=guo, skip_check=True)

    event = order.events.filter(step="reveal_code").get()
    assert event.note == "without the issuer's answer"


# --- A week unrevealed ----------------------------------------------------------------------------
def week_unrevealed(li: User, guo: User, card: IssuerCard) -> Order:
    order = given.delivered_order(given.listing(li), guo, of=card)
    given.skip(6 * 24)
    assert given.again(order).state == OrderState.DELIVERED
    return order


def test_after_a_week_a_good_code_pays_its_seller(li, guo):
    order = week_unrevealed(li, guo, given.card())

    given.skip(24)

    assert given.again(order).state == OrderState.COMPLETED
    given.skip(72)
    assert given.withdrawable(li) == 4_752


def test_after_a_week_a_used_code_is_refunded(li, guo):
    card = given.card()
    order = week_unrevealed(li, guo, card)
    issuer.redeem(card.number)

    given.skip(24)

    assert given.again(order).state == OrderState.REFUNDED
    assert faults(li) == ["code_redeemed_before_reveal"]


def test_after_a_week_without_an_answer_a_person_looks_and_the_money_stays(li, guo):
    order = week_unrevealed(li, guo, given.card())
    issuer.set_mode("down")

    given.skip(48)

    order = given.again(order)
    assert (order.state, order.needs_staff) == (OrderState.DELIVERED, "card_unrevealed")
    assert movements.holds(order.pk) == order.price
    delivery.reveal_code(order.pk, by=guo, skip_check=True)  # late, but the code is still his
    assert given.again(order).needs_staff == ""


# --- A report -------------------------------------------------------------------------------------
def test_used_before_the_reveal_is_refunded_at_once(li, guo):
    card = given.card()
    order = revealed(li, guo, card)
    issuer.redeem(card.number, at=given.known(order.first_revealed_at) - 2 * MINUTE)

    order = report(order)

    assert order.state == OrderState.REFUNDED
    assert faults(li) == ["code_redeemed_before_reveal"]
    assert Code.objects.get().state == "BURNT"


@pytest.mark.parametrize("seconds", [-59, 3600])
def test_used_after_the_reveal_is_the_buyers_own_use(li, guo, seconds):
    card = given.card()
    order = revealed(li, guo, card)
    shown_at = given.known(order.first_revealed_at)
    issuer.redeem(card.number, at=shown_at + timedelta(seconds=seconds))

    order = report(order)

    answered = order.reports.get()
    assert (answered.state, answered.result) == (ReportState.ANSWERED, "good at reveal")
    assert (order.state, order.paused_at, faults(li)) == (OrderState.DELIVERED, None, [])


def test_a_good_code_leaves_the_buyer_at_least_twelve_hours(li, guo):
    order = revealed(li, guo, given.card())
    given.skip(23)

    order = report(order, "wrong_value")

    assert order.state == OrderState.DELIVERED
    left = given.known(order.inspect_due_at) - our_clock.now()
    assert timedelta(hours=11, minutes=59) < left <= timedelta(hours=12)
    given.skip(12)
    assert given.again(order).state == OrderState.COMPLETED


def test_an_open_report_stops_the_clock_and_the_confirmation(li, guo):
    order = revealed(li, guo, given.card())
    issuer.set_mode("down")
    order = report(order)
    given.skip(23)
    given.skip(1)

    with refused("report_open"):
        delivery.confirm_receipt(order.pk, by=guo)

    with refused("report_open"):
        reports.report_code(order.pk, by=guo, problem="invalid")
    assert given.again(order).state == OrderState.DELIVERED


@pytest.mark.parametrize("mode", ["down", "no_time"])
def test_what_no_issuer_can_settle_waits_for_staff_and_the_money_stays(li, guo, mode):
    card = given.card()
    order = revealed(li, guo, card)
    issuer.redeem(card.number)
    issuer.set_mode(mode)
    order = report(order)

    given.skip(24)
    given.skip(72)

    order = given.again(order)
    assert order.reports.get().state == ReportState.STAFF
    assert (order.state, order.needs_staff) == (OrderState.DELIVERED, "code_report")
    assert movements.holds(order.pk) == order.price


def test_a_silent_issuer_that_answers_within_the_day_settles_it(li, guo):
    card = given.card()
    order = revealed(li, guo, card)
    issuer.redeem(card.number, at=given.known(order.first_revealed_at) - 2 * MINUTE)
    issuer.set_mode("down")
    order = report(order)
    assert order.reports.get().state == ReportState.OPEN
    issuer.set_mode("up")

    given.skip(1)

    assert given.again(order).state == OrderState.REFUNDED


def test_a_code_may_be_reported_three_times_and_no_more(li, guo):
    order = revealed(li, guo, given.card())
    for _nth in range(3):
        order = report(order)

    with refused("nothing_to_report"):
        reports.report_code(order.pk, by=guo, problem="used")


def test_claims_end_fifteen_days_after_the_last_step(li, guo):
    order = revealed(li, guo, given.card())
    order = delivery.confirm_receipt(order.pk, by=guo)
    clock.move(given.known(order.claims_until) - MINUTE - our_clock.now())
    order = report(order)
    assert order.reports.get().result == "good at reveal"

    clock.move(timedelta(days=15, seconds=1))

    with refused("too_late"):
        reports.report_code(order.pk, by=guo, problem="used")


def test_a_code_typed_into_a_report_is_masked(li, guo):
    card = given.card()
    order = revealed(li, guo, card)

    row = reports.report_code(
        order.pk, by=guo, problem="used", text=f"It says {card.number} is used."
    )

    assert card.number not in row.text
    assert row.text.startswith("It says ")
