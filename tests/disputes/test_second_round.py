"""A mistrial: the vote that was not independent is set aside, and another panel is drawn, once."""

import pytest

from disputes import checking, publication, sweeps
from disputes.actions import balloting, panel, petitions
from disputes.models import DrawEntry, OpenedVote, Outcome, Seat, SeatState, Vote
from disputes.states import CaseState
from marketplace.lib.money import Fen
from orders.escrow import codes, wallet
from tests import given
from tests.conftest import refused, settle
from tests.disputes import panels, world
from tests.escrow.money import give

pytestmark = pytest.mark.django_db

WHY = "They are neighbours, and both say so in writing."


def mistrial(case):
    """The loser's petition is granted by two, after a vote of the winning side was set aside."""
    one, two = (panels.of_the_desk(name, "adjudicator") for name in ("One", "Two"))
    voided(case, one, two)
    loser = case.person(case.loser)
    filed = petitions.petition(case.pk, by=loser, ground="juror_conflict", text=WHY)
    petitions.propose(filed.pk, by=one, grant=petitions.Grant(reasons=WHY))
    petitions.grant(filed.pk, by=two)
    settle()
    return world.again(case)


def voided(case, one, two):
    """The first vote of the winning side is set aside."""
    opened = Vote.objects.filter(opened__case=case, opened__round=case.round)
    winning = opened.filter(opened__side=case.winner).earliest("cast_at")
    asked = balloting.ask_to_void(winning.seat_id, by=one, ground="juror_conflict", text=WHY)
    balloting.void_vote(asked.pk, by=two)


@pytest.fixture
def narrow():
    case = world.decided(buyer=9, seller=7)
    settle()  # as the commit of the ninth vote does
    return case


@pytest.mark.scenario("A25")
def test_a25_the_second_panel_goes_on_in_the_same_stream_without_the_first(narrow):
    assert narrow.state == CaseState.ESCALATED
    old = set(Seat.objects.filter(case=narrow).values_list("juror", flat=True))
    last = narrow.draw.next_counter
    case = mistrial(narrow)
    assert (case.state, case.winner, case.winner_votes) == (CaseState.MISTRIAL, "", None)

    sweeps.draw_due()

    case = world.again(case)
    assert (case.state, case.round) == (CaseState.VOTING, 2)
    assert not old & {seat.juror_id for seat in world.open_seats(case)}
    second = DrawEntry.objects.filter(draw=case.pk, round=2).order_by("counter")
    assert second.values_list("counter", flat=True)[0] == last
    assert second.filter(outcome=Outcome.SEATED).count() == 17


@pytest.mark.scenario("A25")
def test_a25_after_the_money_has_moved_two_set_a_remedy_and_the_order_is_not_reversed(narrow):
    one, two = (panels.of_the_desk(name, "adjudicator") for name in ("One", "Two"))
    case = world.later(narrow, hours=72, minutes=1)
    assert (case.state, given.again(case.order).state) == (CaseState.EXECUTED, "REFUNDED")
    give(codes.FUND, 10_000)
    voided(case, one, two)
    filed = petitions.petition(case.pk, by=case.seller, ground="juror_conflict", text=WHY)
    remedy = petitions.Grant(reasons=WHY, remedy=Fen(4_000))
    petitions.propose(filed.pk, by=one, grant=remedy)
    with refused("second_person_needed"):
        petitions.grant(filed.pk, by=one)
    assert wallet.wallet_of(case.seller).withdrawable == 0

    petitions.grant(filed.pk, by=two)

    settle()
    after, order = world.again(case), given.again(case.order)
    assert (after.state, order.state, order.buyer_fen) == (CaseState.EXECUTED, "REFUNDED", 4_800)
    assert (after.winner, after.winner_votes, after.loser_votes) == ("buyer", 9, 7)
    assert wallet.wallet_of(case.seller).withdrawable == 4_000


def test_the_second_verdict_counts_only_its_own_votes_and_the_draw_still_holds(narrow):
    case = mistrial(narrow)
    sweeps.draw_due()

    ended = panels.cast_all(world.again(case), ["seller"] * 9)

    settle()
    assert (ended.winner, ended.winner_votes, ended.loser_votes) == ("seller", 9, 0)
    assert OpenedVote.objects.filter(case=case, round=2).count() == 9
    assert checking.check(publication.draw_document(ended)).line == "OK 8/8"


def test_while_the_second_panel_votes_nothing_of_it_is_published(narrow):
    case = mistrial(narrow)
    sweeps.draw_due()
    running = world.again(case)
    panels.cast(panels.read(running)[0], "buyer")

    document = publication.draw_document(running)

    assert {entry["round"] for entry in document["entries"]} == {1}
    assert {row["round"] for row in document["vacated"]} <= {1}
    assert document["ballots"] is None
    assert checking.check(document).exit_code == 0


def test_a_losing_vote_that_is_set_aside_leaves_the_verdict_as_it_is(narrow):
    one, two = (panels.of_the_desk(name, "adjudicator") for name in ("One", "Two"))
    losing = Vote.objects.filter(opened__case=narrow, opened__side=narrow.loser).earliest("cast_at")
    asked = balloting.ask_to_void(losing.seat_id, by=one, ground="juror_conflict", text=WHY)

    balloting.void_vote(asked.pk, by=two)

    case = world.later(narrow, hours=72, minutes=1)
    settle()
    assert (case.state, case.loser_votes) == (CaseState.EXECUTED, 7)
    assert Seat.objects.filter(case=case, state=SeatState.VOIDED).count() == 1


def test_a_second_mistrial_goes_to_staff_and_no_third_panel_is_drawn(narrow):
    mistrial(narrow)
    sweeps.draw_due()
    second = panels.cast_all(world.again(narrow), ["seller"] * 6 + ["buyer"] * 9)
    settle()

    case = mistrial(second)

    assert case.staff_due_at is not None
    with refused("wrong_state"):
        panel.retry(case.pk)
    assert sweeps.draw_due() == 0
