"""The court's acceptance after the count: who may appeal, what staff must do, what both read."""

import json
import re
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.inbox.models import Notice
from accounts.models import User
from accounts.roles import Role
from accounts.standing.models import StandingEvent
from disputes import queues, words
from disputes.actions import deciding, desk, evidence, issuing, requests
from disputes.models import (
    Case,
    Citation,
    EvidenceKind,
    EvidenceRequest,
    RequestPair,
    Ruling,
    Verdict,
)
from marketplace.lib import clock
from marketplace.lib.ids import uuid7
from orders.escrow import movements
from tests import given
from tests.api.client import Answer
from tests.conftest import refused
from tests.disputes import desk as at
from tests.disputes import panels, world
from tests.doors import Doors
from tests.orders import world as orders
from tests.security import pictures
from tests.security.world import browser

pytestmark = pytest.mark.django_db

QUESTION = desk.Question("third_party", "A certificate of the carrier, please.", "court/staff")


@pytest.fixture
def ada() -> User:
    return at.coming(name="Ada")


@pytest.fixture
def ben() -> User:
    return at.coming(name="Ben")


def appeal(case: Case, person: User) -> Answer:
    body = {"ground": "error_on_evidence", "text": at.APPEAL}
    return Doors(person).api.post(f"/cases/{case.pk}/appeal/", body)


