"""Mr. Guo paid for a game card, had to confirm before he got it, and got a used code.

Here he can't confirm too early, a used code never costs him a fen, and the offer can't disappear.
"""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from listings.models import Listing, Revision
from marketplace.lib.clock import now
from marketplace.lib.money import Fen
from marketplace.sandbox import clock, issuer
from orders.actions import delivery
from orders.escrow import fund, payouts
from orders.escrow.models import Code, Reveal
from orders.models import Order
from orders.states import OrderState
from tests import given
from tests.doors import Browser, Doors, address
from tests.stories import people
from tests.stories.money import Purses, ever_got, in_fund, purses
from tests.stories.people import faults

pytestmark = pytest.mark.usefixtures("market")

PRICE = 4_800
NET = 4_752  # less 1 %
TICKED = {"tick": "on"}


@pytest.fixture
def seller() -> Doors:
    return people.seller()


@pytest.fixture
def guo() -> Doors:
    return people.buyer("Guo")


def sql(statement: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def revealed_while_the_issuer_was_silent(seller: Doors, guo: Doors, price: int = PRICE) -> Order:
    """The seller used the code after the hand-over; nobody could tell Mr. Guo in time."""
    card = given.card()
    order = given.delivered_order(given.listing(seller.user, price=price), guo.user, of=card)
    issuer.redeem(card.number)
    issuer.set_mode("down")
    given.skip(1)
    delivery.reveal_code(order.pk, by=guo.user, skip_check=True)
    issuer.set_mode("up")
    return given.again(order)


def fill_the_fund(amount: int) -> None:
    one, other = given.staff("One"), given.staff("Other")
    with transaction.atomic():
        fund.top_up(uuid4(), Fen(amount), by=one, first_by=other, at=now())


# --- Confirm first, code later --------------------------------------------------------------------
@pytest.mark.story("R1")
def test_he_is_pressed_to_confirm_and_there_is_nothing_to_press(seller, guo):
    order = given.paid_order(given.listing(seller.user), guo.user)

    page = guo.page.get(address(order))

    assert address(order, "confirm") not in page.source
    assert "confirm" not in guo.api.get(f"/orders/{order.pk}/")["allowed_steps"]
    guo.refused(order, "confirm", "not_delivered")
    assert purses(order) == Purses(paid=PRICE, held=PRICE)


@pytest.mark.story("R1")
def test_a_code_that_he_has_not_seen_can_not_be_confirmed_and_one_that_works_can(seller, guo):
    order = given.delivered_order(given.listing(seller.user), guo.user)
    guo.refused(order, "confirm", "not_revealed", typed=TICKED)

    guo.prove()
    guo.take(order, "reveal", "page")
    order = guo.take(order, "confirm", "page", typed=TICKED)

    assert order.state == OrderState.COMPLETED
    assert purses(order) == Purses(paid=PRICE, cooling=NET)
    given.skip(72)
    assert purses(order) == Purses(paid=PRICE, seller=NET)


@pytest.mark.story("R1")
def test_the_database_itself_refuses_an_early_confirmation(seller, guo):
    order = given.paid_order(given.listing(seller.user), guo.user)
    confirm = "UPDATE orders_order SET confirmed_at = now(), {} WHERE id = %s"

    with pytest.raises(IntegrityError, match="order_confirmed_after_delivery"):
        sql(confirm.format("first_revealed_at = now()"), order.pk)
    with pytest.raises(IntegrityError, match="order_confirmed_after_reveal"):
        sql(confirm.format("delivered_at = now()"), order.pk)

    assert given.again(order).confirmed_at is None


# --- A code that never comes ----------------------------------------------------------------------
@pytest.mark.story("R2")
def test_sixty_days_without_a_code_bring_the_seller_nothing_and_him_his_money(seller, guo):
    order = given.paid_order(given.listing(seller.user, price=5_000), guo.user)

    clock.move(timedelta(days=60))
    order = given.settled(order)

    assert order.state == OrderState.CANCELLED
    assert ever_got(seller.user) == []
    assert purses(order) == Purses(paid=5_000, back=5_000)
    assert faults(seller.user) == ["not_delivered_in_time"]


# --- A code that was used -------------------------------------------------------------------------
@pytest.mark.story("R3")
@pytest.mark.parametrize("is_used", [True, False])
def test_a_code_used_before_the_hand_over_is_never_his_and_the_money_is(seller, guo, is_used):
    card = given.card()
    offer = given.listing(seller.user)
    given.sealed_code(offer, of=card)
    if is_used:
        issuer.redeem(card.number)

    order = given.paid_order(offer, guo.user)

    if not is_used:  # the one fact changed
        assert (order.state, faults(seller.user)) == (OrderState.DELIVERED, [])
        return
    guo.prove()
    guo.refused(order, "reveal", "wrong_state")
    assert order.state == OrderState.CANCELLED
    assert not Code.objects.filter(assigned_at__isnull=False).exists()
    assert faults(seller.user) == ["code_redeemed_before_reveal"]
    given.settled(order)
    assert purses(order) == Purses(paid=PRICE, back=PRICE)


@pytest.mark.story("R3")
@pytest.mark.parametrize("door", ["page", "api"])
def test_a_code_used_after_the_hand_over_is_not_even_shown(seller, guo, door):
    card = given.card()
    order = given.delivered_order(given.listing(seller.user), guo.user, of=card)
    issuer.redeem(card.number)
    guo.prove()

    if door == "page":
        answer = guo.page.send(address(order, "reveal"))
        told = answer.source
    else:
        answer = guo.api.post(f"/orders/{order.pk}/reveal/")
        told = answer.raw.decode()

    assert answer.status == 409
    assert "no longer good" in told
    assert card.secret not in told
    assert not Reveal.objects.exists()
    order = given.settled(order)
    assert (order.state, faults(seller.user)) == ("REFUNDED", ["code_redeemed_before_reveal"])
    assert purses(order) == Purses(paid=PRICE, back=PRICE)


@pytest.mark.story("R3")
@pytest.mark.parametrize("door", ["page", "api"])
def test_a_used_code_that_he_reports_is_refunded_by_the_issuers_answer_alone(seller, guo, door):
    order = revealed_while_the_issuer_was_silent(seller, guo)

    guo.take(order, "report-code", door, problem="used")
    order = given.settled(order)

    assert order.state == OrderState.REFUNDED
    assert order.needs_staff == ""
    assert faults(seller.user) == ["code_redeemed_before_reveal"]
    given.settled(order)
    assert purses(order) == Purses(paid=PRICE, back=PRICE)
    guo.prove()
    guo.refused(order, "reveal", "code_burnt")


# --- The offer that was taken down ----------------------------------------------------------------
@pytest.mark.story("R6", "R7")
@pytest.mark.parametrize("door", ["page", "api"])
def test_the_withdrawn_offer_stands_on_his_order_as_he_bought_it(seller, guo, door):
    offer = given.listing(seller.user, title="Top-up 50 for every game", description="Never used.")
    order = given.paid_order(offer, guo.user)
    bought = guo.api.get(f"/orders/{order.pk}/")["listing"]
    before = (Listing.objects.count(), Revision.objects.count())

    if door == "page":
        seller.page.send(f"/listings/{offer.pk}/withdraw/")
    else:
        assert seller.api.post(f"/listings/{offer.pk}/withdraw/")["state"] == "WITHDRAWN"

    page = guo.page.get(address(order))
    assert Listing.objects.get(pk=offer.pk).state == "WITHDRAWN"
    assert (Listing.objects.count(), Revision.objects.count()) == before
    for words in ("Top-up 50 for every game", "Never used.", "¥48.00", bought["sha256"][:12]):
        assert words in page.text
    assert guo.api.get(f"/orders/{order.pk}/")["listing"] == bought
    frozen = guo.api.get(f"/listings/{offer.pk}/revisions/1/")
    assert (frozen["title"], frozen["sha256"]) == (bought["title"], bought["sha256"])


@pytest.mark.story("R6")
def test_an_edit_after_the_order_changes_nothing_of_it(seller, guo):
    offer = given.listing(seller.user, title="Top-up 50", quantity=2)
    order = given.paid_order(offer, guo.user)
    bought = guo.api.get(f"/orders/{order.pk}/")["listing"]

    version = seller.api.get(f"/listings/{offer.pk}/").headers["ETag"]
    change = {"title": "Something else", "price": {"amount": 4_900, "currency": "CNY"}}
    assert seller.api.patch(f"/listings/{offer.pk}/", change, match=version).status == 200

    page = guo.page.get(address(order))
    assert "Something else" not in page.text
    assert "¥48.00" in page.text
    assert guo.api.get(f"/orders/{order.pk}/")["listing"] == bought


@pytest.mark.story("R7")
def test_nobody_destroys_an_offer_not_at_the_desk_and_not_in_the_database(seller, guo):
    offer = given.listing(seller.user)
    given.paid_order(offer, guo.user)
    desk = Browser(given.staff())

    for kind, key in (("listing", offer.pk), ("revision", offer.current_id)):
        assert desk.get(f"/desk/listings/{kind}/{key}/change/").status == 200
        assert desk.push(f"/desk/listings/{kind}/{key}/delete/", post="yes").status == 403
    with pytest.raises(DatabaseError):
        sql("DELETE FROM listings_revision WHERE id = %s", offer.current_id)
    with pytest.raises(DatabaseError):
        sql("UPDATE listings_revision SET price = 1 WHERE id = %s", offer.current_id)
    assert Revision.objects.get(pk=offer.current_id).price == PRICE


# --- Compensation, not a downgrade ----------------------------------------------------------------
@pytest.mark.story("R8")
@pytest.mark.parametrize("door", ["page", "api"])
def test_he_is_made_whole_though_the_seller_has_taken_the_money_out(seller, guo, door):
    fill_the_fund(10_000)
    given.deposit(seller.user, 2_000)
    bank = payouts.add_account(
        seller.user.pk, number="6222000011112222", holder="Shop Tester", by=seller.user
    )
    order = revealed_while_the_issuer_was_silent(seller, guo, price=5_000)
    given.skip(24)
    given.skip(72)
    payouts.ask(seller.user.pk, amount=Fen(4_950), account=bank.pk, by=seller.user)
    order = given.settled(order)
    assert order.state == OrderState.COMPLETED
    assert purses(order) == Purses(paid=5_000, deposit=2_000)

    guo.take(order, "report-code", door, problem="used")
    order = given.settled(given.settled(order))

    assert order.state == OrderState.REFUNDED
    # 50 of the fee, 2,000 of the deposit, the rest from the fund, which the seller owes.
    assert purses(order) == Purses(paid=5_000, back=5_000, debt=2_950)
    assert in_fund() == 10_000 - 2_950


@pytest.mark.story("R8")
def test_what_is_still_in_the_sellers_wallet_pays_before_the_fund_does(seller, guo):
    fill_the_fund(10_000)
    order = revealed_while_the_issuer_was_silent(seller, guo, price=5_000)
    given.skip(24)
    given.skip(72)
    assert purses(order) == Purses(paid=5_000, seller=4_950)

    guo.take(order, "report-code", "api", problem="used")
    order = given.settled(given.settled(order))

    assert purses(order) == Purses(paid=5_000, back=5_000)
    assert in_fund() == 10_000


# --- Where he came from ---------------------------------------------------------------------------
@pytest.mark.story("R9")
@pytest.mark.parametrize("referrer", ["https://deals.example/cards?id=7", ""])
def test_staff_see_from_which_site_he_came(seller, guo, referrer):
    offer = given.listing(seller.user)
    browser = Browser(guo.user, from_elsewhere=referrer)
    browser.send(f"/listings/{offer.pk}/order/")
    order = Order.objects.get(buyer=guo.user)

    page = Browser(given.staff()).get(f"/desk/orders/order/{order.pk}/change/")

    assert ("deals.example" in page.text) == bool(referrer)
    assert "id=7" not in page.text
    assert order.came_from == ("deals.example" if referrer else "")
    assert guo.api.get(f"/orders/{order.pk}/")["came_from"] == order.came_from
