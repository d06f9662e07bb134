"""What is asked of one side is asked of the other, in the same words and until the same hour."""

from datetime import timedelta

import pytest
from django.db import Error, transaction

from accounts.inbox.models import Notice
from disputes import case_sweeps
from disputes.actions import appealing, ending, requests
from disputes.models import Case, EvidenceRequest, RequestPair, Stage
from marketplace.lib import clock
from tests import given
from tests.conftest import refused, settle
from tests.disputes import world
from tests.orders.world import skip

pytestmark = pytest.mark.django_db

WHY = "The panel did not look at the answer of the issuer that was in the file all the time. " * 2


@pytest.fixture
def case() -> Case:
    """Asked once, by the clock."""
    found = world.filed()
    ask(found)
    return found


def ask(case: Case, text: str = "What did the app show you, and when?") -> RequestPair:
    kind = RequestPair.Kind.QUESTION
    return requests.ask_both(
        case, kind=kind, text=text, rule_id="court/staff", asked_by=None, at=clock.now()
    )


def asked(case: Case, side: str) -> EvidenceRequest:
    """The newest request of a side."""
    rows = requests.of_case(case).filter(party=side)
    return rows.order_by("-pair__asked_at").select_related("answer").first()  # type: ignore[return-value]


def test_both_are_asked_the_same_until_the_same_hour(case):
    pair = case.request_pairs.get()

    rows = list(pair.requests.order_by("party"))

    assert [row.party for row in rows] == ["buyer", "seller"]
    assert {row.due_at for row in rows} == {pair.asked_at + timedelta(hours=72)}
    assert Notice.objects.filter(kind="request_to_both").count() == 2


@pytest.mark.parametrize("sides", [["buyer"], ["seller"], []], ids=str)
def test_the_database_keeps_no_question_to_one_side_only(case, sides):
    now = clock.now()
    facts = {"kind": "question", "text": "Only you", "rule_id": "x", "asked_at": now}

    savepoint = transaction.savepoint()
    pair = RequestPair.objects.create(case=case, due_at=now, **facts)
    for side in sides:
        EvidenceRequest.objects.create(pair=pair, party=side, due_at=now)

    with pytest.raises(Error):
        settle()
    transaction.savepoint_rollback(savepoint)

    assert case.request_pairs.count() == 1


def test_a_request_never_changes_its_side(case):
    row = asked(case, "buyer")

    with pytest.raises(Error), transaction.atomic():
        EvidenceRequest.objects.filter(pk=row.pk).update(party="seller")

    assert asked(case, "buyer").pk == row.pk


def test_an_answer_is_an_exhibit_and_is_put_before_the_other_side_once(case):
    row = requests.answer(asked(case, "buyer").pk, by=case.buyer, item=world.text())

    assert row.answer is not None
    assert (row.answer.stage, row.answer.party) == (Stage.REQUEST, "buyer")
    reply = case.request_pairs.get(kind="reply")
    assert reply.replies_to == row.answer
    assert row.answer.label in reply.question
    requests.answer(asked(case, "seller").pk, by=case.seller, item=world.text("Not so."))
    assert case.request_pairs.filter(kind="reply").count() == 1


def test_an_answer_that_says_nothing_opens_no_reply(case):
    row = requests.answer(asked(case, "buyer").pk, by=case.buyer, item=None)

    assert (row.declined, row.answer) == (True, None)
    assert case.request_pairs.count() == 1


def test_nobody_answers_for_the_other_side(case):
    with refused("not_your_step"):
        requests.answer(asked(case, "buyer").pk, by=case.seller, item=world.text())
    with refused("not_found"):
        requests.answer(asked(case, "buyer").pk, by=given.person("Nosy"), item=world.text())

    assert asked(case, "buyer").is_open


def test_a_question_is_answered_once(case):
    pk = asked(case, "buyer").pk
    requests.answer(pk, by=case.buyer, item=None)

    with refused("wrong_state"):
        requests.answer(pk, by=case.buyer, item=world.text())

    assert asked(case, "buyer").declined


@pytest.mark.parametrize("side", ["buyer", "seller"])
def test_after_72_hours_no_answer_is_taken_whether_or_not_a_sweep_has_run(case, side):
    skip(hours=72)

    with refused("too_late"):
        requests.answer(asked(case, side).pk, by=getattr(case, side), item=world.text())

    assert asked(case, side).answer is None


def test_silence_closes_a_question_and_speaks_for_nobody(case):
    skip(hours=71, minutes=59)
    case_sweeps.end_requests()
    assert asked(case, "buyer").is_open
    skip(minutes=1)

    case_sweeps.end_requests()
    case_sweeps.end_requests()

    row = asked(case, "buyer")
    assert (row.is_open, row.lapsed, row.answer) == (False, True, None)
    assert case.events.filter(step="answer").count() == 2  # one a side


def test_when_the_case_ends_nobody_has_to_answer(case):
    ending.concede(case.pk, by=case.seller)

    assert not requests.of_case(case).filter(answered_at=None).exists()


# --- On appeal ------------------------------------------------------------------------------------
def appealed(ground: str) -> Case:
    case = world.decided(buyer=8, seller=9)
    why = appealing.Ground(ground, WHY)
    return appealing.appeal(case.pk, by=case.buyer, ground=why, items=[world.text("New.")])


@pytest.mark.parametrize(("ground", "marked"), [("new_evidence", False), ("procedure", True)])
def test_what_is_shown_on_appeal_is_served_and_both_may_reply_until_the_same_hour(ground, marked):
    case = appealed(ground)

    shown = case.evidence.get(stage=Stage.APPEAL)
    assert shown.could_have_been_filed is marked
    assert shown not in case.evidence.admitted()
    served = Notice.objects.get(kind="exhibit_added", facts__exhibit=shown.label)
    assert served.person_id == case.seller_id
    due = {row.due_at for row in requests.of_case(case)}
    assert (len(due), requests.of_case(case).count()) == (1, 2)
