"""The arithmetic of orders: who may do what when, and when things are due."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from marketplace.lib.states import Side
from orders import terms
from orders.terms import Situation

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)

BOUGHT = Situation(
    state="DELIVERED",
    paid=True,
    revealed=True,
    report_open=False,
    cancel_unlocked=False,
    reports=0,
    settled=False,
    deliver_due_at=NOW,
    claims_until=NOW + SECOND,
)


@pytest.mark.parametrize(
    ("state", "buyer", "seller"),
    [
        ("PLACED", ["pay", "cancel"], ["cancel"]),
        ("PAID", ["cancel"], ["seal_code", "cancel"]),
        (
            "DELIVERED",
            ["reveal_code", "confirm", "report_code", "open_case"],
            ["refund", "open_case"],
        ),
        ("COMPLETED", ["reveal_code", "report_code", "open_case"], ["refund", "open_case"]),
        ("CANCELLED", ["open_case"], ["open_case"]),
        ("REFUNDED", ["open_case"], ["open_case"]),
        ("DISPUTED", [], []),
    ],
)
def test_each_state_offers_each_side_its_steps_and_no_other(state, buyer, seller):
    order = replace(BOUGHT, state=state, paid=state != "PLACED")

    assert terms.allowed_steps(order, Side.BUYER, NOW) == buyer
    assert terms.allowed_steps(order, Side.SELLER, NOW) == seller
    assert terms.allowed_steps(order, None, NOW) == []


@pytest.mark.parametrize(
    ("facts", "at", "why"),
    [
        ({"state": "PLACED", "paid": False}, NOW, "never_paid"),
        ({"state": "CANCELLED", "paid": False}, NOW, "never_paid"),
        ({"state": "PAID"}, NOW, "refund_is_automatic"),
        ({"state": "DISPUTED"}, NOW, "case_open"),
        ({}, NOW, ""),
        ({}, NOW + SECOND, "too_late"),
        ({"state": "CANCELLED"}, NOW, ""),
        ({"state": "REFUNDED", "settled": True}, NOW, ""),
    ],
)
def test_a_paid_order_can_go_to_court_until_the_last_second_to_claim(facts, at, why):
    order = replace(BOUGHT, **facts)

    assert terms.why_no_case(order, at) == why
    assert terms.may_open_case(order, at) is (why == "")


@pytest.mark.parametrize(
    ("facts", "at", "may"),
    [
        ({"state": "PAID"}, NOW - SECOND, False),
        ({"state": "PAID"}, NOW, True),
        ({"state": "PAID", "cancel_unlocked": True}, NOW - SECOND, True),
        ({"state": "PLACED", "deliver_due_at": None}, NOW, True),
        ({"state": "DELIVERED"}, NOW + HOUR, False),
    ],
)
def test_a_buyer_may_cancel_when_the_seller_is_late(facts, at, may):
    assert terms.may_cancel(replace(BOUGHT, **facts), at) is may


@pytest.mark.parametrize(
    ("facts", "at", "may"),
    [
        ({}, NOW, True),
        ({}, NOW + SECOND, False),
        ({"revealed": False}, NOW, False),
        ({"report_open": True}, NOW, False),
        ({"reports": 2}, NOW, True),
        ({"reports": 3}, NOW, False),
        ({"state": "REFUNDED"}, NOW, False),
        ({"claims_until": None}, NOW, False),
    ],
)
def test_a_revealed_code_may_be_reported_three_times_until_the_claims_end(facts, at, may):
    assert terms.may_report(replace(BOUGHT, **facts), at) is may


@pytest.mark.parametrize(
    "facts", [{"revealed": False}, {"report_open": True}, {"state": "COMPLETED"}]
)
def test_confirming_needs_a_revealed_code_and_no_open_report(facts):
    assert terms.may_confirm(BOUGHT, NOW)
    assert not terms.may_confirm(replace(BOUGHT, **facts), NOW)


@pytest.mark.parametrize(
    ("tries", "minutes"), [(1, 1), (2, 5), (3, 15), (4, 60), (5, 60), (40, 60)]
)
def test_a_silent_issuer_is_asked_again_later_and_later(tries, minutes):
    assert terms.retry_at(tries, NOW) == NOW + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("left", "paused", "hours"), [(20, 1, 20), (20, 10, 20), (2, 1, 12), (12, 5, 12)]
)
def test_after_a_pause_the_buyer_has_what_was_left_and_at_least_twelve_hours(left, paused, hours):
    paused_at = NOW - paused * HOUR
    due = paused_at + left * HOUR

    assert terms.resumed_due(due, paused_at, NOW) == NOW + hours * HOUR


@pytest.mark.parametrize(
    ("seconds", "is_before"), [(-61, True), (-60, False), (0, False), (9, False)]
)
def test_clocks_may_differ_by_a_minute(seconds, is_before):
    used = NOW + timedelta(seconds=seconds)

    assert terms.used_before_reveal(used, NOW) is is_before


def test_the_hours_and_days_are_those_of_the_rules():
    assert timedelta(minutes=15) == terms.PAY_WITHIN
    assert timedelta(hours=24) == terms.DELIVER_WITHIN
    assert timedelta(hours=48) == terms.DELIVER_WITHIN + terms.REFUND_UNDELIVERED_AFTER
    assert timedelta(days=7) == terms.REVEAL_WITHIN
    assert timedelta(hours=24) == terms.TRY_WITHIN
    assert timedelta(days=15) == terms.CLAIM_WITHIN
