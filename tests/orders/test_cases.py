"""A case stops an order where it is, and ends it as decided or lets it go on; to the fen."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from accounts.inbox.models import Notice
from marketplace.lib import clock
from orders.actions import checkout, delivery, ending, reports, settlement
from orders.escrow import codes, ledger, movements
from orders.escrow.audit.nightly import audit
from orders.escrow.models import Code, Earning, Refund, Transfer
from orders.models import Order, OrderEvent
from orders.states import OrderState
from tests import given
from tests.conftest import refused
from tests.orders import world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def money_and_orders_agree(books_agree):
    """After every test no hold, share, pledge or freeze is without its reason."""
    yield
    assert audit(only={"R4", "R5", "R6", "R12"}).findings == []


def back(order: Order) -> int:
    return sum(Refund.objects.filter(order_id=order.pk).values_list("amount", flat=True))


def share(order: Order) -> int:
    return ledger.balance(codes.maturing(order.pk))


def open_by(order, side, case=None):
    return settlement.open_case(
        order.pk, by=getattr(order, side), case_id=case or uuid4(), claim="other"
    )


# --- Opening --------------------------------------------------------------------------------------
@pytest.mark.parametrize("side", ["buyer", "seller"])
@pytest.mark.parametrize(
    "name", ["delivered", "revealed", "completed", "cancelled_after_payment", "refunded", "split"]
)
def test_either_side_opens_a_case_from_every_state_that_money_has_reached(name, side):
    order = world.STATES[name]()
    before, case = order.state, uuid4()

    disputed = open_by(order, side, case)

    assert (disputed.state, disputed.state_before_case) == (OrderState.DISPUTED, before)
    assert disputed.open_case_id == case
    event = OrderEvent.objects.filter(order=order).latest("id")
    assert (event.step, event.side, event.facts["claim"]) == ("open_case", side, "other")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("placed", "never_paid"),
        ("cancelled", "never_paid"),
        ("paid", "refund_is_automatic"),
        ("disputed", "case_open"),
    ],
)
def test_there_is_no_case_where_there_is_nothing_to_decide(name, code):
    order = world.STATES[name]()

    with refused(code) as caught:
        open_by(order, "buyer")

    why = settlement.can_open_case(order, order.seller, clock.now())
    assert why is not None
    assert why.code == code
    assert caught.value.facts.get("refund_at") == (order.auto_refund_at if name == "paid" else None)


def test_a_case_opens_until_the_last_second_to_claim_and_no_longer():
    order = world.refunded()
    world.skip(days=15, seconds=-2)
    assert settlement.can_open_case(order, order.buyer, clock.now()) is None

    world.skip(seconds=3)

    with refused("too_late"):
        open_by(order, "buyer")


def test_a_stranger_opens_nothing():
    order = world.completed()

    with refused("not_found"):
        settlement.open_case(order.pk, by=given.person("Stranger"), case_id=uuid4(), claim="other")


def test_an_open_report_ends_with_the_case_and_leaves_the_desk():
    order = world.revealed()
    report = reports.report_code(order.pk, by=order.buyer, problem="used")
    reports.answer_report(report.pk)
    assert given.again(order).needs_staff == "code_report"

    disputed = open_by(order, "seller")

    report.refresh_from_db()
    assert (report.state, report.result) == ("ANSWERED", "case opened")
    assert disputed.needs_staff == ""


# --- While it is open -----------------------------------------------------------------------------
ACTS = {
    "confirm": lambda order: delivery.confirm_receipt(order.pk, by=order.buyer),
    "confirm from an old page": lambda order: delivery.confirm_receipt(
        order.pk, by=order.buyer, expected_state="DELIVERED"
    ),
    "reveal": lambda order: delivery.reveal_code(order.pk, by=order.buyer),
    "refund": lambda order: ending.refund_by_seller(order.pk, by=order.seller),
    "report": lambda order: reports.report_code(order.pk, by=order.buyer, problem="used"),
    "cancel": lambda order: checkout.cancel(order.pk, by=order.seller, reason="No."),
}


@pytest.mark.parametrize("name", ACTS)
def test_nothing_else_can_be_done_while_a_case_is_open(name):
    order = world.disputed()

    with refused("order_disputed"):
        ACTS[name](order)


@pytest.mark.parametrize("name", ["delivered", "revealed"])
def test_no_sweep_touches_an_order_in_court(name):
    order = world.disputed(world.STATES[name]())
    before = order.version

    order = world.later(order, days=40)

    assert (order.state, order.version) == (OrderState.DISPUTED, before)
    assert movements.holds(order.pk) == order.price


def test_the_hold_of_a_disputed_order_moves_for_its_case_alone():
    order = world.disputed()

    with refused("order_disputed"), transaction.atomic():
        settlement.release(order, basis="a bug", at=clock.now())


# --- Going on -------------------------------------------------------------------------------------
def test_a_dismissed_case_gives_back_every_timer_with_48_hours_at_least():
    order = world.revealed()
    world.skip(hours=20)
    disputed = world.disputed(order)
    world.skip(hours=72)

    order = world.resumed(disputed)

    assert (order.state, order.paused_at) == (OrderState.DELIVERED, None)
    left = given.known(order.inspect_due_at) - clock.now()
    assert timedelta(hours=47, minutes=59) < left <= timedelta(hours=48)
    assert Notice.objects.filter(kind="order_resumed").count() == 2
    assert world.later(order, hours=47).state == OrderState.DELIVERED
    assert world.later(order, hours=2).state == OrderState.COMPLETED


def test_a_timer_that_had_more_left_keeps_what_it_had():
    order = world.delivered()  # seven days to reveal it
    due = given.known(order.reveal_due_at)
    disputed = world.disputed(order)
    world.skip(hours=72)

    order = world.resumed(disputed)

    moved = given.known(order.reveal_due_at) - due
    assert timedelta(hours=72) <= moved < timedelta(hours=72, minutes=1)


@pytest.mark.parametrize("name", ["completed", "cancelled_after_payment", "refunded", "split"])
def test_a_withdrawn_case_leaves_an_ended_order_as_it_was(name):
    order = world.STATES[name]()
    before = (order.state, order.buyer_fen, share(order), back(order))

    order = world.resumed(world.disputed(order))

    assert (order.state, order.buyer_fen, share(order), back(order)) == before


# --- Decided over a live hold ---------------------------------------------------------------------
@pytest.mark.parametrize(
    ("price", "buyer", "fee", "net", "kind"),
    [
        (4_800, 4_800, 0, 0, "refund"),
        (4_800, 0, 48, 4_752, "release"),
        (4_800, 2_880, 19, 1_901, "split"),
        (4_799, 4_798, 0, 1, "split"),
        (4_799, 1, 47, 4_751, "split"),
    ],
)
def test_a_live_hold_is_shared_out_in_one_transfer_to_the_fen(price, buyer, fee, net, kind):
    order = world.disputed(world.revealed(world.offer(price=price)))
    case = world.case_of(order)

    order = world.awarded(order, buyer)

    moved = Transfer.objects.get(key=f"order:{order.pk}:close")
    assert (moved.kind, moved.case_id) == (kind, case)
    assert (back(order), share(order), movements.holds(order.pk)) == (buyer, net, 0)
    assert buyer + net + fee == price
    assert order.state == (OrderState.REFUNDED if buyer == price else OrderState.COMPLETED)
    assert (order.settled_by_case, order.buyer_fen) == (case, buyer)
    assert not Transfer.objects.filter(key__startswith=f"case:{case}").exists()


def test_the_same_end_told_again_moves_nothing():
    order = world.disputed()
    case = world.case_of(order)
    world.awarded(order, 2_000)
    before = world.everything()

    settlement.settle_by_verdict(
        order.pk, case_id=case, outcome="award", buyer_fen=2_000, seller_fen=2_800
    )

    assert world.everything() == before


@pytest.mark.parametrize(
    "end",
    [
        {"outcome": "award", "buyer_fen": 0, "seller_fen": 4_800},
        {"outcome": "resume"},
    ],
)
def test_a_case_ends_once_and_in_one_way(end):
    order = world.disputed()
    case = world.case_of(order)
    world.awarded(order, 2_000)

    with refused("already_settled"):
        settlement.settle_by_verdict(order.pk, case_id=case, **end)


def test_a_case_of_another_order_ends_nothing():
    order = world.disputed()

    with refused("wrong_state"):
        settlement.settle_by_verdict(order.pk, case_id=uuid4(), outcome="resume")


@pytest.mark.parametrize("shares", [(4_800, 1), (0, 0), (-1, 4_801)])
def test_shares_that_are_not_the_price_are_our_own_mistake(shares):
    order = world.disputed()
    buyer, seller = shares

    with pytest.raises(ValueError, match="are not the shares"):
        settlement.settle_by_verdict(
            order.pk,
            case_id=world.case_of(order),
            outcome="award",
            buyer_fen=buyer,
            seller_fen=seller,
        )


@pytest.mark.parametrize(
    ("name", "buyer_fen", "code", "units"),
    [
        ("revealed", 4_800, "BURNT", (0, 0, 1)),
        ("delivered", 4_800, "SEALED", (1, 0, 0)),
        ("revealed", 0, "REVEALED", (0, 0, 1)),
        ("revealed", 1_000, "REVEALED", (0, 0, 1)),
        ("completed", 4_800, "BURNT", (0, 0, 1)),
    ],
)
def test_the_code_and_its_unit_follow_the_money(name, buyer_fen, code, units):
    order = world.disputed(world.STATES[name]())

    order = world.awarded(order, buyer_fen)

    listing = order.listing
    assert (listing.free, listing.reserved, listing.used) == units
    assert Code.objects.get(listing_id=listing.pk).state == code


def test_a_split_leaves_the_code_open_to_its_buyer():
    order = world.awarded(world.disputed(world.delivered()), 1_000)

    delivery.reveal_code(order.pk, by=order.buyer)

    assert given.again(order).revealed


def test_what_the_case_left_can_be_given_back_by_the_seller_and_no_fen_more():
    order = world.split()

    order = given.refund(order)

    assert (order.state, back(order)) == (OrderState.REFUNDED, order.price)
    assert share(order) == 0


def test_a_decided_code_is_no_question_any_more():
    order = world.split()

    with refused("nothing_to_report"):
        reports.report_code(order.pk, by=order.buyer, problem="used")


def test_each_side_is_told_what_it_got():
    order = world.split()

    told = Notice.objects.filter(key__contains="case:").values_list("person", "kind", "facts")

    amounts = {(person, kind): facts["amount"] for person, kind, facts in told}
    assert amounts == {
        (order.buyer_id, "refunded"): 2_800,
        (order.seller_id, "released"): 1_980,
    }


def test_a_share_that_a_case_gave_cools_down_like_any_other():
    order = world.split()
    assert Earning.objects.get(order_id=order.pk).net == 1_980

    order = world.later(order, hours=73)

    assert given.withdrawable(order.seller) == 1_980
