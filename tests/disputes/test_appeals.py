"""Who may appeal, when, once; and that both sides are asked the same, or nothing is saved."""

import pytest

from accounts.standing.models import StandingEvent
from disputes.actions import appealing, desk, ruling
from disputes.models import RequestPair, Stage
from orders.escrow import movements
from tests import given
from tests.conftest import refused
from tests.disputes import desk as at
from tests.disputes import world
from tests.orders import world as orders

pytestmark = pytest.mark.django_db

GROUND = appealing.Ground("error_on_evidence", at.APPEAL)


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
