"""Money as its owner sees it through the API; read from rows, no effects."""

from typing import Any

from django.conf import settings

from accounts.models import User
from marketplace.lib.drf.fields import money
from orders.escrow import wallet
from orders.escrow.models import Entry, Payment, Payout, PayoutAccount


def payment(row: Payment) -> dict[str, Any]:
    return {
        "id": row.pk,
        "purpose": row.purpose,
        "state": row.state,
        "amount": row.amount,
        "pay_url": f"{settings.SITE_URL}{row.get_absolute_url()}",
        "expires_at": row.expires_at,
        "captured_at": row.captured_at,
    }


def wallet_of(person: User) -> dict[str, Any]:
    now = wallet.wallet_of(person)
    causes = wallet.debt_causes(person) if now.debt else []
    return {
        "withdrawable": now.withdrawable,
        "cooling": now.cooling,
        "maturing": now.maturing,
        "blocked": now.blocked,
        "pledged": now.pledged,
        "deposit": now.deposit,
        "debt": {"amount": now.debt, "causes": causes},
    }


def entry(row: Entry) -> dict[str, Any]:
    line = wallet.line(row)
    return {
        "id": f"{line.id}-{line.purse}",
        "at": line.at,
        "kind": line.kind,
        "label": line.label,
        "purse": line.purse,
        "moved": money(line.amount),
        "order": line.order,
    }


def payout_account(row: PayoutAccount) -> dict[str, Any]:
    return {
        "id": row.pk,
        "kind": row.kind,
        "last4": row.last4,
        "holder": row.holder,
        "added_at": row.added_at,
        "usable_at": row.usable_at,
    }


def payout(row: Payout) -> dict[str, Any]:
    return {
        "id": row.pk,
        "amount": row.amount,
        "account": row.account_id,
        "last4": row.account.last4,
        "state": row.state,
        "needs_two": row.needs_two,
        "created_at": row.created_at,
        "ended_at": row.ended_at,
    }
