"""The time of a request: asked of the database once, and true after every wait and every skip."""

import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from marketplace.lib import clock
from marketplace.sandbox import clock as sandbox_clock
from tests import given

HOUR = timedelta(hours=1)


@pytest.mark.django_db
def test_a_request_asks_for_the_time_once_and_it_goes_on() -> None:
    with CaptureQueriesContext(connection) as asked, clock.watch():
        first = clock.now()
        time.sleep(0.05)
        second = clock.now()

    assert len(asked) == 1
    assert timedelta(seconds=0.05) <= second - first < HOUR


@pytest.mark.django_db
def test_the_watch_is_never_ahead_of_the_database() -> None:
    with clock.watch():
        clock.now()
        ours = [clock.now() for _time in range(100)][-1]
    assert ours <= clock.now()


@pytest.mark.django_db
def test_two_requests_have_a_watch_each() -> None:
    with clock.watch():
        early = clock.now()
    sandbox_clock.move(HOUR)
    with clock.watch():
        assert clock.now() - early >= HOUR


@pytest.mark.django_db
def test_moving_the_clock_within_a_request_is_seen_in_it() -> None:
    with clock.watch():
        before = clock.now()
        sandbox_clock.move(HOUR)
        assert clock.now() - before >= HOUR


@pytest.mark.django_db
def test_outside_a_request_the_database_is_asked_each_time() -> None:
    with CaptureQueriesContext(connection) as asked:
        clock.now()
        clock.now()
    assert len(asked) == 2


@pytest.mark.django_db
def test_one_question_says_who_it_is_what_is_unread_and_what_time_it_is() -> None:
    browser = Client()
    browser.force_login(given.person("Bo"), backend="accounts.backends.PasswordBackend")
    browser.get("/help/")

    with CaptureQueriesContext(connection) as asked:
        answer = browser.get("/help/")

    assert answer.status_code == 200
    assert len(asked) == 1, asked.captured_queries
