"""Who may appeal, when, once; and that both sides are asked the same, or nothing is saved."""

import pytest
from django.db import DatabaseError, transaction

from accounts.standing.models import StandingEvent
from disputes.actions import appealing, desk, ruling
from disputes.models import Case, EvidenceRequest, RequestPair, Stage
from marketplace.lib import clock
from orders.escrow import movements
from tests import given
from tests.conftest import refused
from tests.disputes import desk as at
from tests.disputes import world
from tests.orders import world as orders

pytestmark = pytest.mark.django_db

GROUND = appealing.Ground("error_on_evidence", at.APPEAL)


def test_a_margin_of_four_is_final_and_says_so():
    """A10"""
    case = world.decided(buyer=5, seller=9)

    with refused("margin_not_below_4"):
        appealing.appeal(case.pk, by=case.buyer, ground=GROUND)

    assert case.state == "DECIDED"


@pytest.mark.parametrize("loser", [6, 7, 8])
def test_a_narrow_verdict_can_be_appealed_once_by_the_side_that_lost(loser: int):
    """A11"""
    case = world.decided(buyer=loser, seller=9)

    with refused("winner_cannot_appeal"):
        appealing.appeal(case.pk, by=case.seller, ground=GROUND)
    case = at.appeal(case)

    assert case.state == "APPEALED"
    with refused("already_appealed"):
        appealing.appeal(case.pk, by=case.buyer, ground=GROUND)


def test_after_72_hours_an_appeal_is_too_late_though_no_sweep_has_run():
    case = at.narrow()
    orders.skip(hours=72, seconds=1)

    with refused("too_late"):
        appealing.appeal(case.pk, by=case.buyer, ground=GROUND)

    assert not case.appeals.exists()


def test_a_moment_before_the_end_the_appeal_wins_over_the_sweep():
    case = at.narrow()
    orders.skip(hours=71, minutes=59)

    appealed = at.appeal(case)

    orders.skip(hours=1)
    with refused("wrong_state"):
        ruling.lapse(case.pk)
    assert appealed.state == "APPEALED"


def test_before_the_verdict_there_is_nothing_to_appeal():
    case = world.voting()

    with refused("case_not_final"):
        appealing.appeal(case.pk, by=case.buyer, ground=GROUND)


@pytest.mark.parametrize(("ground", "text"), [("mood", at.APPEAL), ("procedure", "Too short.")])
def test_an_appeal_has_one_of_the_grounds_and_a_hundred_characters(ground: str, text: str):
    case = at.narrow()

    with refused("invalid"):
        appealing.appeal(case.pk, by=case.buyer, ground=appealing.Ground(ground, text))


def test_the_loser_may_give_up_the_appeal_for_good():
    case = at.narrow()

    with refused("winner_cannot_appeal"):
        ruling.accept(case.pk, by=case.seller)
    ruling.accept(case.pk, by=case.buyer)

    case = world.swept(case)
    assert case.state == "EXECUTED"
    orders.skip(hours=73)
    with refused("too_late"):
        appealing.appeal(case.pk, by=case.buyer, ground=GROUND)


def test_an_appeal_asks_both_for_a_reply_until_the_same_hour_and_holds_the_money():
    case = at.appeal(at.narrow(), world.text("A new slip of the shop's till."), ground="procedure")

    pair = RequestPair.objects.get(case=case)
    asked = pair.requests.order_by("party")
    assert [(half.party, half.due_at) for half in asked] == [
        ("buyer", pair.due_at),
        ("seller", pair.due_at),
    ]
    shown = case.evidence.get(stage=Stage.APPEAL)
    assert shown.could_have_been_filed
    assert movements.holds(case.order_id) == case.amount_fen
    assert not StandingEvent.objects.filter(kind="case_lost").exists()


# --- The desk asks both, or nothing is saved (A12) ------------------------------------------------
def test_what_is_asked_of_the_winner_alone_is_not_saved_by_sql():
    """A12"""
    case = at.narrow()

    with pytest.raises(DatabaseError, match="asked of both"):
        ask_the_seller_alone(case)

    assert not RequestPair.objects.exists()


@transaction.atomic
def ask_the_seller_alone(case: Case) -> None:
    pair = RequestPair.objects.create(
        case=case,
        kind="document",
        text="A certificate of the carrier, please.",
        rule_id="court/staff",
        asked_at=clock.now(),
        due_at=clock.now(),
    )
    EvidenceRequest.objects.create(pair=pair, party="seller", due_at=pair.due_at)
    transaction.get_connection().check_constraints()


def test_the_desk_asks_both_sides_the_same_by_its_only_verb():
    ada = at.member()
    case = at.appeal(at.narrow())
    desk.take(case.pk, by=ada)
    question = desk.Question("document", "Show the till slip with its time.", "court/staff")

    pair = desk.ask(case.pk, by=ada, question=question)

    assert sorted(pair.requests.values_list("party", flat=True)) == ["buyer", "seller"]


# --- Who may sit at the desk ----------------------------------------------------------------------
def test_one_person_holds_a_case_and_hands_it_back_with_a_reason():
    ada, ben = at.member(name="Ada"), at.member(name="Ben")
    case = at.appeal(at.narrow())
    desk.take(case.pk, by=ada)

    with refused("already_taken"):
        desk.take(case.pk, by=ben)
    with refused("reason_required"):
        desk.send_back(case.pk, by=ada, reason="no")
    desk.send_back(case.pk, by=ada, reason="I know the shop from my own town.")
    case = desk.take(case.pk, by=ben)

    assert case.desk_holder == ben


def test_whoever_traded_with_a_side_can_not_take_its_case():
    ada = at.member()
    case = world.filed()
    given.placed_order(orders.offer(case.seller), ada)
    case = at.appeal(world.decided(buyer=8, seller=9, case=world.voting(case)))

    with refused("conflict"):
        desk.take(case.pk, by=ada)


def test_only_adjudicators_decide():
    case = at.appeal(at.narrow())

    with refused("not_your_step"):
        desk.take(case.pk, by=at.member("agent"))


def test_day_seven_at_the_desk_alarms_a_supervisor_and_nobody_wins():
    """A36"""
    case = at.appeal(at.narrow())

    case = world.later(case, hours=24 * 7, minutes=1)

    assert case.state == "APPEALED"
    assert case.troubles.get(ended_at=None).kind == "overdue"
    assert movements.holds(case.order_id) == case.amount_fen
