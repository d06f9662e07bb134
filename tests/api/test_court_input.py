"""Cases through the API: what can't be so, keys, lists and the cost of a page."""

import base64
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from disputes.models import Case, Evidence
from marketplace.lib import throttle
from orders.models import Order
from tests import given
from tests.api.client import Api
from tests.api.conftest import token_of
from tests.disputes import world
from tests.orders import world as orders
from tests.security.pictures import jpeg

pytestmark = pytest.mark.django_db

TEXT = {"kind": "text", "description": "What it shows", "text": "It said 0.00 in the app."}


def money(amount: Any) -> dict[str, Any]:
    return {"amount": amount, "currency": "CNY"}


def claim(order: Order, **changes: Any) -> dict[str, Any]:
    body = {
        "order": str(order.pk),
        "claim": "code_used_or_invalid",
        "remedy": "refund_full",
        "statement": world.STATEMENT,
    }
    return body | changes


def buyer_of(api: Api, row: Order | Case) -> Api:
    return api.signed_in(token_of(row.buyer))


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"statement": "x" * 29}, "invalid", "/statement"),
        ({"statement": "x" * 5_001}, "invalid", "/statement"),
        ({"claim": "refund"}, "invalid", "/claim"),
        ({"claim": "swapped_return"}, "invalid", "/claim"),  # of a parcel
        ({"remedy": "release"}, "invalid", "/remedy"),
        ({"remedy": "refund_part"}, "invalid", "/amount"),
        ({"amount": money(100)}, "invalid", "/amount"),
        ({"remedy": "refund_part", "amount": money(-1)}, "invalid", "/amount/amount"),
        ({"remedy": "refund_part", "amount": money(1.5)}, "invalid", "/amount/amount"),
        ({"remedy": "refund_part", "amount": money(0)}, "invalid", "/demand"),
        ({"remedy": "refund_part", "amount": money(9_999_999)}, "invalid", "/demand"),
        ({"order": "the last one"}, "invalid", "/order"),
        ({"winner": "buyer"}, "unknown_field", "/winner"),
        ({"items": [TEXT | {"votes": 9}]}, "unknown_field", "/votes"),
        ({"items": [{"kind": "text", "description": "What it shows"}]}, "invalid", "/items/0/text"),
    ],
)
def test_a_filing_that_cannot_be_so(api: Api, change: dict[str, Any], code: str, pointer: str):
    order = orders.revealed()

    answer = buyer_of(api, order).post("/cases/", claim(order) | change)

    assert (answer.status, answer["code"]) == (400, code)
    assert answer["errors"][0]["pointer"] == pointer
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "video"}, "invalid"),
        ({"kind": "picture"}, "invalid"),
        ({"description": "four"}, "invalid"),
        ({"kind": "picture", "picture": "no base64!"}, "invalid"),
        ({"kind": "picture", "picture": base64.b64encode(b"<svg/>").decode()}, "bad_picture"),
        ({"kind": "picture", "picture": base64.b64encode(b"GIF89a").decode()}, "bad_picture"),
    ],
)
def test_an_exhibit_that_cannot_be_so(api: Api, change: dict[str, Any], code: str):
    case = world.filed()
    before = Evidence.objects.count()
    body = TEXT | change
    if body["kind"] == "picture":
        del body["text"]

    answer = buyer_of(api, case).post(f"/cases/{case.pk}/evidence/", body)

    assert (answer.status, answer["code"]) == (400, code)
    assert Evidence.objects.count() == before


def test_a_picture_is_shown_and_the_same_one_only_once(api: Api):
    case = world.filed()
    client = buyer_of(api, case)
    picture = base64.b64encode(jpeg()).decode()
    body = {"kind": "picture", "description": "The app", "picture": picture}

    answers = [client.post(f"/cases/{case.pk}/evidence/", body) for _twice in range(2)]

    assert [answer.status for answer in answers] == [201, 200]
    shown = client.get(f"/cases/{case.pk}/evidence/")["exhibits"]
    assert shown == answers[1]["exhibits"]
    kinds = [row["kind"] for row in shown]
    assert kinds.count("picture") == 1


@pytest.mark.parametrize("parts", [(99, 4_700), (101, 4_700), (0, 0)])
def test_a_split_is_whole(api: Api, parts: tuple[int, int]):
    case = world.filed()
    client = buyer_of(api, case)
    client.post("/me/reauth/", {"password": given.PASSWORD})
    body = {"to_buyer": money(parts[0]), "to_seller": money(parts[1])}

    answer = client.post(f"/cases/{case.pk}/settle/", body)

    assert (answer.status, answer["code"]) == (400, "split_not_whole")


