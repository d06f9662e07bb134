"""Rao Wei, a lawyer, asks what a platform owes: reasons for each refusal, a look at the record."""

import pytest

from disputes.actions import evidence
from tests import given
from tests.disputes import world
from tests.doors import Doors
from tests.orders import world as orders
from tests.stories.court import claim

ASKED = "The seller’s record is complete; the buyer is asked to explain."


@pytest.mark.story("R59")
@pytest.mark.django_db
def test_a_filing_that_is_refused_says_why_at_both_doors():
    order = orders.completed()
    orders.skip(days=15, seconds=1)
    buyer = Doors(order.buyer)

    answer = buyer.api.post("/cases/", claim(order))
    page = buyer.page.get(f"{order.get_absolute_url()}case/")

    assert (answer.status, answer["code"]) == (409, "too_late")
    assert answer["rule"] == "court/case"
    assert "/rules/court/case/" in page.source
    assert answer["appeal"] == "/rules/court/outside/"
    assert "/rules/court/outside/" in page.source
    assert page.status == 409
    assert answer["detail"] in page.text


@pytest.mark.story("R60")
@pytest.mark.django_db(transaction=True)
def test_who_has_a_complete_record_is_believed_until_the_other_explains(market: str):
    """Code, issuer's "valid", hand-over and a statement stand; the buyer never reported it."""
    offer = given.listing(given.person("Li"))  # of an issuer that offers a check
    case = world.filed(given.revealed_order(offer, given.person("Guo")))
    before = [Doors(who).page.get(case.get_absolute_url()) for who in (case.buyer, case.seller)]

    evidence.submit(case.pk, by=case.seller, item=world.statement())

    assert not any(ASKED in page.text for page in before)
    world.later(case, hours=72)
    for who in (case.buyer, case.seller):
        assert ASKED in Doors(who).page.get(case.get_absolute_url()).text
        record = Doors(who).api.get(f"/cases/{case.pk}/evidence/")["exhibits"]
        assert any(row["record"] for row in record)
