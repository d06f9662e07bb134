"""Asking the right issuer, and writing down what it said. Never called while a lock is held."""

import dataclasses
import time
from datetime import datetime
from uuid import UUID

from django.conf import settings

from marketplace.lib import clock
from orders.escrow.issuers.http import HttpIssuer
from orders.escrow.issuers.protocol import SECONDS, UNKNOWN, Answer, CardIssuer, CardQuestion
from orders.escrow.models import Code, IssuerAnswer, Why
from orders.escrow.plain import PlainCard


class NobodyToAsk:
    """An issuer without a check, or one that has left the settings: nothing is known, ever.

    An order that was promised a check then waits, and never falls back to trusting the seller.
    """

    def check(self, question: CardQuestion, *, seconds: float = SECONDS) -> Answer:  # noqa: ARG002
        return UNKNOWN


def issuer_for(slug: str) -> CardIssuer:
    """The adapter of the issuer in `settings.CARD_ISSUERS`, read now; always one that answers."""
    entry = settings.CARD_ISSUERS.get(slug, {})
    if not entry.get("url"):
        return NobodyToAsk()
    return HttpIssuer(entry["url"], entry["secret"])


def ask(question: CardQuestion, *, why: str, seconds: float = SECONDS) -> Answer:
    """The issuer's answer about a sealed code, written down as evidence before it is acted upon.

    `why` is one of `models.Why`; waits at most `seconds`; `unknown` when anything goes wrong.
    """
    if question.code is None:
        raise ValueError("a card that is not sealed yet is asked about with ask_about")
    answer = _timed(question, seconds)
    code = question.code
    write_down(answer, why=why, issuer=code.issuer, seller_id=code.seller_id, code=code)
    return answer


def ask_about(
    card: PlainCard,
    *,
    issuer: str,
    why: str = Why.SEAL,  # noqa: ARG001 - reads like `ask`; only sealing asks about a loose card
    seconds: float = SECONDS,
) -> Answer:
    """The answer about a card that is not sealed yet; sealing or refusing it writes it down."""
    return _timed(CardQuestion(issuer, card.number, card.secret), seconds)


def write_down(
    answer: Answer,
    *,
    why: str,
    issuer: str,
    seller_id: UUID,
    code: Code | None = None,
    at: datetime | None = None,
) -> None:
    """One row of the log of answers; `at` when the answer itself carries no time."""
    IssuerAnswer.objects.create(
        code=code,
        seller_id=seller_id,
        order_id=code.order_id if code else None,
        issuer=issuer,
        why=why,
        status=answer.status,
        balance=answer.balance,
        redeemed_at=answer.redeemed_at,
        at=answer.at or at or clock.now(),
        ms=answer.ms,
    )


def _timed(question: CardQuestion, seconds: float) -> Answer:
    began = time.monotonic()
    answer = issuer_for(question.issuer).check(question, seconds=seconds)
    took = int((time.monotonic() - began) * 1000)
    return dataclasses.replace(answer, at=clock.now(), ms=took)
