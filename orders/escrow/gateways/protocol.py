"""What a payment provider can do for us, and the values that travel between us and it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, Protocol

from marketplace.lib.money import Fen

Asked = Literal["payment", "refund", "payout"]


@dataclass(frozen=True)
class Done:
    """It happened: the provider's own reference of the money, and how much of it."""

    provider_ref: str
    amount: Fen


@dataclass(frozen=True)
class Refused:
    """It did not happen. `final`: and it never will, however often we ask."""

    reason: str
    final: bool


@dataclass(frozen=True)
class Unknown:
    """It may have happened: no answer, a broken one, or the provider does not know either."""

    reason: str


Outcome = Done | Refused | Unknown


@dataclass(frozen=True)
class Intent:
    """A payment that the provider waits for, and the page where the payer pays it."""

    provider_ref: str
    pay_url: str


@dataclass(frozen=True)
class Event:
    """One message of the provider, its signature checked, nothing of it believed yet.

    `kind` is `captured`, `failed`, `expired` or `refunded`; all others are kept and ignored.
    `ref` is our own reference, `capture_ref` the provider's reference of the money.
    """

    event_id: str
    kind: str
    ref: str
    capture_ref: str
    amount: Fen | None
    currency: str
    merchant: str
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """One movement as the provider's statement has it; amounts into our account are positive."""

    kind: str
    ref: str
    provider_ref: str
    amount: Fen
    at: datetime


class Gateway(Protocol):
    """A payment provider. No method raises for trouble on the way: that is `Unknown`."""

    name: str
    merchant: str

    def create_payment(
        self, *, key: str, ref: str, amount: Fen, expires_at: datetime, return_url: str
    ) -> Intent | Refused | Unknown: ...

    def close_payment(self, *, key: str, ref: str) -> Outcome:
        """Nothing can be paid under `ref` any more; finally refused when it has been paid."""
        ...

    def refund(self, *, key: str, payment_ref: str, amount: Fen) -> Outcome:
        """Sends back `amount` of the money that the provider calls `payment_ref`."""
        ...

    def payout(self, *, key: str, destination: str, holder: str, amount: Fen) -> Outcome: ...

    def query(self, *, kind: Asked, ref: str) -> Outcome:
        """What became of it. For `payment`, Done means captured and `ref` is our payment's id;
        for `refund` and `payout` `ref` is the key of the command."""
        ...

    def parse(self, headers: Mapping[str, str], body: bytes) -> Event:
        """The message in `body`; raises `marketplace.lib.signing.BadSignature`."""
        ...

    def statement(self, day: date) -> Iterable[Line]:
        """All movements of one day (UTC). Raises OSError when it can't be had."""
        ...
