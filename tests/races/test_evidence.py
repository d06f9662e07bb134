"""Filing, showing, sealing and agreeing at one moment, with and without the locks."""

import itertools
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from disputes.actions import desk, ending, evidence, filing, requests, sealing
from disputes.models import Case, Evidence, EvidenceRequest
from disputes.models.case import CaseQuerySet
from marketplace.lib import clock
from marketplace.lib.money import Fen
from orders.actions import delivery
from orders.escrow.models import Transfer
from orders.models import Order
from tests.disputes import world
from tests.orders import world as orders
from tests.races.together import beside, torn
from tests.races.together import without_lock as without_lock_on_orders

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

Act = Callable[[], object]
CLOSES = ("release", "refund", "split")


def without_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody locks an order or a case any more; each verb reads the row as it finds it."""
    without_lock_on_orders(monkeypatch)
    monkeypatch.setattr(CaseQuerySet, "lock", lambda rows, pk: rows.get(pk=pk))


# --- Filing ---------------------------------------------------------------------------------------
def files(order: Order, side: str) -> Act:
    return lambda: world.filed(order, by=side, claim="other")


def test_two_filings_at_once_make_one_case():
    order = orders.revealed()

    ends = beside(files(order, "buyer"), files(order, "seller"))

    assert ends == "case_open"
    assert Case.objects.get().side_of(order.buyer) == "buyer"
    assert Evidence.objects.filter(kind="statement").count() == 1


@pytest.mark.parametrize("first", ["filing", "confirming"])
def test_a_filing_beside_the_confirmation_leaves_one_truth(first: str):
    order = orders.revealed()
    acts = {
        "filing": files(order, "buyer"),
        "confirming": lambda: delivery.confirm_receipt(order.pk, by=order.buyer),
    }
    second = next(name for name in acts if name != first)

    ends = beside(acts[first], acts[second])

    assert ends == {"filing": "order_disputed", "confirming": "done"}[first]
    order.refresh_from_db()
    assert (order.state, Case.objects.count(), torn(order)) == ("DISPUTED", 1, [])


def test_without_the_lock_a_confirmation_pays_what_a_case_has_frozen(monkeypatch):
    order = orders.revealed()
    without_lock(monkeypatch)

    beside(lambda: delivery.confirm_receipt(order.pk, by=order.buyer), files(order, "seller"))

    assert torn(order) != []


# --- The last second ------------------------------------------------------------------------------
def a_moment_before_the_seal() -> Case:
    case = world.answered(world.filed())
    left = case.evidence_due_at - clock.now() - timedelta(seconds=2)
    orders.skip(seconds=left.total_seconds())
    return case


def shows(case: Case, words: str, *, side: str = "buyer") -> Act:
    return lambda: evidence.submit(case.pk, by=getattr(case, side), item=world.text(words))


def shows_and_the_hour_strikes(case: Case) -> None:
    """In time; but the sweep comes before this is committed."""
    shows(case, "In the very last second.")()
    time.sleep(2.1)


def is_whole(case: Case) -> bool:
    found = world.again(case)
    return bytes(found.evidence_root or b"") == evidence.root_of(found)


def test_what_came_in_the_last_second_is_under_the_seal():
    case = a_moment_before_the_seal()

    ends = beside(
        lambda: shows_and_the_hour_strikes(case), lambda: sealing.seal_or_dismiss(case.pk)
    )

    assert (ends, world.again(case).state) == ("done", "SEALED")
    assert case.evidence.admitted().filter(party="buyer", kind="text").count() == 2
    assert is_whole(case)


def test_without_the_lock_reviewers_would_read_what_is_not_under_the_root(monkeypatch):
    case = a_moment_before_the_seal()
    without_lock(monkeypatch)

    beside(lambda: shows_and_the_hour_strikes(case), lambda: sealing.seal_or_dismiss(case.pk))

    assert not is_whole(case)


def test_what_waits_for_the_seal_is_late():
    case = world.answered(world.filed())
    orders.skip(hours=72)

    ends = beside(lambda: sealing.seal_or_dismiss(case.pk), shows(case, "A moment too late."))

    assert ends == "done"
    assert case.evidence.get(late=True).party == "buyer"
    assert is_whole(case)


def test_two_workers_seal_once():
    case = world.answered(world.filed())
    orders.skip(hours=72)

    ends = beside(
        lambda: sealing.seal_or_dismiss(case.pk), lambda: sealing.seal_or_dismiss(case.pk)
    )

    assert ends == "wrong_state"
    assert case.events.filter(step="seal").count() == 1


# --- Two tabs -------------------------------------------------------------------------------------
def test_the_same_from_two_tabs_is_one_exhibit():
    case = world.filed()

    ends = beside(shows(case, "The same."), shows(case, "The same."))

    assert ends == "done"
    assert case.evidence.filter(kind="text").count() == 1


def test_the_twenty_first_finds_no_place_however_close_it_comes():
    case = world.filed()
    for number in range(19):
        shows(case, f"Number {number}")()

    ends = beside(shows(case, "The twentieth"), shows(case, "One more"))

    assert ends == "invalid"
    assert case.evidence.filter(kind="text").count() == 20


def test_without_the_lock_two_exhibits_would_want_one_number(monkeypatch):
    case = world.filed()
    without_lock(monkeypatch)

    with pytest.raises(IntegrityError):
        beside(shows(case, "One"), shows(case, "Two"))

    assert case.evidence.filter(kind="text").count() == 1


# --- Ends -----------------------------------------------------------------------------------------
def offered(case: Case) -> Act:
    made = ending.offer(case.pk, by=case.buyer, buyer_fen=Fen(2_000), seller_fen=Fen(2_800))
    return lambda: ending.accept_offer(case.pk, by=case.seller, offer_id=made.pk)


@pytest.mark.parametrize(
    ("first", "second"), itertools.permutations(["accept", "withdraw", "concede"], 2)
)
def test_of_two_ends_at_once_the_first_stands_and_the_money_moves_once(first: str, second: str):
    case = world.filed()
    acts = {
        "accept": offered(case),
        "withdraw": lambda: filing.withdraw(case.pk, by=case.buyer),
        "concede": lambda: ending.concede(case.pk, by=case.seller),
    }

    ends = beside(acts[first], acts[second])

    assert ends in {"wrong_state", "settlement_changed"}
    found = world.again(case)
    assert found.state == {"withdraw": "WITHDRAWN"}.get(first, "SETTLED")
    closes = Transfer.objects.filter(order_id=case.order_id, kind__in=CLOSES)
    assert closes.count() == (0 if first == "withdraw" else 1)


def test_an_answer_in_time_is_not_closed_as_silence_by_a_sweep_beside_it():
    case = world.filed()
    with transaction.atomic():
        desk.ask_for_statements(case, at=clock.now())
    row = EvidenceRequest.objects.get(party="buyer")
    left = row.due_at - clock.now() - timedelta(seconds=2)
    orders.skip(seconds=left.total_seconds())

    def answers() -> None:
        requests.answer(row.pk, by=case.buyer, item=world.text())
        time.sleep(2.1)

    ends = beside(answers, lambda: requests.lapse(row.pk))

    row.refresh_from_db()
    assert (ends, row.lapsed, row.answer is not None) == ("done", False, True)
