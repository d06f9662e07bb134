"""Ms. Li sold an unused card; the page let her think it was paid, and she sent the code away.

Here every word says NOT PAID until it is, the code stays sealed till then, and a buyer with her
open order can't vanish.
"""

import pytest
from django.db import connection

from accounts.identity.models import Record
from accounts.inbox.models import Mail, Notice
from accounts.inbox.outbox import content
from accounts.models import User
from listings.models import Listing
from orders import tasks
from orders.actions import handover
from orders.escrow import movements
from orders.escrow.models import Code, Reveal
from orders.models import Order
from orders.states import OrderState
from tests import given
from tests.conftest import refused
from tests.doors import Browser, Doors, address
from tests.stories.money import Purses, purses
from tests.stories.people import buyer, seller, sent_offer, typed_offer

pytestmark = pytest.mark.usefixtures("market")

PRICE, NET = 4_800, 4_752
NOT_PAID = "Ordered – NOT PAID"


@pytest.fixture
def li() -> Doors:
    return seller("Li")


@pytest.fixture
def taker() -> Doors:
    return buyer("Taker")


# --- "Taken" is not paid --------------------------------------------------------------------------
@pytest.mark.story("R23")
def test_until_it_is_paid_everything_she_reads_says_so(li, taker):
    offer = given.listing(li.user)
    order = given.placed_order(offer, taker.user)

    read = [
        li.page.get(address(order)).text,
        li.page.get("/orders/?side=selling").text,
        li.page.get("/inbox/").text,
        content(Mail.objects.get(to=li.user.email, notice__kind="order_placed")).subject,
        li.api.get(f"/orders/{order.pk}/")["label"],
        li.api.get("/orders/")["results"][0]["sentence"],
        taker.page.get(address(order)).text,
        taker.api.get(f"/orders/{order.pk}/")["label"],
    ]

    assert [NOT_PAID in each for each in read] == [True] * len(read)
    assert not Notice.objects.filter(kind="paid").exists()


@pytest.mark.story("R23")
def test_once_it_is_paid_everything_says_that_and_only_then(li, taker):
    order = given.paid_order(given.listing(li.user), taker.user)

    page, label = li.page.get(address(order)), li.api.get(f"/orders/{order.pk}/")["label"]

    assert label == "Paid – money held by Fairhand"
    assert label in page.text
    assert NOT_PAID not in page.text
    assert Notice.objects.filter(kind="paid", person=li.user).count() == 1


# --- The code stays sealed ------------------------------------------------------------------------
@pytest.mark.story("R24")
def test_a_code_is_locked_until_the_ledger_holds_the_money(li, taker):
    offer = given.listing(li.user)
    given.sealed_code(offer)
    order = given.placed_order(offer, taker.user)
    assert movements.holds(order.pk) == 0

    taker.prove()
    taker.refused(order, "reveal", "not_paid")
    with refused("not_paid"):
        tasks.hand_over(str(order.pk))

    assert Code.objects.get().state == "SEALED"
    order = given.pay(order)  # the one fact changed
    assert (movements.holds(order.pk), order.state) == (PRICE, OrderState.DELIVERED)


@pytest.mark.story("R24")
def test_a_status_that_says_paid_opens_nothing_without_the_money(li, taker):
    offer = given.listing(li.user)
    given.sealed_code(offer)
    order = given.placed_order(offer, taker.user)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE orders_order SET state = 'PAID', paid_at = now() WHERE TRUE")

    with refused("not_paid"):
        handover.hand_over(order.pk)

    assert Code.objects.get().state == "SEALED"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE orders_order SET state = 'PLACED', paid_at = NULL WHERE TRUE")


@pytest.mark.story("R24")
def test_a_code_for_an_unpaid_order_is_not_even_taken_from_her(li, taker):
    offer = given.listing(li.user)
    order = given.placed_order(offer, taker.user)
    card = given.card()
    typed = {"listing": offer.pk, "number": card.number, "secret": card.secret}
    sent = {"order": str(order.pk), "face_value": {"amount": 5_000, "currency": "CNY"}}

    page = li.page.send(f"/codes/seal/?order={order.pk}", **typed)
    answer = li.api.post("/codes/", {**typed, **sent, "listing": str(offer.pk)})

    assert (answer.status, answer["code"]) == (409, "not_paid")
    assert (page.status, answer["detail"] in page.text) == (409, True)
    assert card.secret not in page.source
    assert not Code.objects.exists()
    order = given.pay(order)  # the one fact changed
    assert li.api.post("/codes/", {**typed, **sent, "listing": str(offer.pk)}).status == 201
    assert given.settled(order).state == OrderState.DELIVERED


# --- Told before the first sale -------------------------------------------------------------------
@pytest.mark.story("R25")
def test_before_her_first_card_three_sentences_have_to_be_acknowledged(li):
    page = li.page.send("/sell/", **typed_offer("48.00", guidance=""))
    draft = li.api.post("/listings/", sent_offer(PRICE))
    answer = li.api.post(f"/listings/{draft['id']}/publish/", {})

    assert page.status == 400
    assert "An order is not a payment." in page.text
    assert (answer.status, answer["errors"][0]["pointer"]) == (400, "/guidance")
    assert not Listing.objects.exclude(state="DRAFT").exists()
    agreed = li.api.post(f"/listings/{draft['id']}/publish/", {"guidance_read": True})
    assert agreed["state"] == "ON_SALE"
    assert "An order is not a payment." not in li.page.get("/sell/").text


