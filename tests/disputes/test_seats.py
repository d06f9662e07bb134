"""How seats end without a vote, and what the ballot's own clock does."""

import pytest

from accounts.actions import closure
from accounts.inbox.models import Notice
from accounts.standing.models import StandingEvent
from disputes import sweeps
from disputes.actions import balloting, copies, jury, masking, seats, service
from disputes.models import (
    CaseEvent,
    CopyState,
    EvidenceRequest,
    JurorCopy,
    JurorProfile,
    JurorState,
    OpenedVote,
    Seat,
    SeatState,
    Trouble,
    Vote,
    VoteVoid,
)
from disputes.states import CaseState
from tests import given
from tests.conftest import refused
from tests.disputes import panels, world
from tests.orders.world import skip

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return world.voting()


def successor(seat: Seat) -> Seat:
    """Who sits on the same chair now."""
    return Seat.objects.get(
        case=seat.case_id, round=seat.round, chair=seat.chair, state__in=["INVITED", "OPENED"]
    )


# --- Time runs out --------------------------------------------------------------------------------
def test_after_twelve_silent_hours_the_seat_passes_to_the_next_name_of_the_draw(case):
    seat = world.open_seats(case)[3]
    skip(hours=12)

    jury.expire(seat.pk)

    ended, new = panels.again(seat), successor(seat)
    assert (ended.state, ended.left_at, ended.credited) == (SeatState.EXPIRED, seat.due_at, 0)
    assert new.juror == panels.names_in_order(case)[17]
    assert (new.due_at - new.invited_at).total_seconds() == 12 * 3600
    assert StandingEvent.objects.get(person=seat.juror, kind="seat_expired").points == -1


def test_a_vote_a_second_after_the_end_of_the_seat_is_too_late_though_no_sweep_has_run(case):
    seat = panels.read(case)[0]
    skip(hours=12)

    with refused("seat_expired"):
        panels.cast(seat, "buyer")


def test_a_seat_that_is_still_in_time_can_not_expire(case):
    with refused("too_early"):
        jury.expire(world.open_seats(case)[0].pk)


def test_the_replacements_vote_counts(case):
    seat = world.open_seats(case)[0]
    skip(hours=12)
    sweeps.expire_seats()

    ended = panels.cast_all(case, ["buyer"] * 9)

    assert (ended.winner_votes, ended.loser_votes) == (9, 0)
    assert panels.again(seat).state == SeatState.EXPIRED


def test_five_silences_in_a_row_pause_the_service_for_thirty_days(case):
    seat = world.open_seats(case)[0]
    JurorProfile.objects.filter(pk=seat.juror_id).update(expired_in_a_row=4)
    skip(hours=12)

    jury.expire(seat.pk)

    profile = panels.profile(seat)
    assert profile.state == JurorState.PAUSED
    skip(hours=24 * 30 + 1)
    assert sweeps.end_pauses() == 1
    assert panels.profile(seat).state == JurorState.ACTIVE


def test_one_answer_ends_the_row_of_silences(case):
    seat = panels.read(case)[0]
    JurorProfile.objects.filter(pk=seat.juror_id).update(expired_in_a_row=4)

    panels.cast(seat, "buyer")

    assert panels.profile(seat).expired_in_a_row == 0


def test_a_seat_that_ends_soon_is_told_once(case):
    skip(hours=10, minutes=1)

    sweeps.remind_reviewers()
    sweeps.remind_reviewers()

    assert Notice.objects.filter(kind="seat_ending").count() == 17


# --- Stepping aside -------------------------------------------------------------------------------
@pytest.mark.scenario("A17")
@pytest.mark.parametrize(("opens", "points"), [(True, 2), (False, 0)])
def test_a17_whoever_knows_a_party_steps_aside_free_of_blame_and_the_chair_is_filled(
    case, opens, points
):
    seat = world.open_seats(case)[0]
    if opens:
        jury.open_bundle(seat.pk, by=seat.juror)

    jury.recuse(seat.pk, by=seat.juror, reason="know_a_party")

    ended = panels.again(seat)
    assert (ended.state, ended.reason, ended.credited) == (
        SeatState.RECUSED,
        "know_a_party",
        points,
    )
    assert successor(seat).juror != seat.juror
    assert not StandingEvent.objects.filter(person=seat.juror).exists()


