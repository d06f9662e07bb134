"""Opening a case: on any order that was ever paid, by either side, once for the same facts."""

from datetime import timedelta

import pytest

from accounts.inbox.kinds import words
from accounts.inbox.models import Notice
from disputes.actions import ending, filing
from disputes.models import Case, Evidence, Stage
from marketplace.lib.money import Fen
from orders.models import Order
from tests import given
from tests.conftest import refused
from tests.disputes import world
from tests.doors import Doors
from tests.orders import world as orders

pytestmark = pytest.mark.django_db


def dismissed() -> Case:
    return world.later(world.filed(), hours=72)


@pytest.mark.parametrize("by", ["buyer", "seller"])
@pytest.mark.parametrize("name", ["delivered", "revealed", "completed", "refunded"])
def test_either_side_opens_a_case_on_what_was_ever_paid(name: str, by: str):
    order = orders.STATES[name]()

    case = world.filed(order, by=by, claim="other")

    assert (case.state, case.side_of(case.filer)) == ("EVIDENCE", by)
    assert given.again(order).state == "DISPUTED"


def test_both_sides_have_the_same_hours_from_the_same_moment():
    case = world.filed()

    notices = Notice.objects.filter(kind="case_opened")

    assert case.evidence_due_at == case.filed_at + timedelta(hours=72)
    assert {notice.person_id for notice in notices} == {case.buyer_id, case.seller_id}
    assert len({words(notice.kind, notice.facts).title for notice in notices}) == 1


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("placed", "never_paid"),
        ("cancelled", "never_paid"),
        ("paid", "refund_is_automatic"),
        ("disputed", "case_open"),
    ],
)
def test_what_needs_no_court_is_told_so(name: str, code: str):
    order = orders.STATES[name]()

    with refused(code):
        world.filed(order, claim="other")

    assert not Case.objects.exists()


@pytest.mark.scenario("A29")
@pytest.mark.parametrize("by", ["buyer", "seller"])
@pytest.mark.parametrize("name", ["cancelled_after_payment", "refunded"])
def test_a29_fifteen_days_after_the_money_went_back_the_court_is_still_open(name: str, by: str):
    order = orders.STATES[name]()
    orders.skip(days=15, seconds=-2)
    person = Doors(getattr(order, by))

    offered = person.page.get(f"{order.get_absolute_url()}case/")
    case = world.filed(order, by=by, claim="other")

    assert offered.status == 200
    assert (case.state, given.again(order).state_before_case) == ("EVIDENCE", order.state)
    assert given.again(order).paused_at is not None


@pytest.mark.scenario("A29")
@pytest.mark.parametrize("name", ["cancelled_after_payment", "refunded"])
def test_a29_a_second_later_it_is_not(name: str):
    order = orders.STATES[name]()
    orders.skip(days=15, seconds=1)

    with refused("too_late"):
        world.filed(order, by="seller", claim="other")


def test_after_the_time_to_claim_no_case_can_be_opened():
    order = orders.completed()
    orders.skip(days=16)

    with refused("too_late"):
        world.filed(order)

    assert not Case.objects.exists()


def test_a_stranger_does_not_learn_that_there_is_an_order():
    order = orders.revealed()
    facts = filing.Filing(claim="other", statement=world.STATEMENT)

    with refused("not_found"):
        filing.file(order.pk, by=given.person("Nosy"), filing=facts)

    assert given.again(order).state == "DELIVERED"


@pytest.mark.parametrize("claim", ["code_used_or_invalid", "damaged", "swapped_return", "", "x"])
def test_a_side_can_claim_only_what_it_could_know(claim: str):
    order = orders.revealed()

    with refused("invalid"):
        world.filed(order, by="seller", claim=claim)

    assert given.again(order).state == "DELIVERED"


@pytest.mark.parametrize("demand", [-1, 0, 4_801])
def test_nobody_asks_for_more_than_was_paid_or_for_less_than_nothing(demand: int):
    with refused("invalid"):
        world.filed(demand=Fen(demand))

    assert not Case.objects.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "",
        " " * 40,
        "\u200b" * 40,
        "x" * 29,
        "x" * 5_001,
        "x" * 29 + "\u200b" * 9,
        "x" * 40 + "\x00",
        "x" * 40 + "\u202e",
    ],
    ids=["none", "blanks", "no width", "29", "5,001", "29 seen", "a control", "turned round"],
)
def test_a_statement_has_thirty_letters_that_can_be_read(statement: str):
    with refused("invalid"):
        world.filed(statement=statement)

    assert not Case.objects.exists()
    assert not Evidence.objects.exists()


def test_thirty_letters_are_enough():
    case = world.filed(statement="x" * 30)

    assert case.evidence.filter(stage=Stage.HEARING).count() == 1


# --- Once -----------------------------------------------------------------------------------------
def test_facts_that_were_settled_are_not_heard_again():
    case = world.filed()
    ending.concede(case.pk, by=case.buyer)

    with refused("already_decided"):
        world.filed(given.again(case.order))

    assert Case.objects.count() == 1


def test_other_facts_can_still_be_heard():
    case = world.filed()
    ending.concede(case.pk, by=case.seller)

    again = world.filed(given.again(case.order), by="seller")

    assert again.family == "other"


def test_a_dismissed_case_can_be_brought_once_more_with_an_exhibit():
    order = given.again(dismissed().order)
    with refused("claim_incomplete"):
        world.filed(order)

    case = refiled(order)

    assert case.state == "EVIDENCE"
    assert case.evidence.filter(party="buyer").count() == 2


def refiled(order: Order) -> Case:
    facts = filing.Filing(claim="code_used_or_invalid", statement=world.STATEMENT)
    return filing.file(order.pk, by=order.buyer, filing=facts, items=[world.text()])


# --- The demand -----------------------------------------------------------------------------------
def test_the_buyer_lowers_the_demand_and_never_raises_it():
    case = world.filed(demand=Fen(3_000))
    filing.lower_demand(case.pk, by=case.buyer, demand=Fen(2_000))

    with refused("invalid"):
        filing.lower_demand(case.pk, by=case.buyer, demand=Fen(2_500))

    case = world.again(case)
    assert (case.demand_fen, case.question["demand"]) == (2_000, 2_000)


def test_after_the_seal_the_demand_stands():
    case = world.filed()
    orders.skip(hours=72)

    with refused("evidence_closed"):
        filing.lower_demand(case.pk, by=case.buyer, demand=Fen(2_000))

    assert world.again(case).demand_fen == 4_800
