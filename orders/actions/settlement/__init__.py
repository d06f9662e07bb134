"""Where orders meet the ledger: the only caller of its movements for orders."""

from orders.actions.settlement.cases import can_open_case, open_case, settle_by_verdict
from orders.actions.settlement.money import (
    give_money_back,
    hold,
    is_held,
    paid_with,
    pay_remedy,
    refund,
    release,
    take_back,
)

__all__ = [
    "can_open_case",
    "give_money_back",
    "hold",
    "is_held",
    "open_case",
    "paid_with",
    "pay_remedy",
    "refund",
    "release",
    "settle_by_verdict",
    "take_back",
]