@pytest.mark.scenario("A18")
def test_a18_at_eight_to_eight_whoever_can_not_decide_makes_room_and_never_an_18th_vote(case):
    seventeen = panels.read(case)
    for seat, side in zip(seventeen, ["buyer", "seller"] * 8, strict=False):
        panels.cast(seat, side)
    undecided = seventeen[16]
    jury.recuse(undecided.pk, by=undecided.juror, reason="cannot_decide")
    (new,) = panels.read(case)
    with refused("not_seated"):
        panels.cast(undecided, "buyer")

    panels.cast(new, "seller")

    ended = world.again(case)
    assert new.chair == undecided.chair
    with refused("case_not_open_for_votes"):
        panels.cast(undecided, "buyer")
    assert Vote.objects.filter(seat__case=case).count() == 17
    assert (ended.winner, ended.winner_votes, ended.loser_votes) == ("seller", 9, 8)
    assert OpenedVote.objects.filter(case=case).count() == 17


def test_who_has_stepped_aside_has_no_seat_any_more(case):
    seat = panels.read(case)[0]
    jury.recuse(seat.pk, by=seat.juror, reason="interest")

    with refused("not_seated"):
        panels.cast(seat, "buyer")


def test_a_reason_that_is_not_in_the_list_is_none(case):
    seat = world.open_seats(case)[0]

    with refused("invalid"):
        jury.recuse(seat.pk, by=seat.juror, reason="bored")


# --- The ballot's end -----------------------------------------------------------------------------
def test_the_ballot_is_extended_once_and_both_are_told_without_a_count(case):
    panels.cast_all(case, ["buyer"] * 8)
    due_at = given.known(world.again(case).ballot_due_at)
    skip(hours=48)

    sweeps.close_ballots()
    sweeps.expire_seats()

    longer = world.again(case)
    assert (longer.state, longer.extended) == (CaseState.VOTING, True)
    ends = given.known(longer.ballot_due_at)
    assert (ends - due_at).total_seconds() == 24 * 3600
    facts = [event.facts for event in CaseEvent.objects.filter(case=case, step="extend")]
    assert [set(each) for each in facts] == [{"ballot_due_at"}]
    assert len(world.open_seats(case)) == 9
    assert {seat.due_at > ends for seat in world.open_seats(case)} == {False}


def test_a_lead_gains_nothing_when_the_extension_ends(case):
    panels.cast_all(case, ["buyer", "seller"] * 7 + ["buyer"])
    skip(hours=48)
    sweeps.close_ballots()
    skip(hours=24)

    sweeps.close_ballots()

    hung = world.again(case)
    assert (hung.state, hung.winner, hung.winner_votes) == (CaseState.HUNG, "", None)
    assert not OpenedVote.objects.exists()
    assert EvidenceRequest.objects.filter(pair__case=case).count() == 2
    told = Notice.objects.filter(kind="case_hung").values_list("person", flat=True)
    assert set(told) == {case.buyer_id, case.seller_id}


def test_the_ballot_does_not_end_early(case):
    with refused("too_early"):
        balloting.extend(case.pk)
    with refused("too_early"):
        balloting.hang(case.pk)


# --- Personal data --------------------------------------------------------------------------------
def flagged(case):
    seat = world.open_seats(case)[0]
    jury.open_bundle(seat.pk, by=seat.juror)
    exhibit = JurorCopy.objects.filter(evidence__case=case, evidence__party="seller").get()
    jury.flag(seat.pk, by=seat.juror, exhibit_id=exhibit.pk, what="A phone number at the top.")
    return seat, exhibit


def test_a_flag_hides_the_exhibit_and_stops_every_clock_of_the_case(case):
    seat, exhibit = flagged(case)

    assert JurorCopy.objects.get(pk=exhibit.pk).state == CopyState.FLAGGED
    assert world.again(case).paused_at is not None
    with refused("case_paused"):
        panels.cast(seat, "buyer")
    event = CaseEvent.objects.get(case=case, step="pause")
    assert (event.by, event.role, event.facts) == (None, "juror", {"reason": "masking"})
    assert Trouble.objects.get(case=case, kind="masking").facts["what"].startswith("A phone")


def covered_by_staff(exhibit):
    agent = panels.of_the_desk("Agent", "agent")
    masking.remask(exhibit.pk, by=agent, rectangles=[])
    copies.make_copy(exhibit.pk)


