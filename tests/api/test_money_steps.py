"""Money and what goes wrong with an order, step by step through the API."""

from typing import Any

import pytest

from accounts.models import User
from marketplace.sandbox import clock, deliveries, issuer
from orders.escrow import gateway_tasks
from orders.models import Order
from tests import given
from tests.api.client import Api, in_process
from tests.api.conftest import token_of

pytestmark = pytest.mark.usefixtures("market")


def yuan(fen: int) -> dict[str, Any]:
    return {"amount": fen, "currency": "CNY"}


def proved(api: Api, person: User) -> Api:
    client = api.signed_in(token_of(person))
    client.post("/me/reauth/", {"password": given.PASSWORD})
    return client


def test_a_deposit_goes_in_and_comes_back_to_the_wallet(api: Api):
    mei = proved(api, given.person("Mei"))
    payment = mei.post("/wallet/deposit/", {"amount": yuan(100_000)})
    twice = mei.post("/wallet/deposit/", {"amount": yuan(100_000)})
    gateway_tasks.sweep_commands()
    mei.post(f"/sandbox/payments/{payment['id']}/act/", {"do": "pay"})
    deliveries.wait()
    clock.run_sweeps()

    back = mei.post("/wallet/deposit/withdraw/", {"amount": yuan(40_000)})

    assert (twice["code"], twice["payment"]) == ("payment_open", payment["id"])
    assert mei.get(f"/payments/{payment['id']}/")["state"] == "CAPTURED"
    assert (back["deposit"], back["withdrawable"]) == (yuan(60_000), yuan(40_000))
    lines = mei.get("/wallet/entries/", page_size=1)
    rest = mei.get(lines["next"].partition("testserver")[2])
    assert [line["kind"] for line in lines["results"] + rest["results"]] == ["deposit_back"] * 2
    assert {line["moved"]["amount"] for line in mei.get("/wallet/entries/")["results"]} == {
        100_000,
        40_000,
        -40_000,
    }


def test_what_was_earned_is_withdrawn_to_ones_own_account(api: Api):
    seller, buyer = given.person("Mei"), given.person("Guo")
    mei = proved(api, seller)
    account = mei.post(
        "/wallet/payout-accounts/",
        {"kind": "bank", "number": "6222020200112233445", "holder": "Mei Tester"},
    )
    wish = {"amount": yuan(4_752), "account": account["id"]}
    given.completed_order(given.listing(seller), buyer)

    too_new = mei.post("/wallet/payouts/", wish)
    given.skip(73)
    unproved = mei.post("/wallet/payouts/", wish)
    mei.post("/me/reauth/", {"password": given.PASSWORD})
    asked = mei.post("/wallet/payouts/", wish)
    again = mei.post("/wallet/payouts/", wish)

    assert account["last4"] == "3445"
    assert "6222020200112233445" not in account.raw.decode()
    assert (too_new["code"], too_new["usable_at"]) == ("payout_account_new", account["usable_at"])
    assert unproved["code"] == "reauth_required"
    assert (asked.status, asked["state"]) == (201, "RESERVED")
    assert again["code"] == "payout_in_flight"
    assert mei.get("/wallet/")["withdrawable"] == yuan(0)
    assert mei.get("/wallet/payouts/")["results"][0]["id"] == asked["id"]
    assert mei.get(f"/wallet/payouts/{asked['id']}/")["amount"] == yuan(4_752)
    assert mei.delete(f"/wallet/payout-accounts/{account['id']}/").status == 204
    assert mei.get("/wallet/payout-accounts/")["results"] == []


def test_a_code_that_was_used_before_is_refunded_and_never_shown(api: Api):
    card = given.card()
    buyer = given.person("Guo")
    order = given.delivered_order(given.listing(given.person("Mei")), buyer, of=card)
    issuer.redeem(card.number)
    guo = proved(api, buyer)

    refusal = guo.post(f"/orders/{order.pk}/reveal/")

    assert (refusal.status, refusal["code"], refusal["state"]) == (409, "code_redeemed", "REFUNDED")
    assert card.secret not in refusal.raw.decode()
    assert guo.get(f"/orders/{order.pk}/")["label"] == "Refunded"


def test_a_report_stops_the_confirmation_until_it_is_answered(api: Api):
    buyer = given.person("Guo")
    order = given.revealed_order(given.listing(given.person("Mei")), buyer)
    guo = proved(api, buyer)
    address = f"/orders/{order.pk}"

    report = guo.post(f"{address}/report-code/", {"problem": "used", "text": "The shop says so."})
    too_soon = guo.post(f"{address}/confirm/")
    second = guo.post(f"{address}/report-code/", {"problem": "used"})
    given.settled(order)
    answered = guo.get(f"{address}/")["reports"][0]

    assert (report.status, report["state"], report["result"]) == (202, "OPEN", None)
    assert too_soon["code"] == second["code"] == "report_open"
    assert answered["state"] == "ANSWERED"
    assert guo.post(f"{address}/confirm/")["state"] == "COMPLETED"


