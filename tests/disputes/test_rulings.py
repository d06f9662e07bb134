"""Staff decide in writing: what must be in it, whose yes it takes, and what follows."""

import re
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from accounts.models import User
from accounts.standing.models import StandingEvent
from disputes.actions import appealing, deciding, desk, issuing
from disputes.models import Case, Citation, OpenedVote, Ruling, Seat, Verdict
from orders.escrow import movements
from tests import given
from tests.conftest import refused
from tests.disputes import desk as at
from tests.disputes import world
from tests.disputes.panels import sealed
from tests.doors import Doors
from tests.orders import world as orders
from tests.security.world import browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return at.coming(name="Ada")


@pytest.fixture
def ben():
    return at.coming(name="Ben")


@pytest.fixture
def case(ada):
    """Appealed by the buyer after 9-8, and on Ada's desk; nothing new was shown."""
    return at.taken(at.appeal(at.narrow()), ada)


def test_with_nothing_new_the_verdict_stands_and_one_person_can_say_so(case, ada):
    stands = at.decision("stands", at.cited(at.exhibit(case, "S1"), "seller", conclusive=True))

    ruling = deciding.prepare(case.pk, by=ada, decision=stands)

    case = world.swept(case)
    assert (ruling.state, ruling.approved_by) == ("ISSUED", None)
    assert case.state == "EXECUTED"
    assert given.again(case.order).state == "COMPLETED"
    assert StandingEvent.objects.get(kind="case_lost").points == -5


@pytest.mark.scenario("A13")
def test_the_database_keeps_no_citation_of_a_not_sure_for_a_side(case, ada):
    deciding.prepare(case.pk, by=ada, decision=at.overturning(case))

    with pytest.raises(IntegrityError), transaction.atomic():
        Citation.objects.update(conclusive=False, supports="buyer")


def test_an_overturn_waits_for_a_second_person_who_is_not_its_author(case, ada, ben):
    ruling = deciding.prepare(case.pk, by=ada, decision=at.overturning(case))
    assert ruling.state == "SECOND"
    assert movements.holds(case.order_id) == case.amount_fen

    with refused("second_person_needed"):
        issuing.approve(ruling.pk, by=ada)
    issuing.approve(ruling.pk, by=ben)

    case = world.swept(case)
    assert case.state == "EXECUTED"
    assert (case.winner, case.winner_votes) == ("buyer", None)
    assert given.again(case.order).state == "REFUNDED"
    events = StandingEvent.objects.filter(kind="case_lost")
    assert [(row.person, row.points) for row in events] == [(case.seller, -20)]


def test_the_database_issues_no_overturn_without_a_second_person(case, ada):
    ruling = deciding.prepare(case.pk, by=ada, decision=at.overturning(case))

    with pytest.raises(IntegrityError), transaction.atomic():
        Ruling.objects.filter(pk=ruling.pk).update(state="ISSUED")


def test_the_database_issues_nothing_that_cites_nothing(case, ada, ben):
    ruling = deciding.prepare(case.pk, by=ada, decision=at.overturning(case))
    Citation.objects.all().delete()

    with pytest.raises(DatabaseError, match="cites what it rests on"), transaction.atomic():
        Ruling.objects.filter(pk=ruling.pk).update(state="ISSUED", approved_by=ben)