def test_when_it_goes_on_every_date_has_moved_by_the_length_of_the_pause(case):
    before = {seat.pk: seat.due_at for seat in world.open_seats(case)}
    ballot_due_at = case.ballot_due_at
    _seat, exhibit = flagged(case)
    skip(hours=3)

    covered_by_staff(exhibit)

    running = world.again(case)
    moved = {(seat.due_at - before[seat.pk]) for seat in world.open_seats(case)}
    assert running.paused_at is None
    assert moved == {running.ballot_due_at - ballot_due_at}
    assert moved.pop().total_seconds() >= 3 * 3600


def test_a_paused_case_expires_no_seat_and_ends_no_ballot(case):
    flagged(case)
    skip(hours=72)

    assert (sweeps.expire_seats(), sweeps.close_ballots()) == (0, 0)


def test_the_same_exhibit_is_flagged_once(case):
    seat, exhibit = flagged(case)
    covered_by_staff(exhibit)

    with refused("already_open"):
        jury.flag(seat.pk, by=seat.juror, exhibit_id=exhibit.pk, what="Again.")


# --- Setting a vote aside -------------------------------------------------------------------------
def adjudicator(name):
    return panels.of_the_desk(name, "adjudicator")


@pytest.mark.scenario("A25")
def test_a25_while_they_vote_two_of_staff_set_a_vote_aside_and_the_chair_is_filled_again(case):
    seat = panels.read(case)[0]
    panels.cast(seat, "buyer")
    one, two = adjudicator("One"), adjudicator("Two")
    asked = balloting.ask_to_void(
        seat.pk, by=one, ground="juror_conflict", text="They are neighbours, both say so."
    )

    balloting.void_vote(asked.pk, by=two)

    assert panels.again(seat).state == SeatState.VOIDED
    assert successor(seat).juror != seat.juror
    assert VoteVoid.objects.get().second_by == two
    ended = panels.cast_all(case, ["buyer"] * 9)
    assert (ended.winner_votes, ended.loser_votes) == (9, 0)
    assert OpenedVote.objects.count() == 9


def test_nobody_sets_a_vote_aside_alone(case):
    seat, one = world.open_seats(case)[0], adjudicator("One")
    asked = balloting.ask_to_void(
        seat.pk, by=one, ground="juror_conflict", text="They are neighbours, both say so."
    )

    with refused("second_person_needed"):
        balloting.void_vote(asked.pk, by=one)

    assert panels.again(seat).state == SeatState.INVITED


def test_who_is_no_adjudicator_sets_nothing_aside(case):
    with refused("not_your_step"):
        balloting.ask_to_void(
            world.open_seats(case)[0].pk,
            by=given.staff("Nobody"),
            ground="juror_conflict",
            text="They are neighbours, both say so.",
        )


# --- Service --------------------------------------------------------------------------------------
def test_whoever_pauses_keeps_the_seat_that_is_open(case):
    seat = panels.read(case)[0]

    service.pause(seat.juror_id, by=seat.juror)
    panels.cast(seat, "buyer")

    assert panels.again(seat).state == SeatState.VOTED


def test_what_a_seat_brings_does_not_depend_on_being_told(case):
    panels.cast_all(case, ["buyer"] * 9)

    told = Notice.objects.filter(kind="seat_closed")
    assert told.count() == 17
    assert {notice.link for notice in told} == {seats.duty_link()}


# --- Closing an account ---------------------------------------------------------------------------
def test_an_open_seat_keeps_an_account_open_until_it_ends(case):
    seat = world.open_seats(case)[0]
    before = closure.blockers(seat.juror)
    assert "A case waits for your vote." in [str(each.sentence) for each in before]

    jury.recuse(seat.pk, by=seat.juror, reason="no_time")

    after = closure.blockers(seat.juror)
    assert "A case waits for your vote." not in [str(each.sentence) for each in after]


@pytest.mark.parametrize("side", ["buyer", "seller"])
def test_a_party_of_a_live_case_can_not_vanish_and_the_other_side_is_told(case, side):
    person = getattr(case, side)

    ended = closure.close_account(person.pk, by=person)

    assert ended.person.state == "PENDING_CLOSURE"
    other = case.seller if side == "buyer" else case.buyer
    assert Notice.objects.filter(kind="counterparty_closing", person=other).exists()
