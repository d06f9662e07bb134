"""Finished people for trying things out: address, phone and name proved by the real verbs."""

import re
import secrets
import string
from dataclasses import dataclass
from datetime import date

from accounts.actions.sign_up import confirm_email, sign_up
from accounts.actions.tokens import SCOPES, create_token
from accounts.identity.actions.phone import confirm_phone, send_phone_code
from accounts.identity.actions.verification import verify_identity
from accounts.inbox.models import Mail
from accounts.models import Level, User

MOST = 500
DAYS = 7
_NAMES = [
    "Anna",
    "Bin",
    "Chao",
    "Dora",
    "Erik",
    "Fang",
    "Gan",
    "Hua",
    "Ines",
    "Jun",
    "Kai",
    "Lan",
    "Ming",
    "Nora",
    "Ping",
    "Rui",
]


@dataclass(frozen=True)
class Made:
    person: User
    token: str


def make(level: int) -> Made:
    """One person of `level` (0 to 2) with a token for everything."""
    mark = secrets.token_hex(5)
    name = secrets.choice(_NAMES)
    person = sign_up(email=f"{name.lower()}.{mark}@sandbox.example", password=None, name=name)
    confirm_email(person.pk)
    if level >= Level.PHONE:
        person = _prove_phone(person)
    if level >= Level.REAL_NAME:
        person = _prove_name(person)
    _token, value = create_token(
        person.pk, name="sandbox", scopes=list(SCOPES), days=DAYS, by=person
    )
    return Made(person, value)


def _prove_phone(person: User) -> User:
    number = f"+8619{secrets.randbelow(10**9):09}"
    send_phone_code(person.pk, phone=number, by=person)
    message = Mail.objects.filter(to=number).latest("created_at")
    found = re.search(r"\b\d{6}\b", message.text)
    return confirm_phone(person.pk, digits=found[0] if found else "", by=person)


def _prove_name(person: User) -> User:
    return verify_identity(
        person.pk,
        name=f"{person.name} Sandbox",
        document_type="passport",
        number=passport(),
        birth_date=date(1990, 1, 1),
        by=person,
    )


def passport() -> str:
    """One of 900 million that the register knows: nobody of a large crowd gets another's."""
    first = secrets.choice(string.ascii_uppercase)
    second = secrets.choice(string.ascii_uppercase + string.digits)
    return f"{first}{second}{secrets.randbelow(10**6):06}1"
