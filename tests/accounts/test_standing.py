"""Standing: outcomes count once, within their caps, and fade."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from accounts.standing import weights
from accounts.standing.models import Fact, StandingEvent
from accounts.standing.record import note_fact, record, score, word
from accounts.standing.weights import Entry, Past
from marketplace.lib import clock
from tests.accounts import people

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def test_one_outcome_counts_once(db):
    person, order = people.person(), uuid4()

    for _ in range(2):
        record(person, "seller_cancelled", source="order", source_id=order, at=clock.now())

    assert [event.points for event in StandingEvent.objects.filter(person=person)] == [-4]


def test_a_sale_counts_once_a_counterparty_and_month(db):
    seller, buyer = people.person(), people.person()

    for _ in range(2):
        record(
            seller,
            "sale_completed",
            source="order",
            source_id=uuid4(),
            counterparty=buyer,
            at=clock.now(),
        )

    points = StandingEvent.objects.filter(person=seller).values_list("points", flat=True)
    assert sorted(points) == [0, 3]


def test_the_third_unpaid_order_in_a_month_weighs_more():
    assert [weights.points("order_unpaid", Past(count=count)) for count in (0, 1, 2, 3)] == [
        -3,
        -3,
        -8,
        -8,
    ]


def test_trade_brings_thirty_points_a_month_at_most():
    assert weights.points("sale_completed", Past(points=28)) == 2
    assert weights.points("sale_completed", Past(points=30)) == 0


def test_bad_marks_are_halved_after_180_days_and_gone_after_540():
    def left(days):
        return weights.worth(Entry("case_lost", -40, NOW - timedelta(days=days)), NOW)

    assert [left(days) for days in (0, 179, 180, 539, 540)] == [-40, -40, -20, -20, 0]


def test_fraud_that_staff_found_never_fades():
    old = Entry("staff_found_fraud", -300, NOW - timedelta(days=5000))

    assert weights.score([old], NOW) == 300


@pytest.mark.parametrize(("points", "shown"), [(5000, 1000), (-5000, 0), (0, 600)])
def test_the_number_stays_between_0_and_1000(points, shown):
    assert weights.score([Entry("case_lost", points, NOW)], NOW) == shown


@pytest.mark.parametrize(
    ("number", "said"),
    [(700, "Very good"), (699, "Good"), (560, "Good"), (559, "Mixed"), (480, "Mixed"), (0, "Poor")],
)
def test_others_see_a_word_only(number, said):
    assert str(word(number)) == said


def test_a_newcomer_stands_at_600(db):
    assert score(people.person(), now=clock.now()) == 600


def test_a_fact_is_noted_once(db):
    person, order = people.person(), uuid4()

    for _ in range(2):
        note_fact(
            person, "code_bad", counterparty=None, source="order", source_id=order, at=clock.now()
        )

    assert Fact.objects.filter(person=person).count() == 1
