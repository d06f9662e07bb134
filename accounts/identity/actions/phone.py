"""Confirming a phone: a code is sent to it, and typing the code back makes level 1."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.identity import phones
from accounts.identity.models import PhoneCode
from accounts.inbox.models import Channel, Mail
from accounts.models import Level, User
from accounts.standing.record import record
from marketplace.lib import clock
from marketplace.lib.errors import Refused, invalid
from marketplace.lib.verbs import verb

LASTS = timedelta(minutes=5)
TRIES = 5
# (how many codes, within which time)
LIMITS = ((3, timedelta(hours=1)), (10, timedelta(days=1)))


@verb
def send_phone_code(person_id: UUID, *, phone: str, by: User) -> PhoneCode:
    """Send six digits to `phone`; they last five minutes. Whether it is taken is not told yet.

    Raises:
        Refused: `invalid` (no phone number), `throttled`.
    """
    person = _own(person_id, by)
    try:
        number = phones.normal(phone)
    except ValueError:
        raise invalid("phone", gettext_lazy("This is no telephone number.")) from None
    now = clock.now()
    _not_too_often(person, now)
    digits = f"{secrets.randbelow(1_000_000):06}"
    code = PhoneCode(person=person, phone=number, sent_at=now, expires_at=now + LASTS)
    code.digest = _digest(code, digits)
    code.save()
    Mail.objects.create(
        channel=Channel.SMS,
        to=number,
        subject=_("Your Fairhand code"),
        text=_(
            "{digits} is your Fairhand code. It lasts 5 minutes. Nobody at Fairhand asks for it."
        ).format(digits=digits),
        next_at=now,
        created_at=now,
    )
    return code


def confirm_phone(person_id: UUID, *, digits: str, by: User) -> User:
    """Type the code back: the phone is confirmed and the level at least 1.

    Raises:
        Refused: `invalid` (wrong, used or too old), `identity_in_use` (the phone is another's).
    """
    # The try is counted and committed even when it is wrong: a rollback would allow guessing.
    code = _spend_a_try(person_id, digits=digits, by=by)
    if code is None:
        raise invalid("code", gettext_lazy("This code is wrong or too old. Ask for a new one."))
    return _confirm(person_id, code=code)


@verb
def _spend_a_try(person_id: UUID, *, digits: str, by: User) -> PhoneCode | None:
    person = _own(person_id, by)
    now = clock.now()
    code = PhoneCode.objects.filter(person=person).order_by("-id").first()
    if code is None or code.used_at or code.tries >= TRIES or code.expires_at <= now:
        return None
    code.tries += 1
    right = hmac.compare_digest(bytes(code.digest), _digest(code, digits.strip()))
    code.used_at = now if right else None
    code.save(update_fields=["tries", "used_at"])
    return code if right else None


@verb
def _confirm(person_id: UUID, *, code: PhoneCode) -> User:
    person = User.objects.lock(person_id)
    person.phone = code.phone
    person.level = max(person.level, Level.PHONE)
    person.version += 1
    try:
        with transaction.atomic():
            person.save(update_fields=["phone", "level", "version"])
    except IntegrityError:
        raise Refused(
            "identity_in_use", gettext_lazy("This phone belongs to another account.")
        ) from None
    record(person, "level_reached_1", source="identity", source_id=person.pk, at=clock.now())
    return person


def _own(person_id: UUID, by: User) -> User:
    if person_id != by.pk:
        raise Refused("not_found", "")
    return User.objects.lock(person_id)


def _not_too_often(person: User, now: datetime) -> None:
    for most, within in LIMITS:
        sent = PhoneCode.objects.filter(person=person, sent_at__gt=now - within).count()
        if sent >= most:
            raise Refused(
                "throttled",
                gettext_lazy("Too many codes were asked for. Try again later."),
                retry_after=int(within.total_seconds()),
            )


def _digest(code: PhoneCode, digits: str) -> bytes:
    """Keyed and bound to its row: the table alone gives no code away."""
    text = f"phone:{code.pk}:{digits}"
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).digest()
