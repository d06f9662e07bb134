"""Ms. Wang sold a card for 480 yuan, overlooked that it was unpaid, and never got the code back.

Here an unpaid order takes no code, and until the first look she can call a code back.
"""

from typing import Any

import pytest

from orders.escrow import movements
from orders.escrow.models import Code, Reveal
from orders.models import Order
from orders.states import OrderState
from tests import given
from tests.doors import Doors, address
from tests.stories.money import Purses, ever_got, purses
from tests.stories.people import buyer, faults, seller, yuan

pytestmark = pytest.mark.usefixtures("market")

PRICE, NET = 48_000, 47_520
RECALL = {"recall": "1"}


@pytest.fixture
def wang() -> Doors:
    return seller("Wang")


@pytest.fixture
def blocker() -> Doors:
    return buyer("Blocker")


def her_card(wang: Doors) -> dict[str, Any]:
    return {"seller": wang.user, "face_value": 50_000, "price": PRICE, "title": "Supermarket card"}


# --- Overlooked that it was unpaid ----------------------------------------------------------------
@pytest.mark.story("R24")
def test_she_overlooks_that_it_is_unpaid_and_nothing_of_the_code_leaves_her(wang, blocker):
    offer = given.listing(**her_card(wang))
    order = given.placed_order(offer, blocker.user)
    card = given.card(50_000)
    typed = {"listing": str(offer.pk), "number": card.number, "secret": card.secret}

    page = wang.page.send(f"/codes/seal/?order={order.pk}", **typed)
    answer = wang.api.post("/codes/", {**typed, "order": str(order.pk), "face_value": yuan(50_000)})

    assert "Ordered – NOT PAID" in page.text
    assert (page.status, answer["code"]) == (409, "not_paid")
    assert answer["detail"] in page.text
    blocker.prove()
    blocker.refused(order, "reveal", "not_paid")
    given.skip(1)
    order = given.again(order)
    assert order.state == OrderState.CANCELLED
    assert faults(blocker.user) == ["order_unpaid"]
    assert purses(order) == Purses()
    assert "Cancelled – never paid. Do not send anything." in wang.page.get(address(order)).text


@pytest.mark.story("R24")
def test_a_code_in_her_stock_outlives_the_order_that_was_never_paid(wang, blocker):
    offer = given.listing(**her_card(wang))
    given.sealed_code(offer)
    given.placed_order(offer, blocker.user)

    given.skip(1)

    assert Code.objects.get().state == "SEALED"
    assert not Reveal.objects.exists()
    order = given.revealed_order_of_stock(offer, buyer("Honest").user)  # the honest ending
    given.skip(24)
    given.skip(72)
    assert purses(order) == Purses(paid=PRICE, seller=NET)


# --- Calling it back ------------------------------------------------------------------------------
@pytest.mark.story("R29")
@pytest.mark.parametrize("door", ["page", "api"])
def test_until_the_first_look_a_refund_brings_the_code_back_to_her_stock(wang, blocker, door):
    offer = given.listing(**her_card(wang))
    order = given.delivered_order(offer, blocker.user)

    order = wang.take(order, "refund", door, recall=True)

    code = Code.objects.get()
    assert (order.state, code.state, code.order_id) == (OrderState.REFUNDED, "SEALED", None)
    blocker.prove()
    blocker.refused(order, "reveal", "wrong_state")
    assert not Reveal.objects.exists()
    order = given.settled(order)
    assert purses(order) == Purses(paid=PRICE, back=PRICE)
    again = given.revealed_order_of_stock(offer, buyer("Honest").user)
    assert Code.objects.get().order_id == again.pk


@pytest.mark.story("R29")
def test_after_the_first_look_it_can_not_be_called_back(wang, blocker):
    order = given.delivered_order(given.listing(**her_card(wang)), blocker.user)
    blocker.prove()
    blocker.take(order, "reveal", "page")

    wang.refused(order, "refund", "already_revealed", typed=RECALL, recall=True)

    order = given.again(order)
    assert (order.state, Code.objects.get().state) == (OrderState.DELIVERED, "REVEALED")
    given.skip(24)
    given.skip(72)
    assert purses(order) == Purses(paid=PRICE, seller=NET)


@pytest.mark.story("R29")
@pytest.mark.parametrize("door", ["page", "api"])
def test_she_takes_the_code_out_of_the_vault_for_good_and_he_gets_his_money(wang, blocker, door):
    order = given.delivered_order(given.listing(**her_card(wang)), blocker.user)
    code = Code.objects.get()

    if door == "page":
        page = wang.page.send(f"/codes/{code.pk}/recall/", action=f"/codes/{code.pk}/recall/")
        assert page.status == 200
    else:
        assert wang.api.post(f"/codes/{code.pk}/recall/", {})["state"] == "WITHDRAWN"

    code.refresh_from_db()
    assert (code.state, bytes(code.sealed)) == ("WITHDRAWN", b"")
    order = given.settled(order)
    assert order.state == OrderState.REFUNDED
    assert purses(order) == Purses(paid=PRICE, back=PRICE)
    assert ever_got(wang.user) == []


@pytest.mark.story("R29")
def test_a_code_that_was_seen_stays_where_it_is_at_both_doors(wang, blocker):
    order = given.revealed_order(given.listing(**her_card(wang)), blocker.user)
    code = Code.objects.get()
    path = f"/codes/{code.pk}/recall/"

    answer = wang.api.post(path, {})
    page = wang.page.send(path, action=path)

    assert (answer.status, answer["code"]) == (409, "already_revealed")
    assert (page.status, answer["detail"] in page.text) == (409, True)
    assert movements.holds(order.pk) == PRICE


# --- Who has looked -------------------------------------------------------------------------------
@pytest.mark.story("R27")
def test_she_can_tell_a_code_that_was_seen_from_one_that_was_not(wang, blocker):
    offer = given.listing(**her_card(wang))
    order = given.delivered_order(offer, blocker.user)
    unseen = wang.page.get("/codes/").text
    blocker.prove()

    blocker.take(order, "reveal", "api")

    assert "Revealed to the buyer" not in unseen
    assert "Revealed to the buyer" in wang.page.get("/codes/").text
    assert wang.api.get("/codes/")["results"][0]["revealed_at"] is not None
    assert "Revealed for the first time on" in wang.page.get(address(order)).text
    assert Order.objects.get().first_revealed_at is not None