# --- The buyer who vanished -----------------------------------------------------------------------
@pytest.mark.story("R26")
@pytest.mark.parametrize("door", ["page", "api"])
def test_a_buyer_with_her_open_order_can_not_close_his_account(li, door):
    taker = Doors(given.person("Taker"))
    order = given.delivered_order(given.listing(li.user), taker.user)
    taker.prove()

    if door == "page":
        taker.page.send("/me/close/")
    else:
        assert taker.in_session("/me/close/").status == 202

    assert User.objects.get(pk=taker.user.pk).state == "PENDING_CLOSURE"
    told = Notice.objects.get(person=li.user, kind="counterparty_closing")
    assert told.link == order.get_absolute_url()
    assert "is closing the account" in li.page.get("/inbox/").text
    assert Record.objects.filter(person=taker.user).exists()
    taker.take(order, "reveal", "api")
    order = taker.take(order, "confirm", "api")
    assert purses(order) == Purses(paid=PRICE, cooling=NET)


@pytest.mark.story("R26")
def test_the_account_stays_while_she_may_claim_and_begins_nothing_new(li):
    taker = Doors(given.person("Taker"))
    order = given.completed_order(given.listing(li.user), taker.user)
    other = given.listing(li.user)
    taker.prove()
    taker.page.send("/me/close/")

    placed = taker.api.post("/orders/", {"listing": str(other.pk), "revision": 1})
    page = taker.page.send(f"/listings/{other.pk}/order/")

    assert User.objects.get(pk=taker.user.pk).state == "PENDING_CLOSURE"
    assert (placed.status, placed["code"]) == (403, "account_closing")
    assert (page.status, placed["detail"] in page.text) == (403, True)
    assert Order.objects.filter(buyer=taker.user).get() == order
    # The one fact changed: without anything open it closes at once, and only the record stays.
    free = Doors(given.person("Free"))
    free.prove()
    free.page.send("/me/close/")
    assert User.objects.get(pk=free.user.pk).state == "CLOSED"
    assert Record.objects.filter(person=free.user).exists()


# --- Who has seen it ------------------------------------------------------------------------------
@pytest.mark.story("R27")
def test_she_sees_when_it_was_revealed_and_staff_see_who_and_from_where(li, taker):
    order = given.delivered_order(given.listing(li.user), taker.user)
    before = li.api.get(f"/orders/{order.pk}/")["code"]["revealed_at"]

    taker.prove()
    taker.take(order, "reveal", "page")
    taker.take(order, "reveal", "api")

    assert before is None
    assert "The code was revealed." in li.page.get(address(order)).text
    assert li.api.get(f"/orders/{order.pk}/")["code"]["revealed_at"] is not None
    desk = Browser(given.staff()).get(f"/desk/escrow/reveal/?q={order.pk}")
    assert taker.user.shown_name in desk.text or str(taker.user.pk) in desk.text
    assert "127.0.0.1" in desk.text
    log = Reveal.objects.filter(order_id=order.pk).order_by("nth")
    assert [(look.nth, look.by) for look in log] == [(1, taker.user), (2, taker.user)]


@pytest.mark.story("R27")
def test_there_is_no_other_way_to_the_code(li, taker):
    card = given.card()
    order = given.revealed_order(given.listing(li.user), taker.user, of=card)
    looks = Reveal.objects.count()
    people = {"seller": li, "staff": Doors(given.staff()), "stranger": buyer("Stranger")}

    for who in people.values():
        who.prove()
        assert who.api.post(f"/orders/{order.pk}/reveal/").status == 404
        assert who.page.push(address(order, "reveal")).status == 404
        assert who.page.get(address(order, "reveal")).status == 404

    code = Code.objects.get()
    desk = people["staff"].page
    for path in (f"/desk/escrow/code/{code.pk}/change/", f"/desk/orders/order/{order.pk}/change/"):
        page = desk.get(path)
        assert card.secret not in page.source
        assert card.number not in page.source
    assert Reveal.objects.count() == looks


# --- Where it is seen -----------------------------------------------------------------------------
@pytest.mark.story("R20")
def test_the_code_is_text_on_our_own_page_without_picture_or_outside_address(li, taker):
    card = given.card()
    order = given.delivered_order(given.listing(li.user), taker.user, of=card)
    taker.prove()

    page = taker.page.send(address(order, "reveal"))

    assert card.secret in page.text.replace(" ", "")
    assert card.number in page.text.replace(" ", "")
    main = page.source.partition("<main")[2].partition("</main>")[0]
    assert "<img" not in main
    assert "<canvas" not in main
    assert "://" not in main
    assert "://" not in taker.api.post(f"/orders/{order.pk}/reveal/").raw.decode()
