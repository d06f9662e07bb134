"""Counters, and what happens when they, or anything else of ours, are away."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from accounts.actions.requests import forget_old_requests
from accounts.models import ApiRequest
from marketplace.lib import throttle
from marketplace.lib.drf.outside import api_answers
from tests import given
from tests.api.client import Api
from tests.api.conftest import token_of
from tests.conftest import refused

NOWHERE = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": "redis://127.0.0.1:1/0",
    }
}


def test_a_limit_counts_each_person_alone_and_ends_in_a_refusal():
    for left in range(9, -1, -1):
        usage = throttle.spend("reveal", "person:one")
        assert usage is not None
        assert (usage.limit, usage.remaining) == (10, left)

    with refused("throttled") as refusal:
        throttle.spend("reveal", "person:one")

    assert 0 < refusal.value.facts["retry_after"] <= 3600
    assert throttle.spend("reveal", "person:two") is not None


def test_one_network_counts_once_however_many_addresses_it_has():
    assert throttle.network("192.0.2.7") == throttle.network("192.0.2.200")
    assert throttle.network("192.0.2.7") != throttle.network("192.0.3.7")
    assert throttle.network("2001:db8::1") == throttle.network("2001:db8::ffff:1")


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "198.51.100.1", "192.0.2.1"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "203.0.113.9, 198.51.100.1", "198.51.100.1"),
        (2, "203.0.113.9, 198.51.100.1, 198.51.100.2", "198.51.100.1"),
        (2, "198.51.100.1", "192.0.2.1"),
    ],
)
def test_an_address_is_believed_from_our_own_proxies_only(settings, proxies, forwarded, expected):
    settings.PROXY_COUNT = proxies

    found = throttle.client_address({"HTTP_X_FORWARDED_FOR": forwarded, "REMOTE_ADDR": "192.0.2.1"})

    assert found == expected


def test_without_redis_reading_goes_on_and_what_a_thief_would_try_stops(
    settings, api: Api, db: None
):
    person = given.person("Mei")
    reader = api.signed_in(token_of(person))
    settings.CACHES = NOWHERE

    listings = api.get("/listings/")
    me = reader.get("/me/")
    sign_in = api.post(
        "/tokens/", {"email": person.email, "password": "x", "name": "x", "scopes": ["read"]}
    )

    assert (listings.status, me.status) == (200, 200)
    assert (sign_in.status, sign_in["code"]) == (503, "busy")
    assert sign_in.headers["Retry-After"] == "1"


@pytest.mark.parametrize(("status", "code"), [(500, "internal"), (404, "not_found"), (403, "csrf")])
def test_a_page_that_says_what_went_wrong_becomes_a_problem(status: int, code: str):
    def broken(_request: HttpRequest) -> HttpResponse:
        return HttpResponse("<h1>Traceback with a secret</h1>", status=status)

    answer = api_answers(broken)(RequestFactory().get("/api/v1/orders/"))

    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["API-Version"] == "2026-11-01"
    assert b"secret" not in answer.content  # type: ignore[attr-defined]
    assert code.encode() in answer.content  # type: ignore[attr-defined]


def test_pages_outside_the_api_are_left_alone():
    page = HttpResponse("<h1>Nothing here</h1>", status=404)

    answer = api_answers(lambda _request: page)(RequestFactory().get("/orders/"))

    assert answer is page


def test_an_answer_is_forgotten_after_a_week(api: Api, db: None):
    client = api.signed_in(token_of(given.person("Mei")))
    client.post("/notifications/read-all/")

    assert forget_old_requests() == 0
    given.skip(72 * 3)
    assert forget_old_requests() == 1

    assert not ApiRequest.objects.exists()
