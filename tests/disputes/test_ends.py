"""Ends without a vote: withdrawn, settled to the fen, conceded; each side by its own act."""

import pytest

from accounts.inbox.kinds import words
from accounts.inbox.models import Notice
from accounts.standing.models import StandingEvent
from disputes.actions import ending, filing
from disputes.models import Case, OpenedVote, Seat, SettlementOffer
from marketplace.lib.money import Fen
from orders.escrow import movements, wallet
from orders.escrow.models import Transfer
from tests import given
from tests.conftest import refused
from tests.disputes import panels, world
from tests.orders.world import skip

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return world.filed()


def offered(case: Case, buyer: int, seller: int, *, by: str = "buyer") -> SettlementOffer:
    person = getattr(case, by)
    return ending.offer(case.pk, by=person, buyer_fen=Fen(buyer), seller_fen=Fen(seller))


def closed_titles() -> list[str]:
    rows = Notice.objects.filter(kind="case_closed")
    return [words(row.kind, row.facts).title for row in rows]


# --- Withdrawal -----------------------------------------------------------------------------------
@pytest.mark.scenario("A27")
def test_a27_before_the_seal_the_filer_withdraws_and_the_facts_are_spent(case):
    case = filing.withdraw(case.pk, by=case.buyer)

    order = given.again(case.order)
    assert (case.state, order.state) == ("WITHDRAWN", "DELIVERED")
    assert order.paused_at is None
    assert closed_titles() == ["The case was withdrawn"] * 2
    with refused("already_decided"):
        world.filed(order)


def test_only_who_opened_a_case_withdraws_it(case):
    with refused("not_your_step"):
        filing.withdraw(case.pk, by=case.seller)

    assert world.again(case).state == "EVIDENCE"


@pytest.mark.scenario("A27")
def test_a27_while_reviewers_read_withdrawing_needs_the_other_side():
    case = world.voting()
    with refused("not_your_step"):
        filing.withdraw(case.pk, by=case.seller)

    case = filing.withdraw(case.pk, by=case.buyer)

    assert case.state == "VOTING"
    with refused("not_your_step"):
        filing.agree_to_withdrawal(case.pk, by=case.buyer)
    case = filing.agree_to_withdrawal(case.pk, by=case.seller)
    assert case.state == "WITHDRAWN"
    assert set(Seat.objects.values_list("state", flat=True)) == {"RELEASED"}


def test_consent_is_given_within_a_day():
    case = world.voting()
    filing.withdraw(case.pk, by=case.buyer)
    skip(hours=24)

    with refused("too_late"):
        filing.agree_to_withdrawal(case.pk, by=case.seller)

    assert world.again(case).state == "VOTING"


# --- Agreement ------------------------------------------------------------------------------------
@pytest.mark.parametrize(("buyer", "seller"), [(0, 4_799), (4_801, 0), (-1, 4_801), (99, 4_700)])
def test_an_offer_splits_the_whole_amount_to_the_fen(case, buyer, seller):
    with refused("split_not_whole"):
        offered(case, buyer, seller)

    assert not SettlementOffer.objects.exists()


@pytest.mark.scenario("A28")
def test_a28_an_agreement_while_reviewers_read_moves_the_money_and_opens_no_ballot():
    case = world.vote(world.voting(), buyer=8, seller=5)
    made = offered(case, 2_880, 1_920)  # 60 to 40

    case = ending.accept_offer(case.pk, by=case.seller, offer_id=made.pk)

    order = given.again(case.order)
    assert (case.state, case.award_buyer_fen, case.award_seller_fen) == ("SETTLED", 2_880, 1_920)
    assert (movements.holds(order.pk), order.buyer_fen) == (0, 2_880)
    assert not OpenedVote.objects.exists()
    assert wallet.wallet_of(case.seller).cooling == 1_901  # less 1 %
    assert not StandingEvent.objects.filter(source="case").exists()
    assert Seat.objects.filter(state="VOTED", credited=10).count() == 13
    assert Seat.objects.filter(state="RELEASED", credited__gt=0).count() == 4


def test_only_the_very_terms_on_the_table_are_accepted(case):
    old = offered(case, 4_000, 800)
    new = offered(case, 3_000, 1_800)

    with refused("settlement_changed"):
        ending.accept_offer(case.pk, by=case.seller, offer_id=old.pk)

    case = ending.accept_offer(case.pk, by=case.seller, offer_id=new.pk)
    assert case.award_buyer_fen == 3_000


def test_nobody_accepts_his_own_offer(case):
    made = offered(case, 4_000, 800)

    with refused("not_your_step"):
        ending.accept_offer(case.pk, by=case.buyer, offer_id=made.pk)

    assert world.again(case).state == "EVIDENCE"


def test_a_declined_offer_is_off_the_table(case):
    made = offered(case, 4_000, 800)
    ending.decline_offer(case.pk, by=case.seller, offer_id=made.pk)

    with refused("settlement_changed"):
        ending.accept_offer(case.pk, by=case.seller, offer_id=made.pk)

    assert world.again(case).is_live


@pytest.mark.parametrize(("side", "to_buyer"), [("buyer", 0), ("seller", 3_000)])
def test_who_gives_in_gives_what_was_asked(side, to_buyer):
    case = world.filed(demand=Fen(3_000))

    case = ending.concede(case.pk, by=getattr(case, side))

    assert (case.award_buyer_fen, case.award_seller_fen) == (to_buyer, 4_800 - to_buyer)
    assert closed_titles() == ["The case has ended: one side gave in"] * 2


def test_after_a_final_decision_there_is_nothing_to_agree_on():
    case = world.decided(buyer=9, seller=0)

    with refused("already_decided"):
        ending.concede(case.pk, by=case.seller)

    assert world.swept(case).state == "EXECUTED"
    assert Transfer.objects.filter(order_id=case.order_id, kind="refund").count() == 1


def test_a_stranger_can_end_nothing(case):
    nosy = given.person("Nosy")

    for step in (ending.concede, filing.withdraw):
        with refused("not_found"):
            step(case.pk, by=nosy)

    assert world.again(case).is_live


def test_a_page_that_showed_another_state_ends_nothing(case):
    panels.sealed(case)

    with refused("stale_state"):
        ending.concede(case.pk, by=case.seller, expected_state="EVIDENCE")

    assert world.again(case).state == "SEALED"
