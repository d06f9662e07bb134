"""Sign-up, confirmation, sign-in, reset: the way in, and what it tells to strangers."""

import re

import pytest
from django.test import Client

from accounts.inbox.models import Mail, Notice
from accounts.models import User
from tests.accounts import people

pytestmark = pytest.mark.django_db

NEW = {
    "email": "Li@mail.example",
    "password1": people.PASSWORD,
    "name": "Ms. Li",
    "accept": "on",
}


def link_in(mail: Mail) -> str:
    found = re.search(r"https?://[^/]+(/\S+)", mail.text)
    assert found is not None
    return found.group(1)


def test_a_stranger_signs_up_confirms_the_mail_and_logs_in():
    client = Client()

    answer = client.post("/accounts/signup/", NEW)
    mail = Mail.objects.get(to="li@mail.example")
    page = client.get(link_in(mail))
    client.post(link_in(mail))
    entered = client.post(
        "/accounts/login/", {"login": "li@mail.example", "password": people.PASSWORD}
    )

    assert answer.status_code == 302
    assert page.status_code == 200
    assert entered.status_code == 302
    assert client.get("/me/").status_code == 200
    assert User.objects.get(email="li@mail.example").accepted_rules


def test_opening_the_link_alone_confirms_nothing():
    client = Client()
    client.post("/accounts/signup/", NEW)
    link = link_in(Mail.objects.get())

    client.get(link)

    client.post("/accounts/login/", {"login": "li@mail.example", "password": people.PASSWORD})
    assert client.get("/me/").status_code == 302


def test_the_rules_must_be_accepted_to_sign_up():
    answer = Client().post("/accounts/signup/", {**NEW, "accept": ""})

    assert answer.status_code == 200
    assert not User.objects.exists()


@pytest.mark.parametrize("password", ["short", "password123", "1234567890"])
def test_weak_passwords_are_refused(password):
    Client().post("/accounts/signup/", {**NEW, "password1": password})

    assert not User.objects.exists()


def test_a_known_address_gets_the_same_answer_as_an_unknown_one():
    known = people.person()

    to_known = Client().post("/accounts/signup/", {**NEW, "email": known.email})
    to_unknown = Client().post("/accounts/signup/", NEW)

    assert (to_known.status_code, to_known.headers["Location"]) == (
        to_unknown.status_code,
        to_unknown.headers["Location"],
    )
    assert Mail.objects.filter(to=known.email).count() == 1


def test_a_wrong_password_and_an_unknown_address_look_the_same():
    known = people.person()
    attempt = {"password": "not this one at all"}

    wrong = Client().post("/accounts/login/", {**attempt, "login": known.email})
    unknown = Client().post("/accounts/login/", {**attempt, "login": "nobody@mail.example"})

    assert errors(wrong) == errors(unknown) != []


def errors(answer):
    return [str(error) for error in answer.context["form"].non_field_errors()]


def test_a_reset_answers_alike_and_its_link_works_once():
    known = people.person()
    client = Client()

    to_known = client.post("/accounts/password/reset/", {"email": known.email})
    to_unknown = client.post("/accounts/password/reset/", {"email": "nobody@mail.example"})
    link = link_in(Mail.objects.get(to=known.email))
    form = client.get(link, follow=True)
    client.post(
        form.request["PATH_INFO"],
        {"password1": "another quiet river", "password2": "another quiet river"},
    )
    again = Client().get(link, follow=True)

    assert to_known.headers["Location"] == to_unknown.headers["Location"]
    known.refresh_from_db()
    assert known.check_password("another quiet river")
    assert b"used up" in again.content


def test_the_right_password_is_refused_too_after_five_wrong_ones():
    known = people.person()
    for _ in range(5):
        Client().post("/accounts/login/", {"login": known.email, "password": "not this one"})

    answer = Client().post("/accounts/login/", {"login": known.email, "password": people.PASSWORD})

    assert answer.status_code == 200


def test_a_sign_in_from_a_new_browser_is_told_and_the_first_is_not():
    known = people.person()

    client = people.signed_in(known)
    before = Notice.objects.filter(kind="new_device").count()
    client.post("/accounts/logout/")
    client.post("/accounts/login/", {"login": known.email, "password": people.PASSWORD})
    same = Notice.objects.filter(kind="new_device").count()
    people.signed_in(known)

    assert (before, same) == (0, 0)
    assert Notice.objects.filter(kind="new_device", person=known).count() == 1
    assert Mail.objects.filter(notice__kind="new_device", to=known.email).count() == 1


def test_a_changed_password_ends_sessions_and_tokens_and_is_told():
    known = people.person()
    client, other = people.signed_in(known), people.signed_in(known)
    made = client.post("/me/tokens/", {"name": "t", "scopes": ["read"], "days": 9})

    client.post(
        "/accounts/password/change/",
        {
            "oldpassword": people.PASSWORD,
            "password1": "another quiet river",
            "password2": "another quiet river",
        },
    )

    assert made.context["value"].startswith("fh_")
    assert other.get("/me/").status_code == 302
    assert known.tokens.get().revoked_at is not None
    assert Notice.objects.filter(person=known, kind="password_changed").exists()


def test_a_mail_of_sign_up_names_no_password_and_says_what_fairhand_never_asks():
    Client().post("/accounts/signup/", NEW)

    mail = Mail.objects.get()

    assert people.PASSWORD not in mail.text + mail.html
    assert "Fairhand never asks for log-in codes" in mail.text
    assert "Fairhand never asks for log-in codes" in mail.html


TAGS = re.compile(r"<(script|style|svg)\b.*?</\1>|<[^>]*>", re.DOTALL)


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("/accounts/login/", {"login": "no address", "password": "x"}),
        ("/accounts/login/", {"login": "nobody@mail.example", "password": "not the password"}),
        ("/accounts/signup/", {**NEW, "email": "no address"}),
        ("/accounts/password/reset/", {"email": "no address"}),
        ("/accounts/email/", {"email": "no address"}),
        ("/accounts/email/", {"email": "mine"}),
    ],
)
def test_an_e_mail_is_spelled_alike_on_every_page_and_in_every_refusal(path, wrong):
    li = people.person("Li")
    client = people.signed_in(li) if path == "/accounts/email/" else Client()
    sent = {name: li.email if value == "mine" else value for name, value in wrong.items()}

    pages = [client.get(path), client.post(path, {**sent, "action_add": ""})]

    for page in pages:
        assert page.status_code == 200
        words = TAGS.sub(" ", page.content.decode())
        assert "E-mail" in words
        assert not re.search(r"\bemail", words, re.IGNORECASE)
        assert 'placeholder="Email' not in page.content.decode()
