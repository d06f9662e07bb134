"""Yaowen sold by the rules, was disbelieved on the other side's pictures, and the court was shut.

Here a refund shuts nothing, one side's pictures decide nothing, and whatever is refused says why.
Her parcel comes with parcels; what is shown here is the same for every order.
"""

from collections.abc import Callable

import pytest

from accounts.inbox.models import Notice
from accounts.standing.models import StandingEvent
from disputes import case_sweeps
from disputes.actions import evidence
from disputes.models import EvidenceKind
from orders.models import Order
from tests import given
from tests.disputes import desk as at
from tests.disputes import world
from tests.doors import Doors
from tests.orders import world as orders
from tests.security.pictures import jpeg
from tests.stories.court import claim

pytestmark = pytest.mark.django_db


# --- The court stays open, to sellers too ---------------------------------------------------------
@pytest.mark.story("R34")
@pytest.mark.parametrize("ended", [orders.refunded, orders.cancelled_after_payment])
def test_neither_a_refund_nor_a_cancelling_ends_the_right_to_a_case(ended: Callable[[], Order]):
    order, late = ended(), ended()
    orders.skip(days=14, hours=23)

    answer = Doors(order.seller).api.post("/cases/", claim(order, "other"))

    assert answer.status == 201, answer.raw
    assert given.again(order).state == "DISPUTED"
    orders.skip(hours=1, seconds=1)
    answer = Doors(late.seller).api.post("/cases/", claim(late, "other"))
    assert (answer.status, answer["code"]) == (409, "too_late")


@pytest.mark.story("R38")
@pytest.mark.story("R12")
def test_the_seller_brings_a_case_by_the_same_form_and_both_are_asked_alike():
    order = orders.revealed()
    page = Doors(order.seller).page.get(f"{order.get_absolute_url()}case/")
    other = Doors(order.buyer).page.get(f"{order.get_absolute_url()}case/")

    assert page.status == other.status == 200
    assert "Both sides have the same 72 hours" in page.text
    assert "Both sides have the same 72 hours" in other.text
    assert Doors(order.seller).api.post("/cases/", claim(order, "other")).status == 201
    told = Notice.objects.filter(kind__startswith="case").values_list("person", flat=True)
    assert {order.buyer_id, order.seller_id} <= set(told)


# --- What is refused says why ---------------------------------------------------------------------
@pytest.mark.story("R39")
def test_a_filing_that_is_refused_names_its_rule_and_where_to_go_at_both_doors():
    order = orders.completed()
    orders.skip(days=15, seconds=1)
    seller = Doors(order.seller)

    answer = seller.api.post("/cases/", claim(order, "other"))
    page = seller.page.get(f"{order.get_absolute_url()}case/")

    assert (answer.status, answer["code"], answer["rule"]) == (409, "too_late", "court/case")
    assert answer["detail"] in page.text
    assert "/rules/court/case/" in page.source
    assert seller.page.get("/rules/court/case/").status == 200
    assert seller.page.get(answer["type"]).status == 200


@pytest.mark.story("R39")
def test_an_appeal_that_is_refused_says_why_and_names_the_ways_outside():
    case = world.swept(world.decided(buyer=9, seller=0))
    seller = Doors(case.seller)
    body = {"ground": "procedure", "text": "They read the times in the wrong order. " * 4}

    answer = seller.api.post(f"/cases/{case.pk}/appeal/", body)
    page = seller.page.get(f"{case.get_absolute_url()}verdict/")

    assert (answer.status, answer["code"]) == (403, "margin_not_below_4")
    assert answer["rule"] == "court/appeal"
    assert answer["detail"] in page.text
    assert "Outside Fairhand" in page.text


# --- One side's pictures decide nothing -----------------------------------------------------------
@pytest.mark.story("R37")
def test_pictures_of_one_side_are_put_before_the_other_with_fairhands_own_record():
    case = world.filed()
    shown = evidence.Item(kind=EvidenceKind.PICTURE, description="It is broken", picture=jpeg())
    evidence.submit(case.pk, by=case.buyer, item=shown)
    case_sweeps.make_copies()

    told = Notice.objects.filter(person=case.seller, kind="exhibit_added")
    page = Doors(case.seller).page.get(case.get_absolute_url())

    assert told.exists()
    assert "It is broken" in page.text
    assert case.evidence.filter(party="platform", record__has_key="order").exists()
    assert world.again(case).decided_at is None
    assert f"{case.get_absolute_url()}evidence/" in page.source  # she answers before anybody reads


# --- What a lost case costs -----------------------------------------------------------------------
@pytest.mark.story("R41")
def test_a_narrow_loss_costs_less_trust_than_a_clear_one_and_only_when_it_is_final():
    narrow = at.narrow()
    world.swept(narrow)
    assert not StandingEvent.objects.filter(kind="case_lost").exists()
    world.later(narrow, hours=72, minutes=1)
    clear = world.swept(world.decided(buyer=0, seller=9))

    lost = {
        event.person_id: event.points for event in StandingEvent.objects.filter(kind="case_lost")
    }

    assert lost[clear.buyer_id] < lost[narrow.buyer_id] < 0
