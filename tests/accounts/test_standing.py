"""Standing: outcomes count once, within their caps, and fade."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from accounts.standing import history, weights
from accounts.standing.models import Fact, StandingEvent
from accounts.standing.record import (
    note_fact,
    record,
    record_loss,
    reverse,
    score,
    void_fact,
    word,
)
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


@pytest.mark.parametrize("points", [-40, -30, -15, -10, -5, -20])
def test_a_lost_case_weighs_what_its_tally_says_once(db, points):
    loser, winner, case = people.person(), people.person(), uuid4()

    for _ in range(2):
        record_loss(loser, points=points, case_id=case, counterparty=winner, at=clock.now())

    assert score(loser, now=clock.now()) == 600 + points
    assert score(winner, now=clock.now()) == 600


def test_no_case_weighs_anything_else(db):
    with pytest.raises(ValueError, match="no case weighs"):
        record_loss(
            people.person(),
            points=-300,
            case_id=uuid4(),
            counterparty=people.person(),
            at=clock.now(),
        )


def lost(person, days_ago=0):
    case, at = uuid4(), clock.now() - timedelta(days=days_ago)
    record_loss(person, points=-40, case_id=case, counterparty=people.person(), at=at)
    return case


def take_back(person, case, kind="case_lost"):
    return reverse(person, kind, source="case", source_id=case, at=clock.now())


@pytest.mark.parametrize("days_ago", [0, 200, 600])
def test_an_event_that_is_taken_back_leaves_nothing_however_old_it_was(db, days_ago):
    person = people.person()
    case = lost(person, days_ago)
    lost(person)

    assert [take_back(person, case), take_back(person, case)] == [True, False]

    assert score(person, now=clock.now()) == 560
    points = StandingEvent.objects.filter(person=person).values_list("points", flat=True)
    assert sorted(points) == [-40, -40, 40]


def test_nothing_is_taken_back_from_somebody_else_or_twice_by_another_name(db):
    person, other = people.person(), people.person()
    case = lost(person)

    assert not take_back(other, case)
    assert not take_back(person, uuid4())
    assert not take_back(person, case, kind="staff_found_fraud")
    assert score(person, now=clock.now()) == 560


def test_what_was_taken_back_makes_room_under_a_cap_again(db):
    person = people.person()
    seats = [uuid4() for _ in range(6)]
    for seat in seats:
        record(person, "seat_expired", source="seat", source_id=seat, at=clock.now())
    assert score(person, now=clock.now()) == 595

    reverse(person, "seat_expired", source="seat", source_id=seats[0], at=clock.now())
    record(person, "seat_expired", source="seat", source_id=uuid4(), at=clock.now())

    assert score(person, now=clock.now()) == 595


def test_a_fact_that_proved_unfounded_counts_no_more(db):
    person, case = people.person(), uuid4()
    facts: Any = {"source": "case", "source_id": case, "at": clock.now()}
    note_fact(person, "swap_claim", counterparty=people.person(), **facts)
    assert Fact.objects.counting().count() == 1

    assert [void_fact(person, "swap_claim", **facts) for _ in range(2)] == [True, False]

    assert not Fact.objects.counting().exists()
    assert Fact.objects.count() == 2


def test_a_newcomer_stands_at_600(db):
    assert score(people.person(), now=clock.now()) == 600


def test_a_fact_is_noted_once(db):
    person, order = people.person(), uuid4()

    for _ in range(2):
        note_fact(
            person, "code_bad", counterparty=None, source="order", source_id=order, at=clock.now()
        )

    assert Fact.objects.filter(person=person).count() == 1


# --- What one reads of oneself --------------------------------------------------------------------
def test_every_kind_of_event_has_its_words():
    assert history.REASONS.keys() == weights.WEIGHTS.keys()


def test_the_own_page_tells_each_event_what_is_left_of_it_and_until_when(db, client):
    person = people.person()
    lost(person, days_ago=200)
    lost(person, days_ago=600)
    take_back(person, lost(person))
    record(person, "level_reached_1", source="identity", source_id=uuid4(), at=clock.now())
    client.force_login(person)

    page = client.get("/standing/").content.decode()
    lines = history.standing(person, now=clock.now()).lines

    assert [(line.counts_now, line.is_taken_back) for line in lines] == [
        (10.0, False),
        (0.0, True),
        (-20.0, False),
        (0.0, False),
    ]
    assert "590 of 1,000" in page
    for words in ("Taken back", "Counts -20 now", "It counts no more", "It goes on counting"):
        assert page.count(words) == 1


def test_nobody_reads_the_standing_of_another(db, client):
    assert client.get("/standing/").status_code == 302


def test_reading_it_costs_two_queries_however_long_it_is(db, django_assert_num_queries):
    person = people.person()
    for _ in range(3):
        take_back(person, lost(person))
        lost(person)

    with django_assert_num_queries(2):
        history.standing(person, now=NOW)