@pytest.mark.parametrize("step", ["withdraw", "settle", "concede", "accept", "appeal"])
def test_the_steps_that_move_money_need_a_key(api: Api, step: str):
    case = world.filed()

    answer = buyer_of(api, case).post(f"/cases/{case.pk}/{step}/", {}, key="")

    assert (answer.status, answer["code"]) == (400, "idempotency_key_required")


def test_a_case_filed_twice_with_one_key_is_one_case(api: Api):
    order = orders.revealed()
    client = buyer_of(api, order)

    first = client.post("/cases/", claim(order), key="one")
    again = client.post("/cases/", claim(order), key="one")
    other = client.post("/cases/", claim(order, statement=world.STATEMENT + "!"), key="one")

    assert first.status == 201
    assert (again.status, again["code"]) == (409, "case_open")  # done again: it is open already
    assert other["code"] == "idempotency_mismatch"
    assert Case.objects.count() == 1


def test_a_withdrawal_with_one_key_is_answered_twice_alike(api: Api):
    case = world.filed()
    client = buyer_of(api, case)

    first = client.post(f"/cases/{case.pk}/withdraw/", {"expected_state": "EVIDENCE"}, key="one")
    again = client.post(f"/cases/{case.pk}/withdraw/", {"expected_state": "EVIDENCE"}, key="one")
    later = client.post(f"/cases/{case.pk}/withdraw/", {"expected_state": "EVIDENCE"})

    assert (first.status, first["state"]) == (200, "WITHDRAWN")
    assert again.raw == first.raw
    assert (later.status, later["code"]) == (409, "stale_state")


def test_a_scope_that_is_missing_closes_the_court(api: Api):
    case = world.filed()
    client = api.signed_in(token_of(case.buyer, "read"))

    refused = [
        client.post(f"/cases/{case.pk}/words/", {"words": "seven red boats"}),
        client.post(f"/cases/{case.pk}/evidence/", TEXT),
        client.get(f"/cases/{case.pk}/pack/"),
        client.put("/me/jury/", {"active": True}),
    ]

    assert [answer["code"] for answer in refused] == ["scope_missing"] * 4
    assert {answer["scope"] for answer in refused} == {"court"}
    assert client.get(f"/cases/{case.pk}/").status == 200


def test_what_was_agreed_needs_a_fresh_proof(api: Api):
    case = world.filed()
    client = buyer_of(api, case)
    half = {"to_buyer": money(2_400), "to_seller": money(2_400)}

    refused = [
        client.post(f"/cases/{case.pk}/settle/", half),
        client.post(f"/cases/{case.pk}/concede/"),
    ]

    assert [answer["code"] for answer in refused] == ["reauth_required"] * 2


def test_the_eleventh_case_of_a_day_is_not_taken(api: Api):
    order = orders.revealed()
    for _i in range(10):
        throttle.spend("case", throttle.person(str(order.buyer_id)))

    answer = buyer_of(api, order).post("/cases/", claim(order))

    assert (answer.status, answer["code"]) == (429, "throttled")
    assert not Case.objects.exists()


def test_a_page_of_cases_costs_the_same_for_one_as_for_four(api: Api):
    seller = given.person("Mei")
    for _i in range(4):
        world.filed(orders.revealed(orders.offer(seller)))
    client = api.signed_in(token_of(seller))
    client.get("/cases/")

    def cost(size: int) -> int:
        with CaptureQueriesContext(connection) as caught:
            page = client.get("/cases/", page_size=size)
        assert len(page["results"]) == size
        return len(caught)

    assert cost(1) == cost(4)
    assert client.get("/cases/", state="VOTING")["results"] == []
    assert len(client.get("/cases/", state="EVIDENCE")["results"]) == 4
    assert client.get("/cases/", state="LOST")["code"] == "invalid"


def test_a_pack_comes_as_a_zip_or_as_a_problem(api: Api):
    case = world.filed()
    client = buyer_of(api, case)

    pack = client.get(f"/cases/{case.pk}/pack/")
    other = client.get(f"/cases/{case.pk}/pack/", headers={"Accept": "application/json"})
    strange = api.signed_in(token_of(given.person("Yao"))).get(f"/cases/{case.pk}/pack/")

    assert pack.headers["Content-Type"] == "application/zip"
    assert "no-store" in pack.headers["Cache-Control"]
    assert (other.status, other["code"]) == (406, "not_acceptable")
    assert (strange.status, strange["code"]) == (404, "not_found")
