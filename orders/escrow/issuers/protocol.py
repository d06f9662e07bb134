"""What we ask a card issuer, and what it can say: the question, the answer, the protocol."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from marketplace.lib.money import Fen
from orders.escrow.plain import Plain

if TYPE_CHECKING:
    from orders.escrow.models import Code

SECONDS = 10.0


class Finding(StrEnum):
    """What an answer means for a code that should hold its whole face value."""

    VALID = "valid"
    REDEEMED = "redeemed"
    INVALID = "invalid"
    BALANCE_DIFFERS = "balance_differs"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class CardQuestion:
    """Which card is asked about; number and secret hide themselves in every log and page."""

    issuer: str
    number: Plain
    secret: Plain
    code: "Code | None" = None  # the row it is about; None while the card is not sealed yet


@dataclass(frozen=True)
class Answer:
    """The issuer's word: `status` valid, redeemed, invalid or unknown; `balance` in fen.

    `at` and `ms` are when it came and how long it took; the registry sets them.
    """

    status: str
    balance: Fen | None = None
    redeemed_at: datetime | None = None
    at: datetime | None = field(default=None, compare=False)
    ms: int = field(default=0, compare=False)

    def finding(self, face_value: int) -> Finding:
        """Valid only with the whole face value left; without a balance nothing is known."""
        if self.status != Finding.VALID:
            return Finding(self.status)
        if self.balance is None:
            return Finding.UNKNOWN
        return Finding.VALID if self.balance == face_value else Finding.BALANCE_DIFFERS


UNKNOWN = Answer("unknown")


class CardIssuer(Protocol):
    def check(self, question: CardQuestion, *, seconds: float = SECONDS) -> Answer:
        """Asks, waits at most `seconds`, never raises: whatever goes wrong is `unknown`."""
        ...
