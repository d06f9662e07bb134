"""`Idempotency-Key`: one effect and one answer for each intent, whatever the network does."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections
from rest_framework.response import Response

from accounts.models import ApiRequest, User
from listings.models import Listing
from marketplace.lib.drf.idempotency import Intent, once
from orders.escrow.models import Reveal
from orders.models import Order
from tests import given
from tests.api.client import Answer, Api, in_process
from tests.api.conftest import token_of
from tests.conftest import refused

SignedIn = Callable[[User], Api]

DRAFT: dict[str, Any] = {
    "kind": "card",
    "title": "Game card",
    "category": "top-up",
    "price": {"amount": 4800, "currency": "CNY"},
    "face_value": {"amount": 5000, "currency": "CNY"},
    "issuer": "sandbox",
}


@pytest.fixture
def seller(db: None) -> User:
    return given.person("Mei")


def together(*calls: Callable[[], Any]) -> list[Any]:
    """All at the same moment, each with its own connection; their answers in order."""
    barrier = threading.Barrier(len(calls))
    answers: list[Any] = [None] * len(calls)

    def run(place: int) -> None:
        barrier.wait()
        try:
            answers[place] = calls[place]()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_a_key_is_required_where_money_or_codes_move(as_: SignedIn, seller: User):
    answer = as_(seller).post("/wallet/deposit/", {"amount": DRAFT["price"]}, key="")

    assert (answer.status, answer["code"]) == (400, "idempotency_key_required")


def test_a_repeat_is_answered_to_the_byte_and_done_once(as_: SignedIn, seller: User):
    api = as_(seller)

    first = api.post("/listings/", DRAFT, key="one")
    again = api.post("/listings/", DRAFT, key="one")

    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (again.status, again.raw) == (first.status, first.raw)
    assert again.headers["ETag"] == first.headers["ETag"]
    assert Listing.objects.count() == 1


@pytest.mark.parametrize(
    "body", [DRAFT | {"title": "Game cart"}, b" " + str(DRAFT).replace("'", '"').encode()]
)
def test_the_same_key_for_another_body_is_refused(as_: SignedIn, seller: User, body: Any):
    api = as_(seller)
    api.post("/listings/", DRAFT, key="one")

    answer = api.post("/listings/", body, key="one")

    assert (answer.status, answer["code"]) == (422, "idempotency_mismatch")
    assert Listing.objects.count() == 1


def test_the_same_key_for_another_address_is_refused(as_: SignedIn, seller: User):
    api = as_(seller)
    made = api.post("/listings/", DRAFT, key="one")

    answer = api.post(f"/listings/{made['id']}/withdraw/", key="one")

    assert answer["code"] == "idempotency_mismatch"


def test_keys_belong_to_the_person_and_not_to_the_token(api: Api, seller: User):
    other = given.person("Guo")

    first = api.signed_in(token_of(seller)).post("/listings/", DRAFT, key="one")
    by_another_token = api.signed_in(token_of(seller)).post("/listings/", DRAFT, key="one")
    by_another_person = api.signed_in(token_of(other)).post("/listings/", DRAFT, key="one")

    assert by_another_token["id"] == first["id"]
    assert by_another_person["id"] != first["id"]


def test_a_refusal_is_not_kept(as_: SignedIn, seller: User):
    api = as_(seller)
    dear = DRAFT | {"price": {"amount": 9_000, "currency": "CNY"}}

    assert api.post("/listings/", dear, key="one").status == 400

    assert not ApiRequest.objects.exists()
    assert api.post("/listings/", DRAFT, key="one").status == 201


@pytest.mark.parametrize("key", ["k" * 256, "clé", "tab\tin it"])
def test_a_key_that_is_none_is_refused(as_: SignedIn, seller: User, key: str):
    answer = as_(seller).post("/listings/", DRAFT, key=key)

    assert (answer.status, answer["code"]) == (400, "invalid")
    assert answer["errors"][0]["pointer"] == "#Idempotency-Key"


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("transactional_db")
def test_two_at_once_have_one_effect_and_equal_answers():
    seller = given.person("Mei")
    api = Api(in_process(), token_of(seller))

    answers: list[Answer] = together(*[lambda: api.post("/listings/", DRAFT, key="one")] * 4)

    assert {answer.raw for answer in answers} == {answers[0].raw}
    replayed = [answer for answer in answers if "Idempotent-Replayed" in answer.headers]
    assert len(replayed) == 3
    assert Listing.objects.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("transactional_db")
def test_without_one_key_two_at_once_are_two():
    seller = given.person("Mei")
    api = Api(in_process(), token_of(seller))

    together(*[lambda: api.post("/listings/", DRAFT)] * 2)

    assert Listing.objects.count() == 2


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("transactional_db")
def test_who_waits_too_long_for_the_first_is_told_so():
    intent = Intent(str(given.person("Mei").pk), "one", "POST", "/x/", b"0" * 32)

    def slow() -> Response:
        time.sleep(1.5)
        return Response({"done": True})

    def second() -> Any:
        time.sleep(0.3)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '300ms'")
        with refused("request_in_flight") as refusal:
            once(intent, slow)
        return refusal.value.facts["retry_after"]

    done, retry_after = together(lambda: once(intent, slow), second)

    assert (done.status_code, retry_after) == (200, 1)


def test_a_crash_takes_the_key_back(seller: User):
    intent = Intent(str(seller.pk), "one", "POST", "/x/", b"0" * 32)

    def crash() -> Response:
        raise RuntimeError("the plug was pulled")

    with pytest.raises(RuntimeError):
        once(intent, crash)

    assert not ApiRequest.objects.exists()
    assert once(intent, lambda: Response({"done": True})).status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("transactional_db")
def test_a_reveal_keeps_nothing_and_each_repeat_is_logged(market: str, api: Api):
    seller, buyer = given.person("Mei"), given.person("Guo")
    card = given.card()
    order = given.delivered_order(given.listing(seller), buyer, of=card)
    client = api.signed_in(token_of(buyer))
    client.post("/me/reauth/", {"password": given.PASSWORD})

    first = client.post(f"/orders/{order.pk}/reveal/", key="one")
    again = client.post(f"/orders/{order.pk}/reveal/", key="one")

    assert (first["secret"], again["secret"]) == (card.secret, card.secret)
    assert (first["nth"], again["nth"]) == (1, 2)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert Reveal.objects.count() == 2
    assert [row.answer for row in ApiRequest.objects.filter(key="one")] == [None]
    assert "no-store" in first.headers["Cache-Control"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("transactional_db")
def test_sealing_again_with_the_same_key_asks_nobody_and_keeps_no_code(market: str, api: Api):
    seller = given.person("Mei")
    listing, card = given.listing(seller), given.card()
    client = api.signed_in(token_of(seller))
    body = {
        "listing": str(listing.pk),
        "number": card.number,
        "secret": card.secret,
        "face_value": {"amount": card.face_value, "currency": "CNY"},
    }

    first = client.post("/codes/", body, key="one")
    again = client.post("/codes/", body, key="one")
    anew = client.post("/codes/", body, key="two")

    assert (first.status, again.raw) == (201, first.raw)
    assert anew["code"] == "code_already_known"
    kept = ApiRequest.objects.get(key="one")
    for secret in (card.number, card.secret):
        assert secret not in str(kept.answer)
        assert secret.encode() not in bytes(kept.body_sha256)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("transactional_db")
def test_a_unit_ordered_twice_with_one_key_is_one_order():
    offer = given.listing(given.person("Mei"), quantity=3)
    buyer = given.person("Guo")
    api = Api(in_process(), token_of(buyer))
    body = {"listing": str(offer.pk), "revision": 1}

    first, second = together(*[lambda: api.post("/orders/", body, key="one")] * 2)

    assert first["id"] == second["id"]
    assert Order.objects.count() == 1
