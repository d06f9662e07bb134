"""No page takes a POST that does not come from a page of ours, but for the doors of partners."""

import pytest

from accounts.actions.tokens import SCOPES, create_token
from orders.models import Order, OrderEvent
from tests.security.routes import address, routes
from tests.security.world import World, browser

# Partners prove themselves by a signature over the body; no session is read there.
EXEMPT = {"gateway_webhook", "sandbox_gateway", "sandbox_issuer_check"}
WRITES = ("POST", "PUT", "PATCH", "DELETE")
A_JSON_BODY = "application/json"


def test_only_the_doors_of_partners_are_exempt():
    exempt = {route.name or str(route) for route in routes() if route.exempt and not route.is_api}

    assert exempt == EXEMPT


@pytest.mark.django_db(transaction=True)
def test_a_post_without_the_token_of_a_form_is_refused_everywhere(world: World):
    pages = [route for route in routes() if not route.is_api and route.name not in EXEMPT]
    visitors = {
        desk: browser(world.staff if desk else world.buyer, checks=True) for desk in (True, False)
    }
    events = OrderEvent.objects.count()

    answers = {
        str(route): visitors[route.is_desk].post(address(route, world)).status_code
        for route in pages
    }

    taken = {route: status for route, status in answers.items() if status != 403}
    assert taken == {}
    assert OrderEvent.objects.count() == events


@pytest.mark.django_db(transaction=True)
def test_a_session_alone_changes_nothing_through_the_api(world: World):
    client = browser(world.buyer, checks=True)
    doors = [route for route in routes() if route.is_api]

    answers = {
        (method, str(route)): client.generic(method, address(route, world), "{}", A_JSON_BODY)
        for route in doors
        for method in WRITES
    }

    taken = {asked: got for asked, got in answers.items() if got.status_code not in {403, 405}}
    assert taken == {}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["session", "token", "access_token"])
def test_a_token_counts_in_its_header_only(world: World, name):
    _row, token = create_token(world.buyer.pk, name="x", scopes=list(SCOPES), by=world.buyer)
    client = browser(None)

    in_the_address = client.get(f"/api/v1/me/?{name}={token}")
    client.cookies[name] = token
    in_a_cookie = client.get("/api/v1/me/")
    in_the_header = client.get("/api/v1/me/", headers={"Authorization": f"Bearer {token}"})

    assert in_the_address.json()["code"] == "unknown_parameter"
    assert in_a_cookie.json()["code"] == "not_signed_in"
    assert in_the_header.status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_token_needs_no_form_and_a_session_beside_it_no_say(world: World):
    _row, token = create_token(world.buyer.pk, name="x", scopes=list(SCOPES), by=world.buyer)
    order = Order.objects.filter(buyer=world.buyer, state="PLACED").get()
    client = browser(world.seller, checks=True)

    answer = client.post(
        f"/api/v1/orders/{order.pk}/cancel/",
        {"reason": "Found it elsewhere."},
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "a-key-of-this-test"},
    )

    assert answer.status_code == 200, answer.content
    assert answer.json()["state"] == "CANCELLED"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://testserver.evil.example"]
)
def test_a_form_of_another_site_is_refused_with_a_token_too(client, origin):
    client.handler.enforce_csrf_checks = True
    client.get("/accounts/login/")
    token = client.cookies["csrf"].value

    answer = client.post("/language/", {"csrfmiddlewaretoken": token}, headers={"Origin": origin})

    assert answer.status_code == 403
