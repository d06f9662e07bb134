"""Money for the ledger's own tests: people, payments, and transfers made up in one line."""

import itertools
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction

from accounts.models import User
from marketplace.lib import clock
from marketplace.lib.money import Fen
from orders.escrow import codes, cooling, ledger, movements, recovery
from orders.escrow.ledger import Leg, Posted
from orders.escrow.models import Earning, Payment, PaymentState, Refund

_numbers = itertools.count(1)


def person(name: str = "Guo", **fields: Any) -> User:
    return User.objects.create_user(
        f"{name.lower()}{next(_numbers)}@example.com", name=name, **fields
    )


def staff(name: str = "Staff") -> User:
    return person(name, is_staff=True)


def post(key: str, *legs: Leg, kind: str = "fund_topup", **facts: Any) -> Posted:
    """A transfer of legs made up by the test, under a key made up from `key`."""
    with transaction.atomic():
        return ledger.post(key, kind, legs, at=clock.now(), **facts)


def give(code: codes.AccountCode, amount: int) -> None:
    """Fills a purse from our bank, or empties it, as no movement of the market would."""
    if amount:
        post(f"fund:topup:{uuid4()}", (codes.BANK, -amount), (code, amount))


def held(code: codes.AccountCode) -> Fen:
    with transaction.atomic():
        return ledger.balance(code)


def payment(
    payer: User,
    amount: int = 5_000,
    *,
    order: UUID | None = None,
    state: PaymentState = PaymentState.CAPTURED,
) -> Payment:
    """A payment that the provider has captured."""
    now = clock.now()
    return Payment.objects.create(
        purpose="order",
        ref=order or uuid4(),
        payer=payer,
        provider="sandbox",
        amount=amount,
        state=state,
        expires_at=now,
        created_at=now,
    )


def paid_order(buyer: User, amount: int = 5_000) -> tuple[UUID, Payment]:
    """An order whose money is held."""
    order = uuid4()
    paid = payment(buyer, amount, order=order)
    with transaction.atomic():
        movements.hold(paid, order=order, at=clock.now())
    return order, paid


def released_order(buyer: User, seller: User, amount: int = 5_000) -> tuple[UUID, Payment]:
    """An order whose money has gone to the seller's cool-down."""
    order, paid = paid_order(buyer, amount)
    release(order, seller, amount)
    return order, paid


def release(order: UUID, seller: User, amount: int = 5_000, bps: int = 100) -> movements.Released:
    with transaction.atomic():
        return movements.release(
            order,
            seller=seller,
            amount=Fen(amount),
            fee_bps=bps,
            basis="confirmed",
            at=clock.now(),
        )


def take_back(
    order: UUID, paid: Payment, seller: User, *, amount: int = 5_000, own_means_only: bool = False
) -> Refund | None:
    """The buyer's money back after a release."""
    with transaction.atomic():
        return recovery.recover(
            recovery.Verdict(order, paid, 100, "code found used"),
            liable=seller,
            amount=Fen(amount),
            at=clock.now(),
            own_means_only=own_means_only,
        )


def withdraw_all(seller: User) -> None:
    """Empties the seller's purses as if everything had been paid out long ago."""
    for earning in Earning.objects.cooling().filter(user=seller):
        cooling.mature(earning.pk, at=earning.matures_at)
    give(codes.wallet(seller.pk), -held(codes.wallet(seller.pk)))


def sql(statement: str, *arguments: Any) -> list[tuple[Any, ...]]:
    """Straight to the database, past everything that is ours."""
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        return list(cursor.fetchall()) if cursor.description else []
