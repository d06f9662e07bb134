"""What the sandbox issuer does: hands out cards, lets them be used, answers about them."""

import hmac
import re
import secrets
import string
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from marketplace.lib import clock, outbound
from marketplace.lib.errors import Refused, invalid
from marketplace.lib.when import CHINA
from marketplace.sandbox.models import IssuerCard, IssuerMode, Mode

GOOD_FOR = timedelta(days=3 * 365)
MOST_FEN = 500_000
CARD_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that is mistaken for another
SLOW_SECONDS = 12.0  # longer than any of our time limits
OLDEST_SECONDS = 300
YOUNGEST_SECONDS = 60


def make_card(face_value: int, *, by: User | None = None) -> IssuerCard:
    """A fresh card worth `face_value` fen, good for three years, shown to `by` from now on.

    Raises:
        Refused: `invalid` at `face_value`.
    """
    if not 0 < face_value <= MOST_FEN:
        raise invalid("face_value", _("A card holds between ¥0.01 and ¥5,000.00."))
    at = clock.now()
    return IssuerCard.objects.create(
        number=_letters(string.digits, 16),
        secret=_letters(CARD_LETTERS, 8),
        face_value=face_value,
        balance=face_value,
        expires_on=at.astimezone(CHINA).date() + GOOD_FOR,
        made_for=by,
        made_at=at,
    )


def _letters(alphabet: str, count: int) -> str:
    return "".join(secrets.choice(alphabet) for _i in range(count))


@transaction.atomic
def redeem(number: str, *, at: datetime | None = None) -> IssuerCard:
    """Uses the whole card, at `at` or now.

    Raises:
        Refused: `not_found`, `code_redeemed`.
    """
    bare = "".join(filter(str.isdigit, number))
    card = IssuerCard.objects.select_for_update().filter(number=bare).first()
    if card is None:
        raise Refused("not_found", _("The sandbox issuer has no card of that number."))
    if card.redeemed_at is not None:
        raise Refused("code_redeemed", _("This card has been used already."))
    card.balance = 0
    card.redeemed_at = at or clock.now()
    card.save(update_fields=["balance", "redeemed_at"])
    return card


def set_mode(mode: str) -> IssuerMode:
    """How the issuer behaves from now on, for everybody in this sandbox.

    Raises:
        Refused: `invalid` at `mode`.
    """
    if mode not in Mode.values:
        raise invalid("mode", _("Choose one of the modes."), code="bad_choice")
    row, _fresh = IssuerMode.objects.update_or_create(pk=1, defaults={"mode": mode})
    return row


def current_mode() -> str:
    return IssuerMode.objects.values_list("mode", flat=True).first() or Mode.UP


# --- the question over HTTP -----------------------------------------------------------------------
@dataclass(frozen=True)
class Question:
    number: str
    secret: str


def is_signed(headers: Mapping[str, str], body: bytes) -> bool:
    """Whether the request carries our partner's signature, made within the last five minutes."""
    stamp, given = headers.get("X-Timestamp", ""), headers.get("X-Signature", "")
    if not re.fullmatch(r"[0-9]{1,11}", stamp):
        return False
    age = time.time() - int(stamp)
    expected = outbound.signature(settings.CARD_ISSUERS["sandbox"]["secret"], stamp, body)
    fresh = -YOUNGEST_SECONDS <= age <= OLDEST_SECONDS
    return fresh and hmac.compare_digest(given.encode(), expected.encode())


def answer(question: Question) -> dict[str, Any]:
    """What the issuer says of a card: `status`, `balance` in fen, `redeemed_at` in RFC 3339."""
    card = IssuerCard.objects.filter(number=question.number).first()
    today = clock.now().astimezone(CHINA).date()
    if card is None or card.secret != question.secret.upper() or not card.is_good_on(today):
        return {"status": "invalid", "balance": None, "redeemed_at": None}
    tells_time = card.redeemed_at is not None and current_mode() != Mode.NO_TIME
    return {
        "status": "valid" if card.redeemed_at is None else "redeemed",
        "balance": card.balance,
        "redeemed_at": card.redeemed_at.isoformat() if tells_time and card.redeemed_at else None,
    }