def test_a_buyer_waits_until_the_seller_is_late_and_then_needs_nobody(api: Api):
    buyer = given.person("Guo")
    order = given.paid_order(given.listing(given.person("Mei")), buyer)
    guo = proved(api, buyer)
    address = f"/orders/{order.pk}"

    early = guo.post(f"{address}/cancel/")
    stale = guo.post(f"{address}/cancel/", {"expected_state": "PLACED"})
    given.skip(24)
    done = guo.post(f"{address}/cancel/", {"expected_state": "PAID"})

    assert (early["code"], early["from"]) == ("too_early", guo.get(f"{address}/")["deliver_due_at"])
    assert (stale["code"], stale["state"]) == ("stale_state", "PAID")
    assert done["state"] == "CANCELLED"


def test_a_seller_cancels_with_a_reason_and_recalls_what_nobody_has_seen(api: Api):
    seller = given.person("Mei")
    offer = given.listing(seller, quantity=2)
    mei = proved(api, seller)
    placed = given.placed_order(offer, given.person("Guo"))
    delivered = given.delivered_order(offer, given.person("Lan"))

    silent = mei.post(f"/orders/{placed.pk}/cancel/")
    cancelled = mei.post(f"/orders/{placed.pk}/cancel/", {"reason": "Sold elsewhere."})
    refunded = mei.post(f"/orders/{delivered.pk}/refund/", {"recall": True})

    assert silent["code"] == "reason_required"
    assert cancelled["state"] == "CANCELLED"
    assert (refunded["state"], refunded["allowed_steps"]) == ("REFUNDED", ["open_case"])
    assert Order.objects.filter(state__in=["CANCELLED", "REFUNDED"]).count() == 2


def test_a_code_is_taken_out_of_the_stock(api: Api):
    seller = given.person("Mei")
    code = given.sealed_code(given.listing(seller))
    mei = proved(api, seller)

    recalled = mei.post(f"/codes/{code.pk}/recall/")

    assert recalled["state"] == "WITHDRAWN"
    assert mei.get("/codes/", state="SEALED")["results"] == []
    assert mei.get(f"/codes/{code.pk}/")["last4"] == code.last4


def test_finished_people_of_the_sandbox_can_trade_at_once(api: Api):
    made = proved(api, given.person("Mei")).post("/sandbox/people/", {"count": 2, "level": 2})

    seller = api.signed_in(made["results"][0]["token"])

    assert [row["level"] for row in made["results"]] == [2, 2]
    assert seller.get("/me/")["id"] == made["results"][0]["id"]
    assert seller.get("/me/standing/")["score"] == 640
    assert seller.get("/me/verification/")["number"].startswith("****")
    assert api.get(f"/people/{made['results'][0]['id']}/")["standing"] == "Good"


def test_the_clock_is_moved_and_says_what_it_did(api: Api):
    buyer = given.person("Guo")
    given.placed_order(given.listing(given.person("Mei")), buyer)
    guo = proved(api, buyer)
    before = guo.get("/sandbox/clock/")["now"]

    moved = guo.post("/sandbox/clock/skip/", {"hours": 1})

    assert moved["now"] > before
    assert [done["step"] for done in moved["done"]] == ["expire"]


def test_a_session_makes_no_token_but_ends_one(client: Any, db: None, api: Api):
    person = given.person("Mei")
    client.force_login(person, backend="accounts.backends.PasswordBackend")
    token_of(person)

    from_the_browser = Api(in_process(client))
    rows = from_the_browser.get("/me/tokens/")["results"]
    ended = from_the_browser.delete(f"/me/tokens/{rows[0]['id']}/")

    assert ended.status == 204
    assert from_the_browser.get("/me/tokens/")["results"] == []


def test_an_account_with_open_orders_is_not_closed_at_once(client: Any, api: Api):
    buyer = given.person("Guo")
    given.placed_order(given.listing(given.person("Mei")), buyer)
    client.force_login(buyer, backend="accounts.backends.PasswordBackend")
    browser = Api(in_process(client))
    unproved = browser.post("/me/close/")
    browser.post("/me/reauth/", {"password": given.PASSWORD})

    closing = browser.post("/me/close/")
    kept = browser.post("/me/close/cancel/")

    assert unproved["code"] == "reauth_required"
    assert (closing.status, closing["state"]) == (202, "PENDING_CLOSURE")
    assert closing["blockers"]
    assert kept["state"] == "ACTIVE"


@pytest.mark.django_db
def test_an_order_carries_the_caution_that_its_buyer_read(api: Api) -> None:
    cheap = given.listing(given.person("Mei"), price=4_000)
    bo = given.person("Bo", level=0)
    client = api.signed_in(token_of(bo))
    shown = client.get(f"/listings/{cheap.pk}/")["cautions"]
    order = given.placed_order(cheap, bo)

    whole = client.get(f"/orders/{order.pk}/")
    card = client.get("/orders/")["results"][0]

    assert [caution["code"] for caution in shown] == ["price_too_low"]
    assert whole["cautions"] == card["cautions"] == shown
