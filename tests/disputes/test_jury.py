"""A seat, a ballot, the ninth vote: what a reviewer may do, and what the count makes of it."""

import json

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.standing.models import StandingEvent
from disputes.actions import jury
from disputes.models import CaseEvent, OpenedVote, Seat, SeatState, Vote
from disputes.states import CaseState
from tests.conftest import refused, settle
from tests.disputes import panels, world
from tests.orders.world import skip

pytestmark = pytest.mark.django_db

NINE = ["buyer"] * 9


@pytest.fixture
def case():
    return world.voting()


# --- The count ------------------------------------------------------------------------------------
@pytest.mark.parametrize("against", range(9))
def test_the_ninth_vote_closes_the_case_with_exactly_this_tally(case, against):
    ended = panels.cast_all(case, ["seller"] * against + NINE)

    settle()
    assert (ended.winner, ended.winner_votes, ended.loser_votes) == ("buyer", 9, against)
    narrow = 9 - against < 4
    assert ended.state == (CaseState.ESCALATED if narrow else CaseState.DECIDED)
    assert OpenedVote.objects.filter(case=case).count() == 9 + against


def test_eight_to_eight_decides_nothing(case):
    still = panels.cast_all(case, ["buyer", "seller"] * 8)

    assert (still.state, still.winner, still.winner_votes) == (CaseState.VOTING, "", None)
    assert not OpenedVote.objects.exists()


def test_the_seats_that_were_not_needed_are_released_and_served_like_the_others(case):
    panels.cast_all(case, NINE)

    seats = Seat.objects.filter(case=case)
    assert seats.filter(state=SeatState.RELEASED).count() == 8
    assert {seat.credited for seat in seats} == {10}
    assert {panels.profile(seat).served for seat in seats} == {1}
    assert StandingEvent.objects.filter(kind="juror_served", points=1).count() == 17


def test_minority_and_majority_get_the_same(case):
    panels.cast_all(case, ["seller"] * 5 + NINE)

    points = {panels.profile(seat).points for seat in Seat.objects.filter(case=case)}
    assert points == {10}


def test_a_vote_that_comes_after_the_end_is_not_stored_and_its_seat_has_served(case):
    seats = panels.read(case)
    for seat in seats[:9]:
        panels.cast(seat, "buyer")

    with refused("case_not_open_for_votes"):
        panels.cast(seats[9], "seller")

    assert Vote.objects.count() == 9
    assert panels.again(seats[9]).credited == 10


# --- What a vote must be --------------------------------------------------------------------------
def test_a_vote_waits_until_a_minute_after_the_file_was_opened(case):
    seat = world.open_seats(case)[0]
    jury.open_bundle(seat.pk, by=seat.juror)
    skip(seconds=58)

    with refused("too_quick"):
        panels.cast(seat, "buyer")


def test_a_file_that_was_never_opened_can_not_be_voted_on(case):
    skip(minutes=10)

    with refused("too_quick"):
        panels.cast(world.open_seats(case)[0], "buyer")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"side": "Buyer"}, "side"),
        ({"side": ""}, "side"),
        ({"side": "nobody"}, "side"),
        ({"findings": []}, "findings"),
        ({"findings": ["return_as_sent"]}, "findings"),
        ({"rationale": "x" * 29}, "rationale"),
        ({"rationale": "x" * 1_001}, "rationale"),
        ({"rationale": " " * 50}, "rationale"),
        ({"rationale": "\u200b" * 50}, "rationale"),
        ({"rationale": "\x00\x07" * 40}, "rationale"),
        ({"rationale": "x" + "\u200b" * 50}, "rationale"),
    ],
)
def test_a_vote_without_a_side_a_finding_or_a_reason_is_refused(case, change, field):
    seat = panels.read(case)[0]
    facts = {"side": "buyer", "findings": ["not_proven"], "rationale": world.RATIONALE}

    with refused("invalid") as caught:
        jury.cast_vote(seat.pk, by=seat.juror, **(facts | change))

    assert caught.value.facts["errors"][0]["pointer"] == f"/{field}"
    assert not Vote.objects.exists()


