"""The whole course of a case, from the filing to the money."""

import pytest

from accounts.standing.models import StandingEvent
from disputes import checking, publication
from disputes.models import Verdict
from orders.escrow import movements
from tests import given
from tests.disputes import world

pytestmark = pytest.mark.django_db


def test_a_clear_verdict_is_carried_out_at_once():
    case = world.decided(buyer=9, seller=2)
    assert case.state == "DECIDED"

    case = world.swept(case)

    order = given.again(case.order)
    assert case.state == "EXECUTED"
    assert (case.winner, case.winner_votes, case.loser_votes) == ("buyer", 9, 2)
    assert order.state == "REFUNDED"
    assert movements.holds(order.pk) == 0
    assert StandingEvent.objects.get(kind="case_lost").points == -40


def test_a_narrow_verdict_waits_for_the_loser_and_then_stands():
    case = world.swept(world.decided(buyer=8, seller=9))
    assert case.state == "ESCALATED"
    assert movements.holds(case.order_id) == case.amount_fen

    case = world.later(case, hours=72, minutes=1)

    assert case.state == "EXECUTED"
    assert given.again(case.order).state == "COMPLETED"
    assert StandingEvent.objects.get(kind="case_lost").points == -5


def test_the_verdict_says_all_that_both_sides_have_a_right_to():
    case = world.decided(buyer=9, seller=3)

    document = Verdict.objects.get(case=case).document

    assert document["tally"] == [9, 3]
    assert len(document["reasons"]) == 12
    assert document["appeal"] == {
        "possible": False,
        "because": "margin_not_below",
        "margin": 6,
        "until": None,
    }
    assert {row["label"] for row in document["exhibits"]} >= {"B1", "B2", "S1"}


def test_the_draw_of_a_closed_case_can_be_checked():
    case = world.decided(buyer=9, seller=0)

    result = checking.check(publication.draw_document(case))

    assert result.line == "OK 8/8"
