"""What the database refuses by itself, whatever the code above it does."""

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from orders.models import OrderEvent
from tests.orders import world

pytestmark = pytest.mark.django_db


CHANGE = "UPDATE orders_order SET {} WHERE id = %s"


FROM_PLACED = (
    "state = 'DISPUTED', paid_at = now(), paused_at = now(), open_case_id = id,"
    " state_before_case = 'PLACED'"
)


def sql(statement: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("confirmed_at = now(), first_revealed_at = now()", "order_confirmed_after_delivery"),
        ("confirmed_at = now(), delivered_at = now()", "order_confirmed_after_reveal"),
        ("state = 'COMPLETED', paid_at = now()", "order_completed_after_delivery"),
        ("state = 'PAID'", "order_paid_before_more"),
        ("state = 'DELIVERED'", "order_paid_before_more"),
        ("state = 'REFUNDED'", "order_paid_before_more"),
        ("price = 0", "order_price_positive"),
        ("seller_id = buyer_id", "order_has_two_parties"),
        ("state = 'GONE'", "order_"),
        ("state = 'DISPUTED', paid_at = now()", "order_disputed_while_case_open"),
        ("open_case_id = id", "order_disputed_while_case_open"),
        ("state_before_case = 'DELIVERED'", "order_disputed_while_case_open"),
        (FROM_PLACED, "order_disputed_while_case_open"),
        ("settled_by_case = id", "order_settled_within_price"),
        ("settled_by_case = id, buyer_fen = price + 1", "order_settled_within_price"),
        ("settled_by_case = id, buyer_fen = -1", "order_settled_within_price"),
        ("buyer_fen = 1", "order_settled_within_price"),
    ],
)
def test_an_order_that_can_not_be_true_is_refused(change, constraint):
    order = world.placed()

    with pytest.raises(IntegrityError, match=constraint):
        sql(CHANGE.format(change), order.pk)


def test_an_order_completed_by_a_case_needs_no_delivery():
    order = world.paid()

    sql(CHANGE.format("settled_by_case = id, buyer_fen = 0, state = 'COMPLETED'"), order.pk)

    sql(CHANGE.format("settled_by_case = NULL, buyer_fen = NULL, state = 'PAID'"), order.pk)


def test_a_case_is_open_on_one_order_only():
    one, other = world.disputed(), world.disputed()

    with pytest.raises(IntegrityError, match="order_one_per_case"):
        sql(CHANGE.format("open_case_id = %s"), one.open_case_id, other.pk)


@pytest.mark.parametrize("statement", ["DELETE FROM", "UPDATE"])
def test_what_happened_is_never_changed(statement):
    order = world.placed()
    text = {
        "DELETE FROM": "DELETE FROM orders_orderevent WHERE order_id = %s",
        "UPDATE": "UPDATE orders_orderevent SET note = 'x' WHERE order_id = %s",
    }[statement]

    with pytest.raises(DatabaseError):
        sql(text, order.pk)

    assert OrderEvent.objects.get(order=order).note == ""


def test_an_order_has_one_code_at_most():
    listing = world.offer(quantity=2)
    order = world.delivered(listing)
    other = world.sealed(listing)

    with pytest.raises(IntegrityError, match="code_one_per_order"):
        sql("UPDATE escrow_code SET order_id = %s WHERE id = %s", order.pk, other.pk)


def test_a_page_is_sent_once_and_an_order_has_one_open_report():
    order = world.revealed()
    insert = (
        "INSERT INTO orders_codereport"
        " (problem, text, state, result, at, answer_due_at, next_try_at, tries, order_id, id)"
        " VALUES ('used', '', 'OPEN', '', now(), now(), now(), 0, %s, gen_random_uuid())"
    )
    sql(insert, order.pk)

    with pytest.raises(IntegrityError, match="report_one_open"):
        sql(insert, order.pk)
