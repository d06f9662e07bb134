"""Votes, seats and draws at one moment: nine is nine, a chair has one vote, a juror one place."""

import random
import threading
import time
from collections.abc import Callable, Iterable

import pytest
from django.db import DatabaseError, IntegrityError, connection

from disputes import verdict
from disputes.actions import ballots, ending, filling, jury, panel
from disputes.models import Case, DrawEntry, OpenedVote, Seat, SeatState, Verdict, Vote
from disputes.models.case import CaseQuerySet
from disputes.states import CaseState
from marketplace.lib import clock
from marketplace.lib.errors import Refused
from marketplace.lib.money import Fen
from orders.escrow.models import Transfer
from tests.conftest import refused
from tests.disputes import panels, world
from tests.orders.world import skip
from tests.races.together import beside

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

CASES = 30
Act = Callable[[], object]


def without_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody locks a case any more; each verb reads the row as it finds it."""
    monkeypatch.setattr(CaseQuerySet, "lock", lambda rows, pk: rows.get(pk=pk))


def at_once(acts: Iterable[Act]) -> list[str]:
    """Each act on a connection of its own, all let go together; how each ended, in their order."""
    todo = list(acts)
    ends, gate = ["never ended"] * len(todo), threading.Barrier(len(todo))

    def run(place: int) -> None:
        try:
            connection.ensure_connection()
            gate.wait()
            todo[place]()
            ends[place] = "done"
        except Refused as refusal:
            ends[place] = refusal.code
        except Exception as error:
            ends[place] = type(error).__name__
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(todo))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return ends


def vote(seat: Seat, side: str) -> Act:
    return lambda: panels.cast(seat, side)


def torn(case: Case) -> list[str]:
    """What is not as it should be after a race: the count, the end, what was stored after it."""
    found = world.again(case)
    votes = list(Vote.objects.filter(seat__case=case).select_related("seat").order_by("cast_at"))
    sides = [ballots._open(each).side for each in votes]  # noqa: SLF001 - nobody else may look
    first = verdict.first_to_win(sides, found.frozen_rules)
    tally = (found.winner, found.winner_votes, found.loser_votes)
    expected = (first[0], 9, first[2]) if first else ("", None, None)
    opened = OpenedVote.objects.filter(case=case).count()
    wrong = {
        "tally": tally != expected,
        "stored": first is not None and len(sides) != first[1],
        "opened": opened != (first[1] if first else 0),
        "verdict": Verdict.objects.filter(case=case).count() != (1 if first else 0),
        "seats": Seat.objects.filter(case=case, state=SeatState.VOTED).count() != len(sides),
    }
    return [name for name, is_so in wrong.items() if is_so]


# --- Seventeen at once ----------------------------------------------------------------------------
@pytest.mark.long(40)
def test_seventeen_votes_at_once_close_a_case_once_and_never_with_ten():
    world.pool(400)
    cases = [world.answered(world.filed()) for _each in range(CASES)]
    skip(hours=72)
    world.swept(cases[0])
    assert {world.again(case).state for case in cases} == {CaseState.VOTING}
    mix = random.Random(17)  # noqa: S311 - a play, not a secret
    files = [panels.opened(case) for case in cases]
    skip(seconds=61)

    ends = [
        at_once(vote(seat, mix.choice(["buyer", "seller"])) for seat in seats) for seats in files
    ]

    assert [torn(case) for case in cases] == [[]] * CASES
    assert {end for each in ends for end in each} == {"done", "case_not_open_for_votes"}


# --- The last votes -------------------------------------------------------------------------------
def with_votes(sides: list[str]) -> tuple[Case, list[Seat]]:
    """A case in which these votes have been cast, and the seats that are left; all have read."""
    case = world.voting()
    seats = panels.read(case)
    for seat, side in zip(seats, sides, strict=False):
        panels.cast(seat, side)
    return world.again(case), seats[len(sides) :]


def carried_out(case: Case) -> None:
    """Three days later the money has moved, in one piece."""
    assert world.later(case, hours=72, minutes=1).state == CaseState.EXECUTED
    ends = Transfer.objects.filter(order_id=case.order_id, kind__in=["release", "refund", "split"])
    assert ends.count() == 1


@pytest.mark.scenario("A15")
def test_a15_at_eight_to_eight_one_vote_of_two_tabs_counts():
    case, (last,) = with_votes(["buyer", "seller"] * 8)

    ends = at_once([vote(last, "buyer"), vote(last, "seller")])

    assert sorted(ends) == ["case_not_open_for_votes", "done"]
    assert torn(case) == []
    assert world.again(case).loser_votes == 8
    carried_out(case)


@pytest.mark.scenario("A15")
def test_a15_at_eight_to_eight_the_old_holder_is_too_late_and_his_replacement_counts():
    case, (old,) = with_votes(["buyer", "seller"] * 8)
    skip(hours=12)
    jury.expire(old.pk)
    (new,) = panels.read(case)

    ends = at_once([vote(old, "buyer"), vote(new, "seller")])

    assert ends[1] == "done"
    assert ends[0] in {"seat_expired", "case_not_open_for_votes"}
    closed = world.again(case)
    assert (closed.winner, closed.loser_votes, torn(case)) == ("seller", 8, [])
    carried_out(case)


@pytest.mark.scenario("A15")
def test_a15_with_two_chairs_at_eight_to_seven_both_sides_at_once_end_in_one_verdict():
    case, (one, other) = with_votes(["buyer", "seller"] * 7 + ["buyer"])

    ends = at_once([vote(one, "buyer"), vote(other, "seller")])

    closed = world.again(case)
    assert torn(case) == []
    assert (closed.winner, closed.loser_votes) in {("buyer", 7), ("buyer", 8)}
    assert ends[0] == "done"
    assert ends[1] == ("done" if closed.loser_votes == 8 else "case_not_open_for_votes")
    carried_out(case)


def test_the_vote_that_waits_for_the_ninth_finds_the_case_closed():
    case, (one, other) = with_votes(["buyer", "seller"] * 7 + ["buyer"])

    ends = beside(vote(one, "buyer"), vote(other, "seller"))

    assert (ends, torn(case)) == ("case_not_open_for_votes", [])


def test_without_the_lock_only_the_database_stops_a_tally_that_is_not_in_the_votes(monkeypatch):
    _case, (one, other) = with_votes(["buyer", "seller"] * 7 + ["buyer"])
    without_lock(monkeypatch)

    with pytest.raises(DatabaseError, match="the tally is not in the votes"):
        beside(vote(one, "buyer"), vote(other, "seller"))


def test_without_the_lock_seventeen_at_once_tear_the_count(monkeypatch):
    case, seats = with_votes([])
    without_lock(monkeypatch)

    ends = at_once(vote(seat, "buyer") for seat in seats)

    assert torn(case) != [] or set(ends) - {"done", "case_not_open_for_votes"}


def test_the_same_reviewer_in_two_tabs_votes_once():
    case, (one, *_rest) = with_votes([])

    ends = beside(vote(one, "buyer"), vote(one, "seller"))

    assert (ends, torn(case)) == ("already_voted", [])


def test_without_the_lock_only_the_database_stops_the_second_tab(monkeypatch):
    _case, (one, *_rest) = with_votes([])
    without_lock(monkeypatch)

    with pytest.raises(IntegrityError):
        beside(vote(one, "buyer"), vote(one, "seller"))


# --- Against the other ends -----------------------------------------------------------------------
def agreement(case: Case) -> Act:
    """The seller accepts what the buyer has offered."""
    offer = ending.offer(case.pk, by=case.buyer, buyer_fen=Fen(2_880), seller_fen=Fen(1_920))
    return lambda: ending.accept_offer(case.pk, by=case.seller, offer_id=offer.pk)


@pytest.mark.scenario("A28")
@pytest.mark.parametrize("votes_first", [True, False])
def test_a28_of_an_agreement_and_the_ninth_vote_exactly_one_wins(votes_first):
    case, (one, *_rest) = with_votes(["buyer"] * 8)
    ninth, agreed = vote(one, "buyer"), agreement(case)

    acts = (ninth, agreed) if votes_first else (agreed, ninth)
    ends = beside(*acts)

    ended = world.swept(case)
    if votes_first:
        assert (ends, ended.state, ended.award_buyer_fen) == ("already_decided", "EXECUTED", 4_800)
    else:
        assert (ends, ended.state) == ("case_not_open_for_votes", "SETTLED")
        assert ended.award_buyer_fen == 2_880
    moved = Transfer.objects.filter(order_id=case.order_id, kind__in=["release", "refund", "split"])
    assert moved.count() == 1


def test_a_concession_that_comes_first_leaves_nothing_to_vote_on():
    case, (one, _other) = with_votes(["buyer", "seller"] * 7 + ["buyer"])

    ends = beside(lambda: ending.concede(case.pk, by=case.seller), vote(one, "buyer"))

    assert ends == "case_not_open_for_votes"
    assert world.again(case).state == CaseState.SETTLED
    assert not OpenedVote.objects.exists()


def test_the_ninth_vote_that_comes_first_leaves_nothing_to_concede():
    case, (one, *_rest) = with_votes(["buyer"] * 8)

    ends = beside(vote(one, "buyer"), lambda: ending.concede(case.pk, by=case.seller))

    assert (ends, torn(case)) == ("already_decided", [])
    assert not Transfer.objects.filter(order_id=case.order_id, case_id=case.pk).exists()


def test_a_seat_that_expires_first_has_no_vote_and_the_chair_is_filled_once():
    case, (one, *_rest) = with_votes([])
    skip(hours=12)

    ends = beside(lambda: jury.expire(one.pk), lambda: jury.expire(one.pk))

    assert ends == "wrong_state"
    on_it = Seat.objects.filter(case=case, chair=one.chair, state__in=["INVITED", "OPENED"])
    assert on_it.count() == 1
    with refused("seat_expired"):
        panels.cast(one, "buyer")


def test_a_vote_in_the_last_moment_beats_the_seats_end():
    case, (one, *_rest) = with_votes([])
    seconds = (one.due_at - clock.now()).total_seconds()
    skip(seconds=seconds - 1)

    def a_moment_later() -> None:
        time.sleep(1.1)
        jury.expire(one.pk)

    def vote_and_linger() -> None:
        panels.cast(one, "buyer")
        time.sleep(1.3)

    ends = beside(vote_and_linger, a_moment_later)

    assert (ends, torn(case)) == ("wrong_state", [])
    assert Vote.objects.filter(seat__case=case, seat__chair=one.chair).count() == 1


# --- Draws ----------------------------------------------------------------------------------------
def test_two_workers_seat_one_panel():
    case = panels.drawn_with_pool()

    ends = beside(lambda: panel.seat_panel(case.pk), lambda: panel.seat_panel(case.pk))

    assert ends == "wrong_state"
    assert Seat.objects.filter(case=case).count() == 17
    counters = DrawEntry.objects.filter(draw=case.pk).values_list("counter", flat=True)
    assert sorted(counters) == list(range(len(counters)))


def test_without_the_lock_only_the_database_stops_the_second_worker(monkeypatch):
    case = panels.drawn_with_pool()
    without_lock(monkeypatch)

    with pytest.raises(IntegrityError):
        beside(lambda: panel.seat_panel(case.pk), lambda: panel.seat_panel(case.pk))


def two_draws_of_thirty() -> tuple[Case, Case]:
    """Two panels of 17 out of 30 people who may sit once in twelve hours: somebody is in both."""
    world.pool(30)
    cases = [world.filed(), world.filed()]
    for case in cases:
        rules = case.rules | {"juror_cap": 1, "min_pool": 20}
        Case.objects.filter(pk=case.pk).update(rules=rules)
        world.answered(case)
    skip(hours=72)
    first, second = (panels.begun(panels.copied(case)) for case in cases)
    return first, second


def on_both(first: Case, second: Case) -> int:
    jurors = Seat.objects.filter(case=first).values("juror")
    return Seat.objects.filter(case=second, juror__in=jurors).count()


def test_two_draws_at_once_never_seat_one_person_beyond_his_cap():
    first, second = two_draws_of_thirty()

    beside(lambda: panel.seat_panel(first.pk), lambda: panel.seat_panel(second.pk))

    assert on_both(first, second) == 0
    assert world.again(first).state == CaseState.VOTING
    assert world.again(second).state == CaseState.NO_PANEL
    assert DrawEntry.objects.filter(draw=second.pk, code="CAP").count() == 17


def test_without_the_profiles_locked_they_would(monkeypatch):
    first, second = two_draws_of_thirty()
    monkeypatch.setattr(filling, "_lock_profiles", lambda _people: None)

    beside(lambda: panel.seat_panel(first.pk), lambda: panel.seat_panel(second.pk))

    assert on_both(first, second) > 0
