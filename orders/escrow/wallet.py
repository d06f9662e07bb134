"""What a person's money looks like: balances, what cools down, what is owed, and every movement."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.actions.closure import Blocker
from accounts.models import User
from marketplace.lib.money import Fen, yuan
from orders.escrow import codes
from orders.escrow.models import Balance, Earning, Entry, Pledge

# What each kind of transfer means to the person whose purse it touches.
WORDS: Mapping[str, str | Promise] = {
    "release": _("Released from an order"),
    "split": _("Your share of an order"),
    "mature": _("Cooled down"),
    "pledge": _("Set aside while a case is open"),
    "pledge_back": _("The case is over"),
    "recovery": _("Set right between both sides of an order"),
    "compensation": _("Paid by the fund"),
    "refund_turned": _("Refund, as it could not be sent back"),
    "refund_late": _("Refund that was sent after all"),
    "payout_reserve": pgettext_lazy("money", "Withdrawn"),
    "payout_back": _("Payout came back"),
    "payout_late": _("Payout that was sent after all"),
    "deposit_in": _("Deposit paid in"),
    "deposit_back": _("Deposit given back"),
    "debt_paid": _("Debt paid"),
    "chargeback": _("Payment taken back by your bank"),
}
PURSES: Mapping[str, str | Promise] = {
    "wallet": _("Available"),
    "maturing": _("Cooling down"),
    "deposit": _("Deposit"),
    "debt": _("Debt"),
}


@dataclass(frozen=True)
class Cooling:
    order: UUID
    net: Fen
    matures_at: datetime


@dataclass(frozen=True)
class Pledged:
    """Money that is set aside while a case about an order is open."""

    case: UUID
    order: UUID
    amount: Fen


@dataclass(frozen=True)
class Cause:
    """One thing that a debt came from; the oldest first."""

    order: UUID | None
    amount: Fen
    at: datetime


@dataclass(frozen=True)
class Wallet:
    """All amounts in fen."""

    withdrawable: Fen
    maturing: list[Cooling]
    deposit: Fen
    debt: Fen
    pledged: list[Pledged]

    @property
    def cooling(self) -> Fen:
        return Fen(sum(share.net for share in self.maturing))

    @property
    def blocked(self) -> Fen:
        return Fen(sum(pledge.amount for pledge in self.pledged))


@dataclass(frozen=True)
class Line:
    """One movement of the person's money; `amount` is signed, `purse` says which part moved."""

    id: int
    at: datetime
    kind: str
    label: str | Promise
    purse: str
    purse_label: str | Promise
    amount: Fen
    order: UUID | None


def wallet_of(person: User) -> Wallet:
    """Three queries, however long the history is."""
    cooling = {
        codes.maturing(earning.order_id): earning
        for earning in Earning.objects.cooling().filter(user=person).order_by("matures_at")
    }
    pledges = {codes.pledge(row.case_id): row for row in Pledge.objects.filter(person=person)}
    own = (codes.wallet(person.pk), codes.deposit(person.pk), codes.debt(person.pk))
    rows = Balance.objects.filter(account__code__in=[*own, *cooling, *pledges]).exclude(balance=0)
    held = {code: Fen(amount) for code, amount in rows.values_list("account__code", "balance")}
    wallet, deposit, debt = (held.get(code, Fen(0)) for code in own)
    return Wallet(
        withdrawable=wallet,
        maturing=[
            Cooling(earning.order_id, held[code], earning.matures_at)
            for code, earning in cooling.items()
            if code in held
        ],
        deposit=deposit,
        debt=Fen(-debt),
        pledged=[
            Pledged(row.case_id, row.order_id, held[code])
            for code, row in pledges.items()
            if code in held
        ],
    )


def deposit_of(person_id: UUID) -> Fen:
    """What the person's deposit holds."""
    amounts = Balance.objects.filter(account__code=codes.deposit(person_id))
    return Fen(amounts.values_list("balance", flat=True).first() or 0)


def debt_causes(person: User) -> list[Cause]:
    """What the person's debt came from."""
    owed = Entry.objects.filter(account__code=codes.debt(person.pk), amount__lt=0)
    rows = owed.order_by("transfer_id").values_list(
        "transfer__order_id", "amount", "transfer__effective_at"
    )
    return [Cause(order, Fen(-amount), at) for order, amount, at in rows]


def entries(
    person: User, *, kind: str = "", order: UUID | None = None, since: datetime | None = None
) -> QuerySet[Entry]:
    """The person's own movements, the newest first; `line` puts one into words.

    A page of it is `entries(…)[:20]`, the next one `.filter(transfer_id__lt=…)` the last id.
    """
    found = Entry.objects.filter(account_id__in=_accounts_of(person.pk))
    found = found.select_related("transfer", "account").order_by("-transfer_id", "account_id")
    if kind:
        found = found.filter(transfer__kind=kind)
    if order is not None:
        found = found.filter(transfer__order_id=order)
    if since is not None:
        found = found.filter(transfer__effective_at__gte=since)
    return found


def _accounts_of(person_id: UUID) -> list[int]:
    own = [codes.wallet(person_id), codes.deposit(person_id), codes.debt(person_id)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM escrow_account WHERE code = ANY (%s)"
            " UNION ALL SELECT a.id FROM escrow_earning e"
            " JOIN escrow_account a ON a.code = 'maturing:' || e.order_id WHERE e.user_id = %s",
            [own, person_id],
        )
        return [row[0] for row in cursor.fetchall()]


def line(entry: Entry) -> Line:
    transfer = entry.transfer
    purse = entry.account.code.partition(":")[0]
    return Line(
        id=transfer.id,
        at=transfer.effective_at,
        kind=transfer.kind,
        label=WORDS.get(transfer.kind, transfer.kind),
        purse=purse,
        purse_label=PURSES[purse],
        amount=Fen(entry.amount),
        order=transfer.order_id,
    )


def blockers(person: User) -> list[Blocker]:
    """An account with money or a debt in it can't vanish [Li]."""
    now = wallet_of(person)
    held = now.withdrawable + now.cooling + now.blocked
    rows = (
        (held, _("Your wallet holds {amount}. Withdraw it first.")),
        (now.deposit, _("Your deposit holds {amount}. Take it out first.")),
        (now.debt, _("You owe {amount}. Pay it first.")),
    )
    return [
        Blocker(sentence=str(text).format(amount=yuan(amount)), link=reverse("wallet"))
        for amount, text in rows
        if amount
    ]