@pytest.mark.parametrize(
    "changes",
    [
        {"reasons": "Because."},
        {"answer_to_buyer": "No."},
        {"answer_to_seller": ""},
        {"rule_ids": ()},
        {"citations": ()},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_decision_without_its_reasons_is_refused(case, ada, changes):
    whole = at.decision("stands", at.cited(at.exhibit(case, "S1")))

    with refused("reason_required"):
        deciding.prepare(case.pk, by=ada, decision=at.replaced(whole, **changes))


def test_an_exhibit_that_lacks_one_of_its_three_checks_can_not_be_cited(case, ada):
    """R66"""
    half = at.replaced(at.cited(at.exhibit(case, "S1")), legal="")

    with refused("invalid"):
        deciding.prepare(case.pk, by=ada, decision=at.decision("stands", half))


def test_an_exhibit_of_another_case_can_not_be_cited(case, ada):
    other = world.answered(world.filed())
    foreign = at.cited(at.exhibit(other, "S1"))

    with refused("invalid"):
        deciding.prepare(case.pk, by=ada, decision=at.decision("stands", foreign))


def test_nobody_decides_while_a_side_may_still_answer(ada):
    case = at.appeal(at.narrow())
    desk.take(case.pk, by=ada)

    with refused("request_open"):
        deciding.prepare(case.pk, by=ada, decision=at.overturning(case))


def test_an_approval_runs_out_after_a_day(case, ada, ben):
    ruling = deciding.prepare(case.pk, by=ada, decision=at.overturning(case))
    orders.skip(hours=24)

    with refused("too_late"):
        issuing.approve(ruling.pk, by=ben)


def test_a_question_that_is_asked_meanwhile_ends_the_approval(case, ada, ben):
    ruling = deciding.prepare(case.pk, by=ada, decision=at.overturning(case))
    question = desk.Question("question", "When exactly did you try the code?", "court/staff")
    desk.ask(case.pk, by=ada, question=question)

    with refused("wrong_state"):
        issuing.approve(ruling.pk, by=ben)


def test_an_issued_ruling_is_never_changed(case, ada):
    stands = at.decision("stands", at.cited(at.exhibit(case, "S1")))
    deciding.prepare(case.pk, by=ada, decision=stands)

    with pytest.raises(DatabaseError, match="final"), transaction.atomic():
        Ruling.objects.update(reasons=at.WHY + "!")


# --- In the jury's place --------------------------------------------------------------------------
@pytest.mark.scenario("A19")
def test_a19_eight_to_seven_at_the_end_hangs_and_is_opened_only_with_the_ruling(ada, ben):
    case = world.voting()
    for seat, side in zip(world.open_seats(case), ["buyer"] * 8 + ["seller"] * 7, strict=False):
        world.cast(seat, side)
    for _half_day in range(7):
        case = world.later(case, hours=12)
    hung_at = given.known(case.ballot_opened_at) + timedelta(hours=72)
    assert (case.state, case.ballot_due_at, case.winner_votes) == ("HUNG", hung_at, None)
    assert movements.holds(case.order_id) == case.amount_fen
    assert nobody_reads("8-7", case, ada)
    case = at.taken(case, ada)
    assert movements.holds(case.order_id) == case.amount_fen
    assert nobody_reads("8-7", case, ada)

    first = at.decision("seller", at.cited(at.exhibit(case, "S1"), "seller", conclusive=True))
    deciding.prepare(case.pk, by=ada, decision=first)

    case = world.swept(case)
    assert case.state == "ESCALATED"
    assert OpenedVote.objects.filter(case=case).count() == 15
    for person in (case.buyer, case.seller):
        page = Doors(person).page.get(f"{case.get_absolute_url()}verdict/")
        assert page.text.count(world.RATIONALE) == 15
        assert "8 votes for the buyer, 7 for the seller" in page.source
        hung = Doors(person).api.get(f"/cases/{case.pk}/verdict/")["hung"]
        assert (hung["buyer"], hung["seller"]) == (8, 7)
        assert [reason["text"] for reason in hung["reasons"]] == [world.RATIONALE] * 15
    at.appeal(case)
    with refused("conflict"):
        desk.take(case.pk, by=ada)
    assert desk.take(case.pk, by=ben).desk_holder == ben


def nobody_reads(tally: str, case: Case, staff: User) -> bool:
    """Neither side nor the desk, on the page or by the API; and no ballot is opened."""
    desk_page = browser(staff).get(reverse("admin:disputes_case_change", args=[case.pk]))
    seen = [desk_page.content.decode()]
    for side in (case.buyer, case.seller):
        doors = Doors(side)
        seen.append(doors.page.get(case.get_absolute_url()).text)
        paths = [f"/cases/{case.pk}/{path}" for path in ("", "events/", "draw/")]
        seen.extend(doors.api.get(path).raw.decode() for path in paths)
    assert not OpenedVote.objects.exists()
    telling = re.compile(rf"\b(?:{tally}|{tally[::-1]}|15 (?:of|votes))\b|{world.RATIONALE}")
    return not any(map(telling.search, seen))


@pytest.mark.scenario("A20")
def test_a20_ninety_nine_are_too_few_and_a_ruling_can_be_appealed_to_others_at_any_margin(ada, ben):
    world.pool(99)
    case = world.swept(sealed())
    assert case.state == "NO_PANEL"
    assert not Seat.objects.exists()
    case = at.taken(case, ada)

    first = at.decision("split", at.cited(at.exhibit(case, "S1")), buyer_fen=case.amount_fen // 2)
    deciding.prepare(case.pk, by=ada, decision=first)

    case = world.again(case)
    ground = appealing.Ground("procedure", at.APPEAL)
    assert appealing.appeal(case.pk, by=case.seller, ground=ground).state == "APPEALED"
    with refused("conflict"):
        desk.take(case.pk, by=ada)
    assert desk.take(case.pk, by=ben).desk_holder == ben
    assert not Seat.objects.exists()


def test_both_sides_read_the_same_final_document(case, ada, ben):
    ruling = deciding.prepare(case.pk, by=ada, decision=at.overturning(case))
    issuing.approve(ruling.pk, by=ben)

    document = Verdict.objects.get(case=case, instance="appeal").document

    assert document["second_person"]
    assert document["reasons"] == at.WHY
    assert document["citations"][0]["label"] == "B2"
    assert document["appeal"]["because"] == "staff_decided"
