"""What a body, a header or an address must not be: told where and why, and nothing echoes."""

import json
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from listings.models import Listing
from tests import given
from tests.api.client import Answer, Api, in_process
from tests.api.conftest import token_of

DRAFT: dict[str, Any] = {
    "kind": "card",
    "title": "Game card",
    "category": "top-up",
    "price": {"amount": 4800, "currency": "CNY"},
    "face_value": {"amount": 5000, "currency": "CNY"},
    "issuer": "sandbox",
}


@pytest.fixture
def mei(db: None, api: Api) -> Api:
    return api.signed_in(token_of(given.person("Mei")))


def money(amount: Any, currency: Any = "CNY") -> dict[str, Any]:
    return {"amount": amount, "currency": currency}


def first_error(answer: Answer) -> tuple[str, str]:
    error = answer["errors"][0]
    return error["pointer"], error["code"]


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"price": money("4800")}, "/price/amount", "bad_type"),
        ({"price": money(48.0)}, "/price/amount", "bad_type"),
        ({"price": money(amount=True)}, "/price/amount", "bad_type"),
        ({"price": money(-1)}, "/price/amount", "too_small"),
        ({"price": money(2**60)}, "/price/amount", "too_large"),
        ({"price": money(4800, "USD")}, "/price/currency", "bad_choice"),
        ({"price": 4800}, "/price", "bad_type"),
        ({"price": {"amount": 4800}}, "/price", "bad_type"),
        ({"price": None}, "/price", "required"),
        ({"price": money(0)}, "/price", "too_small"),
        ({"price": money(5_501)}, "/price", "too_large"),
        ({"title": ""}, "/title", "blank"),
        ({"title": "  "}, "/title", "blank"),
        ({"title": "x" * 81}, "/title", "too_long"),
        ({"title": "a\x07b"}, "/title", "bad_format"),
        ({"title": "a\u202eb"}, "/title", "bad_format"),
        ({"title": 7}, "/title", "bad_format"),
        ({"kind": "parcel"}, "/kind", "bad_choice"),
        ({"kind": ["card"]}, "/kind", "bad_choice"),
        ({"quantity": "2"}, "/quantity", "bad_type"),
        ({"quantity": 201}, "/quantity", "too_large"),
        ({"issuer": "nobody"}, "/issuer", "bad_choice"),
        ({"category": "nothing"}, "/category", "bad_choice"),
        ({"expiry": "2020-01-01"}, "/expiry", "too_small"),
        ({"expiry": "soon"}, "/expiry", "bad_format"),
        ({"face_value": money(0)}, "/face_value", "too_small"),
    ],
)
def test_a_field_that_cannot_be_so(mei: Api, change: dict[str, Any], pointer: str, code: str):
    answer = mei.post("/listings/", DRAFT | change)

    assert (answer.status, answer["code"]) == (400, "invalid")
    assert (pointer, code) in [(e["pointer"], e["code"]) for e in answer["errors"]]
    assert not Listing.objects.exists()


@pytest.mark.parametrize("name", ["state", "seller", "version", "free", "published_at", "sha256"])
def test_a_field_of_the_table_is_no_field_of_the_body(mei: Api, name: str):
    answer = mei.post("/listings/", DRAFT | {name: "x"})

    assert (answer.status, answer["code"]) == (400, "unknown_field")
    assert first_error(answer) == (f"/{name}", "unknown_field")


def test_a_step_without_a_body_takes_none(mei: Api):
    made = mei.post("/listings/", DRAFT)

    answer = mei.post(f"/listings/{made['id']}/withdraw/", {"state": "SOLD"})

    assert answer["code"] == "unknown_field"


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"[]",
        b'"text"',
        b"\xff\xfe",
        b'{"kind": "card", "kind": "card"}',
        b'{"price": NaN}',
        b'{"price": Infinity}',
        b'{"quantity": ' + b"9" * 10_000 + b"}",
        b'{"title": "\\ud800"}',
        b'{"title": "a\\u0000b"}',
        json.dumps({"a": None}).replace("null", "[" * 30 + "]" * 30).encode(),
        b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    ],
)
def test_what_is_no_json(mei: Api, raw: bytes):
    answer = mei.post("/listings/", raw)

    assert (answer.status, answer["code"]) == (400, "bad_json")


def test_a_body_of_another_kind(mei: Api):
    answer = mei.post("/listings/", b"a=b", headers={"Content-Type": "text/plain"})

    assert (answer.status, answer["code"]) == (415, "unsupported_media")


def test_a_body_that_is_too_long(mei: Api):
    answer = mei.post("/listings/", DRAFT | {"description": "x" * 300_000})

    assert (answer.status, answer["code"]) == (413, "too_big")


def test_an_answer_in_another_form(mei: Api):
    answer = mei.get("/me/", headers={"Accept": "text/csv"})

    assert (answer.status, answer["code"]) == (406, "not_acceptable")


