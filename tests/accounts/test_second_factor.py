"""The authenticator app, recovery codes, sessions, e-mail change: factors and what they tell."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from accounts.inbox.models import Mail, Notice
from tests.accounts import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def li():
    return people.person("Li")


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def switch_on(client: Client) -> str:
    """Sets up the app by the pages; answers its secret."""
    client.post("/accounts/reauthenticate/", {"password": people.PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    found = re.search(r'id="authenticator_secret" value="(\w+)"', page)
    assert found is not None
    client.post("/accounts/2fa/totp/activate/", {"code": code_of(found.group(1))})
    return found.group(1)


def test_with_the_app_a_password_alone_is_not_enough(li):
    secret = switch_on(people.signed_in(li))
    client = Client()

    client.post("/accounts/login/", {"login": li.email, "password": people.PASSWORD})
    halfway = client.get("/me/")
    page = client.get("/accounts/2fa/authenticate/")
    cache.clear()  # else the code of the set-up would count as used
    client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})

    assert halfway.status_code == 302
    assert page.status_code == 200
    assert client.get("/me/").status_code == 200


def test_a_recovery_code_works_once(li):
    client = people.signed_in(li)
    switch_on(client)
    shown = client.get("/accounts/2fa/recovery-codes/").content.decode()
    code = re.findall(r'<li class="code">(\S+)</li>', shown)[0]

    def log_in():
        other = Client()
        other.post("/accounts/login/", {"login": li.email, "password": people.PASSWORD})
        other.post("/accounts/2fa/authenticate/", {"code": code})
        return other.get("/me/").status_code

    assert log_in() == 200
    assert log_in() == 302


def test_recovery_codes_are_shown_once(li):
    client = people.signed_in(li)
    switch_on(client)

    first = client.get("/accounts/2fa/recovery-codes/")
    second = client.get("/accounts/2fa/recovery-codes/", follow=True)

    assert b'<li class="code">' in first.content
    assert b'<li class="code">' not in second.content


def test_the_secret_of_the_app_is_sealed(li):
    secret = switch_on(people.signed_in(li))

    kept = Authenticator.objects.get(user=li, type="totp")

    assert secret not in str(kept.data)


def test_a_changed_factor_is_told(li, django_capture_on_commit_callbacks):
    client = people.signed_in(li)

    with django_capture_on_commit_callbacks(execute=True):
        switch_on(client)

    assert Notice.objects.filter(person=li, kind="factor_changed").exists()
    assert Mail.objects.filter(to=li.email, notice__kind="factor_changed").exists()


def test_other_sessions_can_be_ended(li):
    client, other = people.signed_in(li), people.signed_in(li)

    page = client.get("/accounts/sessions/")
    client.post("/accounts/sessions/")

    assert page.content.count(b'<li class="slip">') == 2
    assert other.get("/me/").status_code == 302
    assert client.get("/me/").status_code == 200


def test_a_new_address_counts_once_confirmed_and_the_old_one_is_told(li):
    client, old = people.signed_in(li), li.email
    client.post("/accounts/reauthenticate/", {"password": people.PASSWORD})

    client.post("/accounts/email/", {"email": "new@mail.example", "action_add": ""})
    li.refresh_from_db()
    before = li.email
    found = re.search(r"https?://[^/]+(/\S+)", Mail.objects.get(to="new@mail.example").text)
    assert found is not None
    client.post(found.group(1))

    li.refresh_from_db()
    assert (before, li.email) == (old, "new@mail.example")
    assert Mail.objects.filter(to=old, subject__contains="changed").exists()


def test_an_old_proof_leads_to_the_page_that_asks_and_back(li, monkeypatch):
    client = people.signed_in(li)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 15 * 60 + 1)

    asked = client.get("/me/tokens/")
    proved = client.post(asked.headers["Location"], {"password": people.PASSWORD})

    assert asked.headers["Location"] == "/accounts/reauthenticate/?next=%2Fme%2Ftokens%2F"
    assert proved.headers["Location"] == "/me/tokens/"
    assert client.get("/me/tokens/").status_code == 200


def test_a_wrong_password_proves_nothing(li):
    client = Client()
    client.force_login(li)

    client.post("/accounts/reauthenticate/", {"password": "not this one at all"})

    assert client.get("/me/tokens/").status_code == 302
