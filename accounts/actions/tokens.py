"""Personal API tokens: shown whole once, kept as a hash, ended by date, hand or closure."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Token, User
from marketplace.lib import clock
from marketplace.lib.errors import Refused, invalid
from marketplace.lib.verbs import verb

SCOPES: dict[str, str | Promise] = {
    "read": _("Read what you can read"),
    "trade": _("Order, pay, confirm, list and sell"),
    "codes": _("Seal and reveal card codes"),
    "court": _("Open cases, show things, judge"),
    "wallet": _("See the wallet and withdraw"),
    "profile": _("Change your profile"),
}
if settings.SANDBOX:
    SCOPES["sandbox"] = _("Move the sandbox")
MOST_DAYS, USUAL_DAYS = 365, 90
MOST_TOKENS = 10


@verb
def create_token(
    person_id: UUID, *, name: str, scopes: Sequence[str], by: User, days: int = USUAL_DAYS
) -> tuple[Token, str]:
    """A new token and its whole value, which nobody can read again afterwards.

    Raises:
        Refused: `too_many_tokens`, `invalid` (scopes, days).
    """
    person = User.objects.lock(person_id)
    _own(person, by)
    _check(scopes, days)
    now = clock.now()
    if person.tokens.live(now).count() >= MOST_TOKENS:
        raise Refused(
            "too_many_tokens", _("You have ten tokens. End one of them first."), most=MOST_TOKENS
        )
    prefix, rest = secrets.token_hex(4), secrets.token_urlsafe(32)
    value = f"fh_{prefix}_{rest}"
    token = person.tokens.create(
        name=name,
        prefix=prefix,
        digest=digest(value),
        scopes=sorted(set(scopes)),
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    return token, value


@verb
def revoke_token(token_id: UUID, *, by: User) -> Token:
    """End one token now; ending it twice is the same as once."""
    token = Token.objects.visible_to(by).select_for_update(no_key=True).get(pk=token_id)
    if token.revoked_at is None:
        token.revoked_at = clock.now()
        token.save(update_fields=["revoked_at"])
    return token


def revoke_all(person: User, *, at: datetime) -> None:
    """Every token ends with a new password or a closed account; in the caller's transaction."""
    person.tokens.filter(revoked_at=None).update(revoked_at=at)


def digest(value: str) -> bytes:
    """What is kept of a token: 256 random bits need no slow hash."""
    return hashlib.sha256(value.encode()).digest()


def _own(person: User, by: User) -> None:
    if person.pk != by.pk:
        raise Refused("not_found", "")


def _check(scopes: Sequence[str], days: int) -> None:
    if not scopes or not set(scopes) <= SCOPES.keys():
        raise invalid("scopes", _("Choose what the token may do."), code="bad_choice")
    if not 1 <= days <= MOST_DAYS:
        raise invalid("days", _("A token lasts between 1 and 365 days."), code="too_large")
