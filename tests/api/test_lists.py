"""Lists: every row once while others are added, and no more queries for a longer page."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.inbox.notify import notify
from accounts.models import User
from listings.actions import publish
from listings.facts import CardFacts
from tests import given
from tests.api.client import Api
from tests.api.conftest import token_of


def told(person: User, count: int, *, since: int = 0) -> None:
    for number in range(since, since + count):
        notify(person, "password_changed", key=str(number))


def walk(api: Api, address: str, between: Callable[[], None] = lambda: None) -> list[str]:
    """The ids of all pages, following `next`."""
    seen: list[str] = []
    while address:
        page = api.get(address)
        seen += [row["id"] for row in page["results"]]
        between()
        address = (page["next"] or "").partition("testserver")[2]
    return seen


@pytest.fixture
def mei(db: None) -> User:
    return given.person("Mei", level=0)


def test_rows_added_meanwhile_neither_repeat_nor_hide_any(api: Api, mei: User):
    told(mei, 25)
    client = api.signed_in(token_of(mei))
    before = set(walk(client, "/notifications/?page_size=100"))
    more = iter(range(1000, 2000, 10))

    seen = walk(client, "/notifications/?page_size=10", lambda: told(mei, 10, since=next(more)))

    assert len(seen) == len(set(seen))
    assert before <= set(seen)


def test_pages_lead_back_and_forth(api: Api, mei: User):
    told(mei, 5)
    client = api.signed_in(token_of(mei))

    first = client.get("/notifications/", page_size=2)
    second = client.get(first["next"].partition("testserver")[2])
    back = client.get(second["previous"].partition("testserver")[2])

    assert first["previous"] is None
    assert 'rel="next"' in first.headers["Link"]
    assert back["results"] == first["results"]
    assert second["results"] != first["results"]


def test_the_newest_stands_first_and_unread_can_be_asked_for(api: Api, mei: User):
    told(mei, 3)
    client = api.signed_in(token_of(mei))
    newest = client.get("/notifications/")["results"][0]

    client.post(f"/notifications/{newest['id']}/read/")

    unread = client.get("/notifications/", unread="true")["results"]
    assert newest["id"] not in [row["id"] for row in unread]
    assert [row["at"] for row in unread] == sorted((row["at"] for row in unread), reverse=True)


def queries(api: Api, address: str, **query: Any) -> int:
    with CaptureQueriesContext(connection) as caught:
        page = api.get(address, **query)
    assert len(page["results"]) == query["page_size"]
    return len(caught)


def test_a_page_of_listings_costs_the_same_queries_for_ten_as_for_fifty(api: Api, db: None):
    seller = given.person("Mei")
    facts = CardFacts("Game card 游戏", "top-up", "sandbox", face_value=100, price=90)
    for _i in range(51):
        publish.offer(by=seller, facts=facts, guidance_read=True)
    own = api.signed_in(token_of(seller))
    own.get("/me/")

    assert queries(api, "/listings/", page_size=10) == queries(api, "/listings/", page_size=50)
    words = {"q": "游戏"}
    assert queries(api, "/listings/", page_size=10, **words) == queries(
        api, "/listings/", page_size=50, **words
    )
    assert queries(own, "/me/listings/", page_size=10) == queries(
        own, "/me/listings/", page_size=50
    )


def test_a_page_of_orders_costs_the_same_queries_for_two_as_for_ten(api: Api, db: None):
    seller = given.person("Mei")
    offer = given.listing(seller, quantity=10, price=4_000)
    for number in range(10):
        given.placed_order(offer, given.person(f"Buyer{number}", level=0))
    client = api.signed_in(token_of(seller))
    client.get("/orders/")

    assert queries(client, "/orders/", page_size=2) == queries(client, "/orders/", page_size=10)


def test_what_was_found_by_words_can_be_narrowed(api: Api, db: None):
    seller = given.person("Mei")
    cheap = given.listing(seller, title="Game card 游戏 cheap", price=4_100)
    dear = given.listing(seller, title="Game card 游戏 dear", price=5_000)

    found = [row["id"] for row in api.get("/listings/", q="游戏", sort="price_down")["results"]]
    below = [row["id"] for row in api.get("/listings/", q="游戏", price_max=4_500)["results"]]
    by_nobody = api.get("/listings/", seller="0197f0f4-7c2a-7000-8000-000000000000")["results"]

    assert found == [str(dear.pk), str(cheap.pk)]
    assert below == [str(cheap.pk)]
    assert by_nobody == []
    assert api.get("/listings/").headers["Cache-Control"] == "public, max-age=5"


def test_the_seller_sees_his_stock_and_nobody_else_does(api: Api, db: None):
    seller = given.person("Mei")
    offer = given.listing(seller, quantity=3)
    address = f"/listings/{offer.pk}/"

    own = api.signed_in(token_of(seller)).get(address)
    public = api.get(address)

    assert own["stock"] == {"quantity": 3, "free": 3, "reserved": 0, "used": 0}
    assert (public["stock"], public["allowed_steps"]) == (None, [])
    assert own.headers["Cache-Control"] == "no-store, private"


def test_a_listing_that_was_changed_is_not_ordered_unseen(api: Api, db: None):
    seller, buyer = given.person("Mei"), given.person("Guo")
    offer = given.listing(seller)
    own = api.signed_in(token_of(seller))
    tag = own.get(f"/listings/{offer.pk}/").headers["ETag"]
    own.patch(f"/listings/{offer.pk}/", {"price": {"amount": 4_900, "currency": "CNY"}}, match=tag)

    answer = api.signed_in(token_of(buyer)).post(
        "/orders/", {"listing": str(offer.pk), "revision": 1}
    )

    assert (answer.status, answer["code"]) == (409, "listing_changed")
    assert answer["diff"] == {"price": {"was": 4_800, "now": 4_900}}
    assert answer["revision"] == 2
