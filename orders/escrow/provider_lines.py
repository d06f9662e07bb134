"""What only the provider's statement tells: charges, sweeps to our bank, payments taken back."""

from datetime import datetime

import structlog

from marketplace.lib.money import Fen
from orders.escrow import codes, ledger
from orders.escrow.models import Payment

log = structlog.stdlib.get_logger("fairhand.ledger")


def charged(provider: str, line: str, amount: Fen, *, at: datetime) -> ledger.Posted:
    """The provider has taken its price from the money that lies there."""
    legs = [(codes.gateway(provider), amount), (codes.psp_cost(provider), -amount)]
    return ledger.post(f"statement:{provider}:{line}", "psp_charge", legs, at=at)


def swept(provider: str, line: str, amount: Fen, *, at: datetime) -> ledger.Posted:
    """The provider has sent `amount` to our bank."""
    legs = [(codes.gateway(provider), amount), (codes.BANK, -amount)]
    return ledger.post(f"statement:{provider}:{line}", "bank_sweep", legs, at=at)


def charged_back(payment: Payment, line: str, amount: Fen, *, at: datetime) -> ledger.Posted:
    """The payer's bank has taken a payment back whose order was released already.

    He has goods and money: what his wallet lacks he owes. Our staff look at it.
    """
    wallet, debt = codes.wallet(payment.payer_id), codes.debt(payment.payer_id)
    there = min(ledger.lock(wallet, debt)[wallet], amount)
    legs = [(codes.gateway(payment.provider), amount), (wallet, -there), (debt, there - amount)]
    key = f"statement:{payment.provider}:{line}"
    log.error("charged_back", payment=str(payment.pk), owed=amount - there, alarm=True)
    return ledger.post(key, "chargeback", legs, at=at)
