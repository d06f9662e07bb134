"""The audit explains what a case did to an order's money, and finds what nothing explains."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from marketplace.lib.money import Fen
from orders import wiring
from orders.escrow import codes, ledger, pledges
from orders.escrow.audit.nightly import audit
from orders.models import Order
from tests import given
from tests.conftest import settle
from tests.escrow.money import give
from tests.orders import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def books_agree():
    """These tests break the books on purpose."""


def found(rule: str = "R4") -> list[str]:
    return [f"{each.subject.split(':')[0]}" for each in audit(only={rule}).findings]


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def forget_the_step(order: Order, step: str) -> None:
    """As if a program that is not ours had moved the money."""
    settle()
    sql("ALTER TABLE orders_orderevent DISABLE TRIGGER ALL")
    sql("DELETE FROM orders_orderevent WHERE order_id = %s AND step = %s", order.pk, step)
    sql("ALTER TABLE orders_orderevent ENABLE TRIGGER ALL")


@pytest.mark.parametrize("name", ["delivered", "revealed", "completed", "refunded", "split"])
@pytest.mark.parametrize("buyer_fen", [0, 1_777, 4_800])
def test_a_case_from_its_first_day_to_its_end_leaves_nothing_unexplained(name, buyer_fen):
    order = world.disputed(world.STATES[name]())
    assert audit(only={"R1", "R2", "R3", "R4", "R5", "R6", "R12"}).findings == []

    world.awarded(order, buyer_fen)

    assert audit(only={"R1", "R2", "R3", "R4", "R5", "R6", "R12"}).findings == []


def test_a_hold_that_no_case_froze_is_found():
    order = world.revealed()

    ledger.freeze(codes.hold(order.pk), uuid4())

    assert found() == [f"hold of order {order.number}"]


def test_a_case_whose_hold_is_free_is_found():
    order = world.disputed()

    ledger.unfreeze(codes.hold(order.pk), world.case_of(order))

    assert found() == [f"hold of order {order.number}"]


def test_a_purse_that_is_frozen_by_itself_is_found():
    order = world.revealed()
    wallet = codes.wallet(order.seller_id)
    give(wallet, 100)

    ledger.freeze(wallet, uuid4())

    assert found() == ["wallet"]


def test_a_pledge_without_an_open_case_is_found():
    order = world.completed()

    pledges.set_aside(
        uuid4(), order=order.pk, person=order.seller, most=Fen(100), at=order.placed_at
    )

    assert [each.split()[0] for each in found()] == ["pledge", "transfer"]


def test_a_pledge_account_that_belongs_to_nobody_is_found():
    give(codes.pledge(uuid4()), 100)

    assert found() == ["pledge"]


def test_a_transfer_of_a_case_that_no_step_explains_is_found():
    order = world.split()

    forget_the_step(order, "settle_by_verdict")

    assert [each.split()[-1] for each in found()] == ["(split)"]


def test_more_than_the_price_gone_back_is_found():
    order = world.split()

    sql("UPDATE orders_order SET price = 2799, buyer_fen = 0 WHERE id = %s", order.pk)

    assert f"refunds of order {order.number}" in found()


def test_a_release_under_a_case_needs_no_other_proof_and_any_other_one_does():
    order = world.awarded(world.disputed(world.delivered()), 0)
    assert found("R12") == []

    settle()
    sql("ALTER TABLE escrow_transfer DISABLE TRIGGER ALL")
    sql("UPDATE escrow_transfer SET case_id = NULL WHERE order_id = %s", order.pk)
    sql("ALTER TABLE escrow_transfer ENABLE TRIGGER ALL")

    assert found("R12") == [f"release of order {order.number}"]


# --- What an open case keeps open -----------------------------------------------------------------
@pytest.mark.parametrize("side", ["buyer", "seller"])
def test_an_order_in_court_keeps_both_accounts_open_and_the_deposit_in_place(side):
    order = world.disputed(world.completed())
    world.skip(days=400)

    said = [blocker.sentence for blocker in wiring.open_orders(getattr(order, side))]

    assert said == [f"Order {order.number} is not finished."]
    assert wiring.leans_on_deposit(order.seller)
    assert given.again(order) in Order.objects.live()