def code_of(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.body.get("code", "")


# --- Who may appeal -------------------------------------------------------------------------------
@pytest.mark.scenario("A10")
def test_a10_nine_to_five_can_not_be_appealed_and_says_that_it_is_final_and_where_to_go():
    case = world.decided(buyer=5, seller=9)

    answer = appeal(case, case.buyer)

    assert code_of(answer) == (403, "margin_not_below_4")
    assert world.again(case).state == "DECIDED"
    for side in (case.buyer, case.seller):
        page = Doors(side).page.get(f"{case.get_absolute_url()}verdict/").text
        assert "The margin is 4, not below 4: this decision is final here." in page
        assert words.outside_routes() in page
        assert "12315" in Doors(side).api.get(f"/cases/{case.pk}/verdict/")["outside"]


@pytest.mark.scenario("A11")
@pytest.mark.parametrize("loser", [6, 7, 8])
def test_a11_a_narrow_verdict_can_be_appealed_by_the_loser_once(loser: int):
    case = world.decided(buyer=loser, seller=9)

    assert code_of(appeal(case, case.seller)) == (403, "winner_cannot_appeal")
    assert (code_of(appeal(case, case.buyer)), world.again(case).state) == ((200, ""), "APPEALED")
    assert code_of(appeal(case, case.buyer)) == (409, "already_appealed")
    assert case.appeals.count() == 1


@pytest.mark.scenario("A11")
@pytest.mark.parametrize("loser", [6, 7, 8])
def test_a11_after_72_hours_an_appeal_is_too_late_and_the_verdict_is_carried_out(loser: int):
    case = world.decided(buyer=loser, seller=9)
    orders.skip(hours=72, seconds=1)

    assert code_of(appeal(case, case.buyer)) == (409, "too_late")
    ended = world.swept(case)

    last = case.events.order_by("-seq").values_list("step", "after")[:2]
    assert list(last) == [("execute", "EXECUTED"), ("lapse", "FINAL")]
    assert (ended.state, given.again(case.order).state) == ("EXECUTED", "COMPLETED")


# --- What staff ask -------------------------------------------------------------------------------
@pytest.mark.scenario("A12")
def test_a12_no_door_asks_xu_alone_and_the_verb_asks_both(ada: User):
    case = at.appeal(at.narrow())
    desk.take(case.pk, by=ada)
    before = halves(case)

    for path in ("requests/", "ask/", "evidence-requests/"):
        body = {"party": "seller", "text": QUESTION.text}
        knocked = browser(ada).post(f"/api/v1/cases/{case.pk}/{path}", body, "application/json")
        assert knocked.status_code == 404
    for model in ("evidencerequest", "requestpair"):
        assert browser(ada).get(f"/desk/disputes/{model}/add/").status_code == 404
    with pytest.raises(DatabaseError, match="asked of both"):
        by_orm(case)
    with pytest.raises(DatabaseError, match="asked of both"):
        by_sql(case)
    assert halves(case) == before

    desk.ask(case.pk, by=ada, question=QUESTION)
    typed = {"kind": "document", "text": QUESTION.text, "rule_id": "court/staff", "party": "seller"}
    browser(ada).post(reverse("admin:disputes_case_ask", args=[case.pk]), typed)

    assert halves(case) == before + [["buyer", "seller"]] * 2
    for pair in case.request_pairs.all():
        assert set(pair.requests.values_list("due_at", flat=True)) == {pair.due_at}


def halves(case: Case) -> list[list[str]]:
    """Who was asked, question by question."""
    pairs = RequestPair.objects.filter(case=case).order_by("asked_at")
    return [sorted(pair.requests.values_list("party", flat=True)) for pair in pairs]


@transaction.atomic
def by_orm(case: Case) -> None:
    facts = {"kind": "third_party", "text": QUESTION.text, "rule_id": "court/staff"}
    now = clock.now()
    pair = RequestPair.objects.create(case=case, asked_at=now, due_at=now, **facts)
    EvidenceRequest.objects.create(pair=pair, party="seller", due_at=now)
    connection.check_constraints()


@transaction.atomic
def by_sql(case: Case) -> None:
    pair, request = uuid7(), uuid7()
    with connection.cursor() as cursor:
        for table, new in (("requestpair", {"id": str(pair)}), ("evidencerequest", {})):
            old = "asked_at" if table == "requestpair" else "id"
            ids = new or {"id": str(request), "pair_id": str(pair), "party": "seller"}
            cursor.execute(
                f"INSERT INTO disputes_{table} SELECT copy.* FROM disputes_{table} o,"  # noqa: S608
                f" LATERAL jsonb_populate_record(o, %s) copy ORDER BY o.{old} LIMIT 1",
                [json.dumps(ids)],
            )
    connection.check_constraints()


# --- What staff may find --------------------------------------------------------------------------
@pytest.mark.scenario("A13")
def test_a13_the_carriers_not_sure_is_cited_for_nobody_and_leaves_the_verdict_alone(ada: User):
    case = at.appeal(at.narrow())
    desk.take(case.pk, by=ada)
    pair = desk.ask(case.pk, by=ada, question=QUESTION)
    letter = world.text("The carrier wrote: we are not sure which of the two it was.")
    asked = pair.requests.get(party="seller")
    answer = requests.answer(asked.pk, by=case.seller, item=letter).answer
    assert answer is not None
    case = world.later(case, hours=145)

    for side in ("buyer", "seller"):
        for outcome in ("buyer", "seller", "split", "stands"):
            with refused("invalid"):
                decide(case, ada, outcome, at.cited(answer, side))
    for outcome in ("buyer", "split"):
        with refused("invalid"):
            decide(case, ada, outcome, at.cited(answer))
    assert not Ruling.objects.exists()
    ruling = decide(case, ada, "stands", at.cited(answer))
    assert (ruling.state, ruling.overturns) == ("ISSUED", False)
    assert world.swept(case).winner == "seller"


def decide(case: Case, by: User, outcome: str, *cited: deciding.Cited) -> Ruling:
    part = {"buyer_fen": case.amount_fen // 2} if outcome == "split" else {}
    return deciding.prepare(case.pk, by=by, decision=at.decision(outcome, *cited, **part))


@pytest.mark.scenario("A14")
def test_a14_an_overturn_that_lacks_anything_is_refused_and_a_whole_one_is_final(ada):
    case = at.appeal(at.narrow())
    ben = at.member(name="Ben")
    desk.take(case.pk, by=ada)
    whole = at.overturning(case)
    with refused("request_open"):
        deciding.prepare(case.pk, by=ada, decision=whole)
    case = world.later(case, hours=72, minutes=1)
    for lacking in ("reasons", "answer_to_buyer", "answer_to_seller"):
        with refused("reason_required"):
            deciding.prepare(case.pk, by=ada, decision=at.replaced(whole, **{lacking: "No."}))
    for check in ("authentic", "legal", "relevant"):
        half = at.replaced(whole.citations[0], **{check: ""})
        with refused("invalid"):
            deciding.prepare(case.pk, by=ada, decision=at.replaced(whole, citations=(half,)))
    ruling = deciding.prepare(case.pk, by=ada, decision=whole)
    with refused("second_person_needed"):
        issuing.approve(ruling.pk, by=ada)
    _not_by_sql(ruling, ben)
    assert Ruling.objects.get().state == "SECOND"
    assert movements.holds(case.order_id) == case.amount_fen

    issuing.approve(ruling.pk, by=ben)

    assert world.again(case).state == "FINAL"
    told = Notice.objects.filter(kind="final_ruling").values_list("person", flat=True)
    assert sorted(told) == sorted([case.buyer_id, case.seller_id])
    for side in (case.buyer, case.seller):
        newest = Doors(side).api.get(f"/cases/{case.pk}/verdict/")["verdicts"][0]
        assert newest["instance"] == "appeal"
    assert given.again(world.swept(case).order).state == "REFUNDED"


def _not_by_sql(ruling: Ruling, ben: User) -> None:
    """As the verbs refuse it, so does the database."""
    rows, issued = Ruling.objects.filter(pk=ruling.pk), {"state": "ISSUED", "approved_by": ben}
    with pytest.raises(IntegrityError, match="with_two"), transaction.atomic():
        rows.update(state="ISSUED")
    with pytest.raises(IntegrityError, match="is_another"), transaction.atomic():
        rows.update(state="ISSUED", approved_by=ruling.prepared_by)
    for column in ("reasons", "answer_to_buyer", "answer_to_seller"):
        with pytest.raises(IntegrityError, match="with_reasons"), transaction.atomic():
            rows.update(**issued, **{column: "No."})
    for column in ("authentic", "legal", "relevant"):
        with pytest.raises(IntegrityError, match="was_checked"), transaction.atomic():
            Citation.objects.filter(ruling=ruling).update(**{column: ""})
    with pytest.raises(DatabaseError, match="still open"):
        _issue_with_a_question_open(ruling, ben)


@transaction.atomic
def _issue_with_a_question_open(ruling: Ruling, ben: User) -> None:
    EvidenceRequest.objects.filter(pair__case=ruling.case).update(answered_at=None)
    Ruling.objects.filter(pk=ruling.pk).update(state="ISSUED", approved_by=ben)


# --- On appeal ------------------------------------------------------------------------------------
@pytest.mark.scenario("A30")
@pytest.mark.parametrize(("ground", "marked"), [("new_evidence", False), ("procedure", True)])
def test_a30_a_new_picture_is_answered_for_72_hours_and_an_old_one_is_marked(ground, marked):
    case = at.appeal(at.narrow(), picture(), ground=ground)
    shown = case.evidence.get(stage="appeal")
    pair = case.request_pairs.get()
    asked = pair.requests.get(party="seller")

    page = Doors(case.seller).page.get(case.get_absolute_url())

    assert (shown.kind, shown.could_have_been_filed) == ("picture", marked)
    assert ("Could have been filed before" in page.text) is marked
    assert asked.due_at == pair.asked_at + timedelta(hours=72)
    orders.skip(hours=71, minutes=59)
    reply = requests.answer(asked.pk, by=case.seller, item=world.text("That is another card."))
    assert reply.answer is not None
    orders.skip(minutes=1)
    with refused("too_late"):
        requests.answer(pair.requests.get(party="buyer").pk, by=case.buyer, item=None)


def picture() -> evidence.Item:
    kind = EvidenceKind.PICTURE
    return evidence.Item(kind=kind, description="The app's screen", picture=pictures.jpeg())


@pytest.mark.scenario("A36")
def test_a36_day_seven_at_the_desk_is_told_to_a_supervisor_and_both_and_decides_nothing():
    case = at.appeal(at.narrow())
    chief = at.member("supervisor", name="Chief")

    before = world.later(case, hours=24 * 7 - 1)
    assert not before.troubles.exists()
    case = world.later(case, hours=1, minutes=1)

    queue = queues.queue("overdue")
    assert queue is not None
    assert Role.SUPERVISOR in queue.roles
    assert list(queue.rows(chief)) == [case]
    told = Notice.objects.filter(kind="desk_overdue").values_list("person", flat=True)
    assert sorted(told) == sorted([case.buyer_id, case.seller_id])
    assert (case.state, case.winner) == ("APPEALED", before.winner)
    assert not Ruling.objects.exists()
    assert movements.holds(case.order_id) == case.amount_fen


@pytest.mark.scenario("A39")
def test_a39_standing_moves_when_the_money_has_and_only_by_the_last_decision(ada, ben):
    lost = StandingEvent.objects.filter(kind="case_lost")
    case = at.narrow()
    assert not lost.exists()
    case = at.taken(at.appeal(case), ada)
    ruling = deciding.prepare(case.pk, by=ada, decision=at.overturning(case))
    issuing.approve(ruling.pk, by=ben)
    assert (world.again(case).state, lost.exists()) == ("FINAL", False)

    case = world.swept(case)

    assert (case.state, case.winner) == ("EXECUTED", "buyer")
    assert list(lost.values_list("person", "points")) == [(case.seller_id, -20)]


# --- What both read -------------------------------------------------------------------------------
REASONS = "Reviewer {n:02} holds that the record of the hand-over speaks for itself."


@pytest.mark.scenario("A40")
def test_a40_both_read_the_whole_decision_and_the_public_nothing_of_persons():
    case = world.voting()
    sides = ["buyer"] * 8 + ["seller"] * 9
    for n, (seat, side) in enumerate(zip(panels.read(case), sides, strict=True)):
        panels.cast(seat, side, reasons=REASONS.format(n=n))
    case = world.later(case, hours=72, minutes=1)
    assert case.state == "EXECUTED"
    exhibits = Verdict.objects.get(case=case).document["exhibits"]
    assert {row["label"] for row in exhibits} >= {"B1", "B2", "S1"}

    for person in (case.buyer, case.seller):
        page = Doors(person).page.get(f"{case.get_absolute_url()}verdict/").text
        whole = [
            words.question(case),
            "Decided 9-8 for the seller.",
            "court/1",
            "The margin is 1, below 4: the loser may appeal until",
            words.outside_routes(),
            *(REASONS.format(n=n) for n in range(17)),
            *(text for row in exhibits for text in (row["label"], row["sha256"])),
        ]
        assert [part for part in whole if part not in page] == []

    orders.skip(days=15, minutes=1)
    public = Client().get(reverse("court_case", args=[case.pk]))
    shown = public.content.decode()
    assert public.status_code == 200
    assert "9-8" in shown
    assert not {case.buyer.name, case.seller.name} & set(re.findall(r"\w+", shown))
    assert [part for part in personal(case) if part in shown] == []


def personal(case: Case) -> list[str]:
    people = [case.buyer, case.seller, *(seat.juror for seat in case.seats.all())]
    texts = [world.STATEMENT, world.ANSWER, "It said 0.00 in the app.", case.order.number]
    hashes = [bytes(row.sha256).hex() for row in case.evidence.all()]
    reasons = [REASONS.format(n=n) for n in range(17)]
    dates = [f"{given.known(case.decided_at):%Y-%m-%d}", f"{case.filed_at:%Y-%m-%d}"]
    named = [text for each in people for text in (each.email, str(each.pk))]
    return [*named, case.order.revision.title, *texts, *hashes, *reasons, *dates]
