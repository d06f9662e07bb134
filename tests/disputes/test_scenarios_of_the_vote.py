"""The court's acceptance while reviewers vote: what counts, what is too late, what stays."""

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import User
from disputes.actions import execution, jury
from disputes.models import Case, OpenedVote, Outcome, Seat, SeatState, Vote
from marketplace.lib.errors import STATUS
from orders.escrow.models import Transfer
from tests.conftest import refused
from tests.disputes import panels, world
from tests.doors import Doors
from tests.orders.world import skip
from tests.security.world import browser

pytestmark = pytest.mark.django_db

BALLOT = {"side": "buyer", "findings": ["not_proven"], "rationale": world.RATIONALE}


@pytest.fixture
def case() -> Case:
    return world.voting()


def successor(seat: Seat) -> Seat:
    """Who sits on the same chair now."""
    chair = Seat.objects.filter(case=seat.case_id, round=seat.round, chair=seat.chair)
    return chair.get(state__in=["INVITED", "OPENED"])


# --- The ninth vote -------------------------------------------------------------------------------
@pytest.mark.scenario("A09")
def test_a09_nine_to_nothing_closes_at_the_ninth_vote_and_is_carried_out_once(case):
    seats = panels.read(case)
    states = []
    for seat in seats[:9]:
        panels.cast(seat, "buyer")
        states.append(world.again(case).state)

    late = Doors(seats[9].juror).api.post(f"/seats/{seats[9].pk}/vote/", BALLOT)

    assert states == ["VOTING"] * 8 + ["DECIDED"]
    assert (late.status, late["code"]) == (409, "case_not_open_for_votes")
    released = Seat.objects.filter(case=case, state=SeatState.RELEASED)
    assert (released.count(), {seat.credited for seat in released}) == (8, {10})
    for _twice in range(2):
        assert world.swept(case).state == "EXECUTED"
    with refused("wrong_state"):
        execution.execute(case.pk)
    assert Transfer.objects.filter(order_id=case.order_id, kind="refund").count() == 1
    assert Vote.objects.count() == 9


# --- Silence and stepping aside -------------------------------------------------------------------
@pytest.mark.scenario("A16")
def test_a16_a_silent_seat_passes_on_its_vote_is_too_late_and_the_replacements_counts(case):
    seats = panels.read(case)
    silent = seats[3]
    for seat in [each for each in seats if each != silent][:8]:
        panels.cast(seat, "buyer")
    skip(hours=12)  # and a second: the minute of reading is over

    late = Doors(silent.juror).api.post(f"/seats/{silent.pk}/vote/", BALLOT)
    jury.expire(silent.pk)

    new = successor(silent)
    assert (late.status, late["code"]) == (409, "seat_expired")
    assert panels.again(silent).state == SeatState.EXPIRED
    after = case.draw.entries.filter(outcome=Outcome.SEATED, counter__gt=silent.entry.counter)
    assert new.entry == after.get(chair=silent.chair)
    assert new.juror == panels.names_in_order(case)[17]
    jury.open_bundle(new.pk, by=new.juror)
    skip(seconds=61)
    panels.cast(new, "buyer")
    ended = world.again(case)
    assert (ended.winner, ended.winner_votes, ended.loser_votes) == ("buyer", 9, 0)


@pytest.mark.scenario("A34")
def test_a34_minority_majority_and_unreached_seats_get_the_same_and_silence_nothing(case):
    silent = world.open_seats(case)[16]
    Seat.objects.filter(pk=silent.pk).update(due_at=silent.invited_at)
    jury.expire(silent.pk)
    ended = panels.cast_all(case, ["seller"] * 5 + ["buyer"] * 9)

    assert (ended.winner_votes, ended.loser_votes) == (9, 5)
    seats = Seat.objects.filter(case=case).exclude(pk=silent.pk)
    sides = {vote.vote.seat_id: vote.side for vote in OpenedVote.objects.filter(case=case)}
    got = {
        (sides.get(seat.pk, seat.state), seat.credited, panels.profile(seat).points)
        for seat in seats
    }
    assert got == {("buyer", 10, 10), ("seller", 10, 10), ("RELEASED", 10, 10)}
    ended_silent = panels.again(silent)
    assert (ended_silent.state, ended_silent.credited) == ("EXPIRED", 0)
    assert panels.profile(silent).points == 0


# --- The form of a vote ---------------------------------------------------------------------------
@pytest.mark.scenario("A22")
def test_a22_a_vote_without_reading_a_reason_or_a_finding_is_none_and_a_cast_one_stays(case):
    seat = world.open_seats(case)[0]
    api, address = Doors(seat.juror).api, f"/seats/{seat.pk}"

    def voted(**changes: object) -> tuple[int, str]:
        answer = api.post(f"{address}/vote/", BALLOT | changes)
        return answer.status, answer.body.get("code", "")

    assert voted() == (409, "too_quick")
    api.post(f"{address}/bundle/")
    skip(seconds=59)
    assert voted() == (409, "too_quick")
    skip(seconds=1)
    assert voted(rationale="x" * 29) == (400, "invalid")
    assert voted(findings=[]) == (400, "invalid")
    assert not Vote.objects.exists()
    assert voted() == (200, "")
    before = Vote.objects.values().get()

    assert voted(side="seller") == (409, "already_voted")
    assert _by_page(seat.juror, f"/court/seat/{seat.pk}/vote/") == STATUS["already_voted"]
    path = f"/api/v1{address}/vote/"
    client = browser(seat.juror)
    methods = [client.put, client.patch, client.delete]
    assert [method(path, "{}", "application/json").status_code for method in methods] == [405] * 3
    _by_orm_and_sql()
    assert Vote.objects.values().get() == before


def _by_page(juror: User, path: str) -> int:
    typed = BALLOT | {"side": "seller", "sure": "1"}
    return int(browser(juror).post(path, typed).status_code)


def _by_orm_and_sql() -> None:
    vote = Vote.objects.get()
    vote.sealed = b"another side"
    for change in (
        vote.save,
        vote.delete,
        lambda: Vote.objects.update(sealed=b"another side"),
        lambda: connection.cursor().execute("UPDATE disputes_vote SET cast_at = now()"),
        lambda: connection.cursor().execute("DELETE FROM disputes_vote"),
    ):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            change()
