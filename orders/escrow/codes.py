"""The names of accounts and the forms of keys: where money can lie and what can move it."""

from typing import NewType
from uuid import UUID

AccountCode = NewType("AccountCode", str)

BANK = AccountCode("bank:main")
FEES = AccountCode("fee:income")
FUND = AccountCode("fund:compensation")

# Accounts without bounds have no balance row, so that no row is touched by every order.
UNBOUNDED = frozenset({"gateway", "bank", "fee", "psp_cost", "suspense"})


def gateway(provider: str) -> AccountCode:
    return AccountCode(f"gateway:{provider}")


def psp_cost(provider: str) -> AccountCode:
    return AccountCode(f"psp_cost:{provider}")


def suspense(provider: str) -> AccountCode:
    return AccountCode(f"suspense:{provider}")


def hold(order: UUID) -> AccountCode:
    return AccountCode(f"hold:{order}")


def maturing(order: UUID) -> AccountCode:
    return AccountCode(f"maturing:{order}")


def refund(refund_id: UUID) -> AccountCode:
    return AccountCode(f"refund:{refund_id}")


def payout(payout_id: UUID) -> AccountCode:
    return AccountCode(f"payout:{payout_id}")


def wallet(user: UUID) -> AccountCode:
    return AccountCode(f"wallet:{user}")


def deposit(user: UUID) -> AccountCode:
    return AccountCode(f"deposit:{user}")


def debt(user: UUID) -> AccountCode:
    return AccountCode(f"debt:{user}")


def claims(user: UUID) -> AccountCode:
    return AccountCode(f"claims:{user}")


def pledge(case: UUID) -> AccountCode:
    return AccountCode(f"pledge:{case}")


def is_unbounded(code: AccountCode) -> bool:
    return code.partition(":")[0] in UNBOUNDED


# Which business fact a transfer of each kind has for its key (`U` a UUID, `P` a provider).
_FORMS: dict[str, str] = {
    "hold": "payment:U:captured",
    "stray_in": "event:P:.+:stray",
    "stray_refund": "stray:P:.+",
    "release": "order:U:close",
    "refund": "order:U:close",
    "split": "order:U:close",
    "mature": "order:U:mature",
    "pledge": "case:U:pledge",
    "pledge_back": "case:U:pledge_back",
    "recovery": "(case|order):U:recover",
    "compensation": "((case|order):U:compensate|fault:U|remedy:U)",
    "refund_sent": "refund:U:sent",
    "refund_turned": "refund:U:turned",
    "refund_late": "refund:U:late",
    "payout_reserve": "payout:U:reserve",
    "payout_sent": "payout:U:sent",
    "payout_back": "payout:U:back",
    "payout_late": "payout:U:late",
    "deposit_in": "payment:U:captured",
    "deposit_back": "deposit_back:U",
    "debt_paid": "debt_paid:U",
    "fund_share": r"fund:share:\d{4}-\d\d-\d\d",
    "fund_topup": "fund:topup:U",
    "psp_charge": "statement:P:.+",
    "bank_sweep": "statement:P:.+",
    "chargeback": "statement:P:.+",
}
KEY_FORMS: dict[str, str] = {
    kind: f"^{form.replace('U', '[0-9a-f-]{36}').replace('P', '[0-9a-z-]+')}$"
    for kind, form in _FORMS.items()
}
