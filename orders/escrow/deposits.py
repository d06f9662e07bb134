"""The seller's deposit: paid in through the provider, given back when nothing leans on it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from marketplace.lib import clock
from marketplace.lib.errors import Refused
from marketplace.lib.money import Fen
from marketplace.lib.verbs import verb
from orders.escrow import codes, ledger, payments
from orders.escrow.models import Payment, Purpose

SMALLEST = 100  # fen
TIME_TO_PAY = timedelta(minutes=30)

_uses: list[Callable[[User], bool]] = []


def register_use(function: Callable[[User], bool]) -> None:
    """Upper apps say what a deposit stands for: live sales, claims that may still come."""
    if function not in _uses:
        _uses.append(function)


@verb
def start(person_id: UUID, *, amount: Fen, by: User) -> Payment:
    """Asks the person to pay `amount` into the deposit; the payment's page is where to go on.

    Raises:
        Refused: `below_minimum`, `payment_open`.
    """
    person = _own(person_id, by)
    if amount < SMALLEST:
        raise Refused("below_minimum", _("Pay in at least ¥1.00."), minimum=SMALLEST)
    now = clock.now()
    return payments.start(
        purpose=Purpose.DEPOSIT,
        ref=person.pk,
        payer=person,
        amount=amount,
        expires_at=now + TIME_TO_PAY,
        at=now,
    )


@verb
def give_back(person_id: UUID, *, amount: Fen, request: UUID, by: User) -> Fen:
    """Moves `amount` from the deposit into the wallet; says what the deposit holds then.

    `request` is the id of the wish: the same one never moves money twice.

    Raises:
        Refused: `deposit_in_use`, `payout_blocked` (a debt), `insufficient_funds`.
    """
    person = _own(person_id, by)
    if amount < SMALLEST:
        raise Refused("below_minimum", _("Take out at least ¥1.00."), minimum=SMALLEST)
    if any(in_use(person) for in_use in _uses):
        sentence = _(
            "Your sales still lean on the deposit. It comes free when all claims are over."
        )
        raise Refused("deposit_in_use", sentence)
    if owed := -ledger.balance(codes.debt(person.pk)):
        sentence = _("You owe money from an earlier refund. Pay that first.")
        raise Refused("payout_blocked", sentence, debt=owed)
    purse = codes.deposit(person.pk)
    legs = [(purse, -amount), (codes.wallet(person.pk), amount)]
    ledger.post(f"deposit_back:{request}", "deposit_back", legs, by=person, at=clock.now())
    return ledger.balance(purse)


def connect() -> None:
    """Payments for deposits are ours to book."""
    handler = payments.Handler(lock=_lock, captured=_captured, page=_page)
    payments.register(Purpose.DEPOSIT, handler)


def _captured(payment: Payment, at: datetime) -> bool:
    source, to = codes.gateway(payment.provider), codes.deposit(payment.payer_id)
    legs = [(source, -payment.amount), (to, payment.amount)]
    ledger.post(f"payment:{payment.pk}:captured", "deposit_in", legs, at=at)
    return True


def _page(_person: UUID) -> str:
    return reverse("wallet")


def _lock(person_id: UUID) -> None:
    User.objects.lock(person_id)


def _own(person_id: UUID, by: User) -> User:
    if person_id != by.pk:
        raise Refused("not_found", _("There is no such person."))
    return User.objects.lock(person_id)
