"""The first trade, with nothing but an HTTP client and the OpenAPI document (api.md §9)."""

import time
from typing import Any

import pytest
from django.core.management import call_command

from tests.api.client import Answer, Api

PASSWORD = "correct horse battery staple"
SCOPES = ["read", "trade", "codes", "wallet", "profile", "sandbox"]

pytestmark = pytest.mark.usefixtures("worker")


def newest_code(http: Api, to: str) -> str:
    return next(
        str(mail["code"]) for mail in http.get("/sandbox/mail/", to=to)["results"] if mail["code"]
    )


def member(http: Api, name: str, *more: str) -> Api:
    """Sign up, confirm, sign in: all a stranger can do by himself."""
    email = f"{name}@mail.example"
    rules = http.get("/status/")["rules_version"]
    http.post("/sign-up/", {"email": email, "password": PASSWORD, "accept": rules})
    code = newest_code(http, email)
    assert http.post("/sign-up/confirm/", {"email": email, "code": code}).status == 201
    scopes = [*SCOPES, *more]
    wanted = {"email": email, "password": PASSWORD, "name": "laptop", "scopes": scopes, "days": 30}
    return http.signed_in(http.post("/tokens/", wanted)["token"])


def checked(who: Api, phone: str, document: str) -> Api:
    """Levels 1 and 2, with the sandbox's register."""
    who.post("/me/phone/", {"phone": phone})
    code = newest_code(who, phone)
    who.post("/me/phone/confirm/", {"code": code})
    claim = {
        "level": 2,
        "name": "Li Mei",
        "document_type": "passport",
        "number": document,
        "birth_date": "1990-01-01",
    }
    assert who.post("/me/verification/", claim)["level"] == 2
    return who


def yuan(fen: int) -> dict[str, Any]:
    return {"amount": fen, "currency": "CNY"}


def until(ask: Any, state: str) -> Answer:
    """Asks again until the order is there; the worker needs a moment."""
    for _i in range(100):
        answer: Answer = ask()
        if answer["state"] == state:
            return answer
        time.sleep(0.1)
    raise AssertionError(f"{answer['state']} instead of {state}")


def on_sale(mei: Api) -> dict[str, Any]:
    """A card of the sandbox issuer, listed and sealed."""
    card = mei.post("/sandbox/issuer/cards/", {"face_value": 5000}).body
    category = mei.get("/categories/")["results"][0]["slug"]
    offer = {
        "kind": "card",
        "title": "Game card 50 游戏充值卡",
        "category": category,
        "price": yuan(4800),
        "face_value": yuan(5000),
        "issuer": "sandbox",
        "verification_mode": "issuer",
    }
    draft = mei.post("/listings/", offer)
    listing = mei.post(f"/listings/{draft['id']}/publish/", {"guidance_read": True})
    assert listing["state"] == "ON_SALE"
    sealed = mei.post(
        "/codes/",
        {
            "listing": listing["id"],
            "number": card["number"],
            "secret": card["secret"],
            "face_value": yuan(5000),
            "expiry": card["expires_on"],
        },
    )
    assert (sealed.status, sealed["state"], sealed["check"]) == (201, "SEALED", "valid")
    return dict(card)


@pytest.mark.django_db(transaction=True)
def test_a_stranger_trades_with_the_document_alone(http: Api):  # noqa: PLR0915 - one whole walk
    mei = checked(member(http, "mei"), "+8613800000001", "EA0000011")
    guo = member(http, "guo")
    card = on_sale(mei)
    found = guo.get("/listings/", q="游戏")["results"]
    order = guo.post("/orders/", {"listing": found[0]["id"], "revision": 1})
    address = f"/orders/{order['id']}"

    early = guo.post(f"{address}/confirm/")
    payment = guo.post(f"{address}/pay/")
    act = {"do": "pay", "deliver": "thrice"}
    guo.post(f"/sandbox/payments/{payment['id']}/act/", act)
    ready = until(lambda: guo.get(f"{address}/"), "DELIVERED")
    unproved = guo.post(f"{address}/reveal/")
    guo.post("/me/reauth/", {"password": PASSWORD})
    mei.post("/me/reauth/", {"password": PASSWORD})
    shown = guo.post(f"{address}/reveal/")
    to_the_seller = mei.post(f"{address}/reveal/")
    done = guo.post(f"{address}/confirm/")

    assert order["label"] == "Ordered – NOT PAID"
    assert (early.status, early["code"], early["allowed_steps"]) == (
        409,
        "not_delivered",
        ["pay", "cancel"],
    )
    assert ready["code"]["last4"] == card["number"][-4:]
    assert unproved["code"] == "reauth_required"
    assert (shown["number"], shown["secret"]) == (card["number"], card["secret"])
    assert shown.headers["Cache-Control"] == "no-store, private"
    assert to_the_seller.status == 404
    assert done["state"] == "COMPLETED"
    assert mei.get("/wallet/")["cooling"] == yuan(4800 - 48)
    assert mei.get(f"{address}/")["fee"] == yuan(48)
    steps = [event["step"] for event in guo.get(f"{address}/events/")["results"]]
    assert steps == ["confirm", "reveal_code", "deliver_code", "pay", "place"]
    call_command("audit_ledger")
