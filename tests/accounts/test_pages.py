"""Every page of one's own account opens, in both languages, and the switches keep to our site."""

import pytest
from django.test import Client

from accounts.middleware import PEOPLE, SEEN, SINCE
from tests.accounts import people

pytestmark = pytest.mark.django_db

OUTSIDE = [
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/done/",
    "/accounts/password/reset/key/1-bad/",
    "/accounts/confirm-email/",
    "/accounts/confirm-email/bad/",
    "/accounts/inactive/",
]
INSIDE = [
    "/me/",
    "/me/security/",
    "/me/tokens/",
    "/me/verification/",
    "/me/verification/phone/",
    "/me/verification/phone/code/",
    "/me/verification/identity/",
    "/me/close/",
    "/standing/",
    "/inbox/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/logout/",
    "/accounts/reauthenticate/",
    "/accounts/sessions/",
    "/accounts/2fa/",
    "/accounts/2fa/webauthn/",
]
PROVED = [
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/webauthn/add/",
]


@pytest.mark.parametrize("address", OUTSIDE)
def test_pages_of_strangers_open(address):
    answer = Client().get(address, follow=True)

    assert answer.status_code in {200, 404}
    assert b"<h1" in answer.content


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_pages_of_members_open_in_their_language(language):
    client = people.signed_in(people.person("Li", language=language))

    for address in INSIDE:
        answer = client.get(address)

        assert answer.status_code == 200, address
        assert f'<html lang="{language}"'.encode() in answer.content, address


@pytest.mark.parametrize("address", [page for page in INSIDE if page.startswith(("/me", "/inbox"))])
def test_strangers_are_sent_to_log_in(address):
    answer = Client().get(address)

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/")


def test_only_the_page_of_the_authenticator_app_allows_data_pictures():
    person = people.person()
    client = people.signed_in(person)
    client.post("/accounts/reauthenticate/", {"password": people.PASSWORD})

    pages = {address: client.get(address) for address in (*PROVED, "/me/")}

    assert [page.status_code for page in pages.values()] == [200, 200, 200]
    allowed = ["data:" in page.headers["Content-Security-Policy"] for page in pages.values()]
    assert allowed == [True, False, False]


def test_the_profile_can_be_changed():
    person = people.person("Li")
    client = people.signed_in(person)

    client.post("/me/", {"name": "Ms. Li", "language": "zh-hans"})

    person.refresh_from_db()
    assert (person.name, person.language, person.version) == ("Ms. Li", "zh-hans", 2)


def test_a_language_is_chosen_by_post_and_kept():
    person = people.person("Li")
    client = people.signed_in(person)

    by_get = client.get("/language/")
    answer = client.post("/language/", {"language": "zh-hans", "next": "/inbox/"})

    person.refresh_from_db()
    assert by_get.status_code == 405
    assert answer.headers["Location"] == "/inbox/"
    assert person.language == "zh-hans"


@pytest.mark.parametrize("evil", ["//evil.example", "https://evil.example", "javascript:alert(1)"])
def test_a_switch_never_leads_to_another_site(evil):
    answer = Client().post("/theme/", {"theme": "dark", "next": evil})

    assert answer.headers["Location"] == "/"
    assert answer.cookies["theme"].value == "dark"


@pytest.mark.parametrize("mark", [SINCE, SEEN])
def test_a_session_ends_after_its_longest_time(mark):
    client = people.signed_in(people.person())
    client.get("/me/")
    session = client.session
    session[mark] -= max(PEOPLE) + 1
    session.save()

    assert client.get("/me/").status_code == 302


def test_a_fresh_session_key_is_given_at_log_in():
    person = people.person()
    client = Client()
    client.get("/accounts/login/")
    before = client.session.session_key

    client.post("/accounts/login/", {"login": person.email, "password": people.PASSWORD})

    assert client.session.session_key != before
