"""What pages, lists and the API say of an order whose case is open, or over."""

from typing import Any

import pytest
from django.test import Client

from accounts.inbox.models import Notice
from orders import lists
from orders.actions import reports
from orders.models import Order
from orders.page import OrderPage, page_for
from tests import given
from tests.doors import Doors, address
from tests.orders import world

pytestmark = pytest.mark.django_db
SIDES = ["buyer", "seller"]


def page_of(order: Order, side: str) -> OrderPage:
    return page_for(given.again(order), getattr(order, side), order.placed_at)


def text_of(order: Order, side: str) -> str:
    return Doors(getattr(order, side)).page.get(address(order)).text


def links_to(order: Order, side: str, path: str) -> bool:
    browser = Client()
    browser.force_login(getattr(order, side))
    return f'href="{path}"' in browser.get(address(order)).content.decode()


@pytest.mark.parametrize("side", SIDES)
def test_a_frozen_order_says_so_and_counts_no_time_down(side):
    order = world.disputed()

    page, text = page_of(order, side), text_of(order, side)

    assert (page.money_at, page.deadlines) == ("frozen", [])
    assert "Case open – money frozen" in text
    assert "Paused while the case is open" in text
    assert "A case was opened. The money is frozen." in text
    assert "Open the case" in text
    assert links_to(order, side, f"/cases/{order.open_case_id}/")
    assert page.steps == []
    for label in ("It works", "Reveal", "Refund", "Report a problem"):
        assert f">{label}" not in text


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("name", ["delivered", "revealed", "completed", "refunded"])
def test_both_sides_read_until_when_they_can_open_a_case(name, side):
    order = world.STATES[name]()

    text = text_of(order, side)

    assert "You can open a case until" in text
    assert links_to(order, side, f"/orders/{order.pk}/case/")


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("name", ["placed", "paid", "cancelled", "disputed"])
def test_where_no_case_can_be_opened_none_is_offered(name, side):
    assert "You can open a case until" not in text_of(world.STATES[name](), side)


def test_a_report_that_the_issuer_can_not_settle_offers_a_case_to_both():
    order = world.revealed()
    report = reports.report_code(order.pk, by=order.buyer, problem="used")

    reports.answer_report(report.pk)

    for side in SIDES:
        assert "Either side can open a case." in text_of(order, side)
        assert "open_case" in page_of(order, side).steps
    assert Notice.objects.filter(kind="report_answered").count() == 2


@pytest.mark.parametrize(
    ("side", "lines", "total"),
    [
        ("buyer", [4_800, -2_800], 2_000),
        ("seller", [4_800, -2_800, -20], 1_980),
    ],
)
def test_a_split_adds_up_on_both_pages(side, lines, total):
    page = page_of(world.split(), side)

    assert [line.amount for line in page.money_lines] == lines
    assert page.money_total == total


def test_a_full_award_reads_like_a_refund():
    order = world.awarded(world.disputed(), 4_800)

    page = page_of(order, "buyer")

    assert (page.money_total, page.money_at, page.back) == (0, "buyer", 4_800)
    assert "Refunded: ¥48.00." in text_of(order, "buyer")


@pytest.mark.parametrize("side", SIDES)
def test_the_timeline_tells_how_the_case_ended(side):
    decided, dismissed = world.split(), world.resumed(world.disputed())

    assert "¥28.00 for the buyer, ¥20.00 for the seller" in text_of(decided, side)
    assert "The case ended without a decision." in text_of(dismissed, side)


@pytest.mark.parametrize("name", ["disputed", "split"])
@pytest.mark.parametrize("selling", [False, True])
def test_orders_of_the_court_stand_among_the_problems(name, selling):
    order = world.STATES[name]()
    reader = order.seller if selling else order.buyer

    found = lists.found(reader, lists.Wanted(selling, "problems"), "")

    assert [row.order.pk for row in found.rows] == [order.pk]
    assert found.rows[0].due is None


def api(order: Order, side: str) -> Any:
    return Doors(getattr(order, side)).api.get(f"/orders/{order.pk}/").body


@pytest.mark.parametrize("side", SIDES)
def test_the_api_names_the_case_and_what_came_back(side):
    order = world.disputed()
    case = world.case_of(order)

    frozen = api(order, side)
    decided = api(world.awarded(order, 2_800), side)

    assert (frozen["state"], frozen["label"]) == ("DISPUTED", "Case open – money frozen")
    assert (frozen["open_case"], frozen["settled_by_case"]) == (str(case), None)
    assert (frozen["allowed_steps"], frozen["refunded"]["amount"]) == ([], 0)
    assert (decided["open_case"], decided["settled_by_case"]) == (None, str(case))
    assert decided["refunded"]["amount"] == 2_800
    assert "open_case" in decided["allowed_steps"]
