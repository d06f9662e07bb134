"""People for the tests of accounts, made by the real verbs, and the browsers they sit at."""

import itertools
import re
from datetime import date

from django.test import Client

from accounts.actions.sign_up import confirm_email, sign_up
from accounts.identity.actions.phone import confirm_phone, send_phone_code
from accounts.identity.actions.verification import verify_identity
from accounts.inbox.models import Mail
from accounts.models import User

PASSWORD = "a long and quiet river"

_count = itertools.count(1)


def person(name: str = "", *, level: int = 0, language: str = "en") -> User:
    """Somebody who has signed up, confirmed the e-mail, and proved as much as `level` asks."""
    number = next(_count)
    user = sign_up(
        email=f"{(name or 'person').lower()}{number}@mail.example",
        password=PASSWORD,
        name=name,
        language=language,
    )
    confirm_email(user.pk)
    if level >= 1:
        user = with_phone(user, f"139{number:08}")
    if level >= 2:
        user = with_real_name(user, f"1101011990{number:07}X")
    user.refresh_from_db()
    return user


def with_phone(user: User, phone: str) -> User:
    send_phone_code(user.pk, phone=phone, by=user)
    return confirm_phone(user.pk, digits=last_sms_code(), by=user)


def with_real_name(user: User, number: str) -> User:
    return verify_identity(
        user.pk,
        name="张小明",
        document_type="id_card",
        number=number,
        birth_date=date(1990, 3, 7),
        by=User.objects.get(pk=user.pk),
    )


def last_sms_code() -> str:
    sms = Mail.objects.filter(channel="sms").latest("id")
    found = re.search(r"\d{6}", sms.text)
    assert found is not None
    return found.group()


def signed_in(user: User) -> Client:
    """A browser in which `user` has just typed the password, so that the proof is fresh."""
    client = Client()
    answer = client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert answer.status_code == 302, answer.content
    return client
