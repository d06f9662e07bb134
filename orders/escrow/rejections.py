"""Codes that issuers refused: each is remembered with its seller, who is stopped after a few."""

from datetime import datetime

from accounts.models import User
from orders.escrow.issuers.protocol import Answer, Finding
from orders.escrow.issuers.registry import write_down
from orders.escrow.models import AnswerStatus, Code, CodeState, IssuerAnswer, Why


def note_rejection(seller: User, finding: str, *, at: datetime, issuer: str = "") -> None:
    """Remembers a card that an issuer refused before it was sealed.

    `finding` is `redeemed`, `invalid` or `balance_differs`.
    """
    write_down(Answer(said(finding)), why=Why.SEAL, issuer=issuer, seller_id=seller.pk, at=at)


def rejected_since(seller: User, since: datetime) -> int:
    """Codes that issuers refused, at sealing or at the hand-over."""
    unsealed = IssuerAnswer.objects.filter(seller=seller, code=None, at__gt=since).count()
    rejected = Code.objects.filter(seller=seller, state=CodeState.REJECTED, ended_at__gt=since)
    return unsealed + rejected.count()


def said(finding: str) -> str:
    """The issuer's own word: a wrong balance is a card that it called valid."""
    return AnswerStatus.VALID if finding == Finding.BALANCE_DIFFERS else finding
