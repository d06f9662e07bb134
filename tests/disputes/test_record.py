"""What Fairhand recorded: the same for both sides, never a name or a code, changed by nobody."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import Error, transaction
from django.utils import translation

from accounts.models import User
from disputes import case_sweeps, draw, recorded
from disputes.actions import issuer_facts
from disputes.chain import canonical
from disputes.models import Case, Evidence, Stage
from marketplace.sandbox import issuer
from marketplace.sandbox.models import IssuerCard
from orders.actions import reports
from orders.escrow import movements
from orders.escrow.models import Reveal
from tests import given
from tests.disputes import panels, world
from tests.orders import world as orders

db = pytest.mark.django_db


def newest(case: Case) -> Evidence:
    rows = Evidence.objects.filter(case=case, record__has_key="listing")
    return rows.latest("number")


def record(case: Case) -> dict[str, Any]:
    return dict(newest(case).record or {})


@db
def test_the_record_tells_the_order_from_the_hold_to_the_reveal():
    case = world.filed()

    found = record(case)

    assert [row["step"] for row in found["order"]["steps"]] == [
        "place",
        "pay",
        "deliver_code",
        "reveal_code",
        "open_case",
    ]
    assert found["money"][0] | {"at": ""} == {"kind": "hold", "amount": 4_800, "at": ""}
    assert found["listing"]["sha256"] == case.order.revision.sha256
    assert found["code"]["first_revealed_at"] is not None


@db
def test_the_record_keeps_what_each_page_said_at_each_step():
    found = record(world.filed())

    said = [row["said"] for row in found["order"]["steps"]]

    assert said[0] == dict.fromkeys(["buyer", "seller"], "Ordered – NOT PAID")
    assert said[2]["buyer"] == "Your code is ready"


@db
def test_the_record_is_the_same_whatever_language_it_was_made_in():
    with translation.override("zh-hans"):
        case = world.filed()

    assert record(case)["order"]["steps"][0]["said"]["buyer"] == "Ordered – NOT PAID"


@db
def test_the_record_holds_no_name_no_address_and_no_code():
    order = orders.revealed()
    card = Reveal.objects.get(order_id=order.pk)

    text = json.dumps(record(world.filed(order)))

    for person in (order.buyer, order.seller):
        assert person.name not in text
        assert person.email not in text
        assert str(person.pk) not in text
    assert str(card.code_id) not in text
    assert "QX7RT2KM" not in text


@db
def test_the_hash_of_a_record_is_that_of_its_canonical_text():
    row = newest(world.filed())

    assert bytes(row.sha256) == draw.content_hash(canonical(row.record or {}))


@db
def test_nobody_changes_a_record():
    row = newest(world.filed())

    with pytest.raises(Error), transaction.atomic():
        Evidence.objects.filter(pk=row.pk).update(record={"listing": "better"})

    assert "title" in record(row.case)["listing"]


@db
def test_the_record_is_made_anew_at_the_seal_and_only_that_one_is_heard():
    case = panels.copied(_due(world.answered(world.filed())))

    heard = case.evidence.admitted().get(party="platform")

    assert heard == newest(case)
    assert case.evidence.filter(party="platform", stage=Stage.FILING).count() == 1
    assert record(case)["checklist"]["seller"]["statement"] is True


def _due(case: Case) -> Case:
    orders.skip(hours=72)
    return case


@db
def test_when_one_side_can_show_all_the_other_is_asked_to_explain():
    checks = {"seller": {"a": True, "b": True}, "buyer": {"a": True, "b": False}}

    words = recorded.complete_words({"checklist": checks})

    assert words == "The seller’s record is complete; the buyer is asked to explain."
    assert recorded.complete_words({"checklist": {side: {"a": True} for side in checks}}) == ""


@db
def test_readers_see_the_whole_record_in_words():
    titles = [section.title for section in recorded.sections(record(world.filed()))]

    assert titles == [
        "As it was ordered",
        "The order",
        "What both sides read on its page",
        "The money",
        "The code",
        "What the seller can show",
        "What the buyer can show",
    ]


# --- The issuer (orders of a card that can be checked) --------------------------------------------
MINUTE = timedelta(minutes=1)


@pytest.fixture
def card(market: str) -> IssuerCard:
    return given.card()


def bought(card: IssuerCard) -> Case:
    """A case about this card; the issuer has not been asked for it."""
    li: User = given.person("Li")
    order = given.revealed_order(given.listing(li), given.person("Guo", level=0), of=card)
    return world.filed(order)


def answers(case: Case) -> list[str]:
    return [row["issuer_answer"] for row in record(case)["issuer"]]


def test_the_issuer_is_asked_after_the_filing_and_both_sides_read_its_answer(card):
    case = bought(card)
    assert answers(case) == []

    case_sweeps.ask_issuers()
    case_sweeps.ask_issuers()

    assert answers(case) == ["valid"]
    assert Evidence.objects.filter(case=case, record__has_key="issuer_answer").count() == 1
    section = {each.title: each.rows for each in recorded.sections(record(case))}
    assert section["The issuer, asked for this case"][0][1] == "valid and unused"


def test_a_code_used_before_the_reveal_ends_the_case_without_a_vote(card):
    case = bought(card)
    shown_at = given.known(case.order.first_revealed_at)
    issuer.redeem(card.number, at=shown_at - 2 * MINUTE)

    case_sweeps.ask_issuers()

    case = world.again(case)
    assert (case.state, case.award_source, case.award_buyer_fen) == ("SETTLED", "issuer", 4_800)
    assert given.again(case.order).state == "REFUNDED"
    assert movements.holds(case.order_id) == 0


@pytest.mark.parametrize("seconds", [-59, 3_600])
def test_a_code_used_around_or_after_the_reveal_is_for_the_reviewers(card, seconds):
    case = bought(card)
    shown_at = given.known(case.order.first_revealed_at)
    issuer.redeem(card.number, at=shown_at + timedelta(seconds=seconds))

    case_sweeps.ask_issuers()

    assert world.again(case).state == "EVIDENCE"
    assert answers(case) == ["redeemed"]


def test_a_silent_issuer_is_asked_again_and_writes_nothing(card):
    case = bought(card)
    issuer.set_mode("down")
    case_sweeps.ask_issuers()
    assert answers(case) == []
    issuer.set_mode("up")

    case_sweeps.ask_issuers()

    assert answers(case) == ["valid"]


def test_an_issuer_that_answered_a_report_is_not_asked_again(card):
    li: User = given.person("Li")
    order = given.revealed_order(given.listing(li), given.person("Guo", level=0), of=card)
    reports.report_code(order.pk, by=order.buyer, problem="used")
    case = world.filed(given.settled(order))

    asked = issuer_facts.waiting().filter(pk=case.pk).exists()

    assert not asked
    assert record(case)["reports"][0]["result"] == "good at reveal"


def test_an_open_report_that_the_case_ended_leaves_the_question_to_the_case(card):
    li: User = given.person("Li")
    order = given.revealed_order(given.listing(li), given.person("Guo", level=0), of=card)
    reports.report_code(order.pk, by=order.buyer, problem="used")

    case = world.filed(order)

    assert issuer_facts.waiting().get() == case
