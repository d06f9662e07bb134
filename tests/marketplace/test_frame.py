"""The frame that every page stands in: health, headers, request ids, refusals told as pages."""

import re
from collections.abc import Callable
from pathlib import Path

import psycopg2.errors
import pytest
from django.db import DatabaseError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path
from pytest_django.fixtures import Settings

from accounts.models import User
from marketplace import middleware, views
from marketplace.celery import SWEEPS, app
from marketplace.lib.errors import Refused
from marketplace.urls import urlpatterns as real_urls

ROOT = Path(__file__).parents[2]


def refuse(_request: HttpRequest) -> HttpResponse:
    raise Refused("too_late", "The time for that is over.", state="PAID", allowed_steps=["cancel"])


def lose_the_race(_request: HttpRequest) -> HttpResponse:
    error = psycopg2.errors.lookup("55P03")()
    raise OperationalError from _with_code(error)


def _with_code(error: Exception) -> Exception:
    class Locked(type(error)):  # type: ignore[misc]
        pgcode = "55P03"

    return Locked("canceling statement due to lock timeout")


def break_down(_request: HttpRequest) -> HttpResponse:
    raise DatabaseError("something of ours")


urlpatterns = [
    path("refuse/", refuse),
    path("race/", lose_the_race),
    path("broken/", break_down),
    *real_urls,
]
handler500 = "marketplace.views.server_error"


@pytest.fixture
def odd_pages(settings: Settings) -> Client:
    settings.ROOT_URLCONF = "tests.marketplace.test_frame"
    return Client(raise_request_exception=False)


def test_health_answers_without_asking_anybody():
    response = Client().get("/health/")

    assert response.content == b"ok"


@pytest.mark.django_db
def test_ready_asks_database_and_redis():
    response = Client().get("/ready/")

    assert response.json() == {"ready": True}


@pytest.mark.django_db
def test_what_is_not_ready_is_told_only_to_the_holder_of_the_token(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    settings.METRICS_TOKEN = "of-the-operator"
    monkeypatch.setattr(views, "_redis_answers", lambda: False)

    stranger = Client().get("/ready/")
    operator = Client().get("/ready/", headers={"Authorization": "Bearer of-the-operator"})

    assert stranger.status_code == operator.status_code == 503
    assert stranger.json() == {"ready": False}
    assert operator.json() == {"ready": False, "database": True, "redis": False}


def test_every_answer_carries_the_headers():
    headers = Client().get("/health/").headers

    assert "camera=(self)" in headers["Permissions-Policy"]
    assert "geolocation=()" in headers["Permissions-Policy"]
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_a_request_id_of_the_proxy_is_kept():
    response = Client().get("/health/", headers={"X-Request-Id": "from-the-proxy-1"})

    assert response["X-Request-Id"] == "from-the-proxy-1"


@pytest.mark.parametrize("bad", ["", "short", "x" * 65, "spaces are bad", "semi;colon-12345"])
def test_a_request_id_that_could_forge_a_log_is_replaced(bad: str):
    response = Client().get("/health/", headers={"X-Request-Id": bad})

    assert re.fullmatch(r"[0-9a-f-]{36}", response["X-Request-Id"])


def test_trace_is_refused():
    assert Client().trace("/health/").status_code == 405


@pytest.mark.django_db
def test_a_page_for_one_person_stays_in_no_cache():
    client = Client()
    client.force_login(User.objects.create_user("li@fairhand.shop"))

    private = client.get("/sandbox-no-such-page/")
    public = Client().get("/sandbox-no-such-page/")

    assert private["Cache-Control"] == "private, no-store"
    assert "Cache-Control" not in public


@pytest.mark.django_db
def test_a_refusal_is_a_page_with_its_status_and_its_sentence(odd_pages: Client):
    response = odd_pages.get("/refuse/")

    assert response.status_code == 409
    assert "The time for that is over." in response.text
    assert "Paid – money held by Fairhand" in response.text
    assert "Cancel the order" in response.text


@pytest.mark.django_db
def test_a_lost_race_for_a_lock_says_try_again(odd_pages: Client):
    response = odd_pages.get("/race/")

    assert response.status_code == 503
    assert response["Retry-After"] == "1"
    assert "Nothing was changed" in response.text


@pytest.mark.django_db
def test_a_breakdown_names_the_reference_and_nothing_else(odd_pages: Client):
    response = odd_pages.get("/broken/", headers={"X-Request-Id": "reference-77"})

    assert response.status_code == 500
    assert "reference-77" in response.text
    assert "something of ours" not in response.text


@pytest.mark.django_db
def test_a_form_without_our_token_is_refused_in_words():
    client = Client(enforce_csrf_checks=True)

    response = client.post("/accounts/login/", {"login": "a@b.c", "password": "x"})

    assert response.status_code == 403
    assert "open for too long" in response.text


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.5", "203.0.113.200", True),
        ("203.0.113.5", "203.0.114.5", False),
        ("2001:db8::1", "2001:db8::ffff", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
    ],
)
def test_the_log_knows_networks_not_addresses(one: str, other: str, same: bool):  # noqa: FBT001
    assert (middleware.network_hash(one) == middleware.network_hash(other)) is same
    assert one not in middleware.network_hash(one)


def test_a_broken_address_is_no_network():
    assert middleware.network_hash("unix:") == ""


def test_every_sweep_knocks_on_a_door_that_exists():
    app.loader.import_default_modules()

    missing = [task for task, _ in SWEEPS if task not in app.tasks]

    assert missing == []


def test_every_task_goes_to_a_queue_that_a_worker_reads():
    app.loader.import_default_modules()
    router: Callable[..., dict[str, object]] = app.amqp.router.route

    queues = {
        router({}, name)["queue"].name  # type: ignore[attr-defined]
        for name in app.tasks
        if not name.startswith("celery.")
    }

    read = re.search(r"--queues (\S+)", (ROOT / "Procfile").read_text())
    assert read
    assert queues <= set(read.group(1).split(","))


def test_a_task_is_acknowledged_only_when_it_is_done():
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    assert app.conf.worker_prefetch_multiplier == 1
    assert app.conf.broker_transport_options["visibility_timeout"] > app.conf.task_time_limit


def test_a_page_that_was_never_reached_has_no_route():
    assert middleware._route(RequestFactory().get("/")) == "unknown"  # noqa: SLF001