@pytest.mark.parametrize(
    ("address", "code", "pointer"),
    [
        ("/listings/?color=red", "unknown_parameter", "?color"),
        ("/listings/?format=json", "unknown_parameter", "?format"),
        ("/me/?token=fh_1_2", "unknown_parameter", "?token"),
        ("/orders/?page_size=0", "invalid", "?page_size"),
        ("/orders/?page_size=101", "invalid", "?page_size"),
        ("/orders/?state=STOLEN", "invalid", "?state"),
        ("/orders/?updated_since=2026-11-01T00:00:00", "invalid", "?updated_since"),
        ("/listings/?price_min=1e3", "invalid", "?price_min"),
        ("/listings/?q=" + "x" * 101, "invalid", "?q"),
    ],
)
def test_a_parameter_that_cannot_be_so(mei: Api, address: str, code: str, pointer: str):
    answer = mei.get(address)

    assert (answer.status, answer["code"]) == (400, code)
    assert answer["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize("cursor", ["x", "MQ:abc", "é"])
def test_a_broken_cursor(mei: Api, cursor: str):
    answer = mei.get("/orders/", cursor=cursor)

    assert (answer.status, answer["code"]) == (400, "bad_cursor")


def test_a_cursor_of_somebody_else(mei: Api, api: Api):
    guo = given.person("Guo")
    for title in ("one", "two"):
        api.signed_in(token_of(guo)).post("/listings/", DRAFT | {"title": title})
    page = api.signed_in(token_of(guo)).get("/me/listings/", page_size=1)

    answer = mei.get(page["next"].partition("testserver")[2])

    assert (answer.status, answer["code"]) == (400, "bad_cursor")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH"])
def test_a_method_that_is_not_there(mei: Api, method: str):
    answer = mei.ask(method, "/wallet/", {} if method in {"PUT", "PATCH"} else None, {})

    assert (answer.status, answer["code"]) == (405, "method_not_allowed")
    assert answer.headers["Allow"]


def test_an_address_that_is_not_there(api: Api, db: None):
    answer = api.get("/nothing/")

    assert (answer.status, answer["code"]) == (404, "not_found")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("Bearer fh_00000000_wrong", "token_invalid"),
        ("Bearer nonsense", "token_invalid"),
        ("Bearer ", "token_invalid"),
    ],
)
def test_a_token_that_is_none(api: Api, db: None, header: str, code: str):
    answer = api.get("/me/", headers={"Authorization": header})

    assert (answer.status, answer["code"]) == (401, code)
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert header.removeprefix("Bearer ") not in answer.raw.decode() or header == "Bearer "


def test_no_secret_is_repeated(mei: Api, db: None):
    made = mei.post("/listings/", DRAFT)
    sealed = {"listing": made["id"], "face_value": money(5000)}

    answers = [
        mei.post("/codes/", sealed | {"number": "98", "secret": "SECRET-7654321"}),
        mei.post("/codes/", sealed | {"secret": ["SECRET-7654321"]}),
        mei.post("/codes/", sealed | {"secret": "SECRET-7654321", "nummer": "SECRET-7654321"}),
        mei.post("/me/reauth/", {"password": "SECRET-7654321"}),
    ]

    assert {answer.status for answer in answers} == {400}
    assert all(b"7654321" not in answer.raw for answer in answers)


def test_a_session_needs_the_csrf_token(db: None):
    browser = Client(enforce_csrf_checks=True)
    person = given.person("Mei")
    browser.force_login(person, backend="accounts.backends.PasswordBackend")

    answer = Api(in_process(browser)).post("/notifications/read-all/")

    assert (answer.status, answer["code"]) == (403, "csrf")


def test_an_older_version_changes_nothing(mei: Api):
    made = mei.post("/listings/", DRAFT)
    tag = made.headers["ETag"]
    address = f"/listings/{made['id']}/"

    changed = mei.patch(address, {"title": "New"}, match=tag)
    late = mei.patch(address, {"title": "Newer"}, match=tag)
    none = mei.patch(address, {"title": "Newest"})

    assert changed.status == 200
    assert (late.status, late["code"]) == (412, "precondition_failed")
    assert (none.status, none["code"]) == (428, "precondition_required")
    assert mei.get(address)["title"] == "New"


def test_what_is_known_already_is_not_sent_again(mei: Api):
    first = mei.get("/me/")

    again = mei.get("/me/", headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status, again.raw) == (304, b"")


def test_limits_are_told_and_held(api: Api, db: None):
    body = {"email": "new@mail.example", "password": "wrong", "name": "x", "scopes": ["read"]}

    answers = [api.post("/tokens/", body) for _i in range(7)]

    assert answers[0].headers["RateLimit-Limit"]
    assert answers[-1]["code"] == "throttled"
    assert int(answers[-1].headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"password": "short"}, "/password"),
        ({"password": "password1234"}, "/password"),
        ({"email": "no address"}, "/email"),
        ({"accept": "1999"}, "/accept"),
    ],
)
def test_a_sign_up_that_cannot_be_so(api: Api, db: None, change: dict[str, Any], where: str):
    body = {"email": "new@mail.example", "password": "twelve words", "accept": "2026-11"}

    answer = api.post("/sign-up/", body | change)

    assert first_error(answer)[0] == where
    assert not User.objects.exists()


def test_a_known_address_is_answered_like_a_new_one(api: Api, db: None):
    known = given.person("Mei")
    body = {"password": "twelve words", "accept": "2026-11"}

    answers = [
        api.post("/sign-up/", {**body, "email": email})
        for email in (known.email, "new@mail.example")
    ]

    assert [(answer.status, answer.raw) for answer in answers] == [(202, b"")] * 2