@pytest.mark.parametrize("length", [30, 1_000])
def test_a_reason_of_thirty_and_of_a_thousand_characters_is_long_enough(case, length):
    seat = panels.read(case)[0]

    panels.cast(seat, "buyer", reasons="x" * length)

    assert Vote.objects.count() == 1


def test_nobody_votes_twice(case):
    seat = panels.read(case)[0]
    panels.cast(seat, "buyer")

    with refused("already_voted"):
        panels.cast(seat, "seller")


def test_nobody_votes_on_the_seat_of_another(case):
    first, second = panels.read(case)[:2]

    with refused("not_found"):
        jury.cast_vote(
            first.pk,
            by=second.juror,
            side="buyer",
            findings=["not_proven"],
            rationale=world.RATIONALE,
        )


@pytest.mark.parametrize(
    "statement", ["UPDATE disputes_vote SET cast_at = now()", "DELETE FROM disputes_vote"]
)
def test_a_stored_vote_can_not_be_changed_by_sql_either(case, statement):
    panels.cast(panels.read(case)[0], "buyer")

    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        connection.cursor().execute(statement)


# --- Secrecy --------------------------------------------------------------------------------------
def test_a_dump_of_the_votes_shows_no_side_and_all_envelopes_have_one_length(case):
    seats = panels.read(case)
    panels.cast(seats[0], "buyer", reasons="The buyer is right: " + "x" * 900)
    panels.cast(seats[1], "seller")

    rows = [bytes(row.sealed) for row in Vote.objects.all()]
    assert len({len(row) for row in rows}) == 1
    assert not any(word in row for row in rows for word in (b"buyer", b"seller", b"not_proven"))


def test_while_it_is_voting_no_event_tells_that_anybody_read_or_voted(case):
    before = list(CaseEvent.objects.filter(case=case).values_list("step", flat=True))

    panels.cast_all(case, ["buyer", "seller"] * 8)

    assert list(CaseEvent.objects.filter(case=case).values_list("step", flat=True)) == before
    told = json.dumps([event.facts for event in CaseEvent.objects.filter(case=case)])
    assert "winner" not in told


def test_the_closing_vote_is_answered_like_every_other(case):
    seats = panels.read(case)
    votes = [panels.cast(seat, "buyer") for seat in seats[:9]]

    assert {type(vote) for vote in votes} == {Vote}
    assert {tuple(sorted(vars(vote))) for vote in votes} == {tuple(sorted(vars(votes[0])))}


def test_labels_follow_the_receipts_so_that_none_tells_a_chair(case):
    panels.cast_all(case, NINE)

    opened = OpenedVote.objects.filter(case=case).select_related("vote")
    receipts = [bytes(vote.vote.receipt) for vote in opened.order_by("label")]
    assert receipts == sorted(receipts)


def test_what_a_reviewer_wrote_is_shown_to_the_sides_without_names_and_numbers(case):
    seats = panels.read(case)
    words = f"I think that {case.seller.name}, phone 138 0013 8000, has sold this card before."
    panels.cast(seats[0], "buyer", reasons=words)
    for seat in seats[1:9]:
        panels.cast(seat, "buyer")

    shown = OpenedVote.objects.get(vote__seat=seats[0])
    assert shown.rationale_masked.endswith("has sold this card before.")
    assert "138" not in shown.rationale_masked
    assert case.seller.name not in shown.rationale_masked


# --- Cost -----------------------------------------------------------------------------------------
def test_a_vote_costs_fourteen_queries_at_most(case, django_assert_max_num_queries):
    seats = panels.read(case)
    for seat in seats[:7]:
        panels.cast(seat, "buyer")

    # Two of them are the savepoint of a test, where a request has BEGIN and COMMIT.
    with django_assert_max_num_queries(14 + 2):
        panels.cast(seats[7], "buyer")
