"""The compensation fund: it pays the winner when the loser can't, and is owed what it paid.

Whoever takes from the fund locks every other account first and the fund last, so that its one row
never closes a circle of waits.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.inbox.notify import notify
from accounts.models import User
from marketplace.lib import clock
from marketplace.lib.errors import Refused
from marketplace.lib.money import Fen
from marketplace.lib.verbs import verb
from orders.escrow import codes, ledger, refunds, waterfall
from orders.escrow.models import (
    Cause,
    ClaimState,
    Compensation,
    Entry,
    FundClaim,
    Payment,
    Refund,
    Transfer,
)

CATCH_UP_DAYS = 7

log = structlog.stdlib.get_logger("fairhand.ledger")


@dataclass(frozen=True)
class Loss:
    """What the liable person could not pay back himself, and why it has to be paid."""

    order: UUID
    payment: Payment
    liable: User
    amount: Fen
    basis: str
    cause: Cause = Cause.SELLER_UNABLE
    case: UUID | None = None
    winner: User | None = None  # whose wallet is paid; None: the payer, by a refund
    fee: int = 0  # fen of what the winner gets

    @property
    def key(self) -> str:
        return f"case:{self.case}:compensate" if self.case else f"order:{self.order}:compensate"


def compensate(loss: Loss, *, at: datetime, by: User | None = None) -> Refund | None:
    """The fund pays the winner and takes over the claim; an empty one is advanced with an alarm."""
    debt, claims = codes.debt(loss.liable.pk), codes.claims(loss.liable.pk)
    purse = [codes.wallet(loss.winner.pk)] if loss.winner else []
    owed = loss.amount - ledger.lock(debt, claims, *purse)[debt]
    paid = min(loss.amount, ledger.lock(codes.FUND)[codes.FUND])
    advance = loss.amount - paid
    refund, won = _won(loss, at=at)
    legs = [(codes.FUND, -paid), (debt, -loss.amount), (claims, paid), *won]
    posted = ledger.post(
        loss.key,
        "compensation",
        legs,
        order=loss.order,
        case=loss.case,
        by=by,
        basis=loss.basis,
        at=at,
    )
    Compensation.objects.create(
        transfer_id=posted.id,
        cause=loss.cause,
        order_id=loss.order,
        case_id=loss.case,
        liable=loss.liable,
        amount=paid,
        advance=advance,
        by=by,
        at=at,
    )
    if advance:
        log.error("fund_is_empty", order=str(loss.order), advance=advance, alarm=True)
    side = "case" if loss.case else ""
    notify(loss.liable, "debt", key=loss.key, link="/wallet/", at=at, amount=owed, side=side)
    return refund


def _won(loss: Loss, *, at: datetime) -> tuple[Refund | None, list[ledger.Leg]]:
    """What the winner gets: a refund, or the amount less the fee in the wallet."""
    if loss.winner is not None:
        purse = codes.wallet(loss.winner.pk)
        return None, [(codes.FEES, loss.fee), (purse, loss.amount - loss.fee)]
    row = refunds.promise(loss.payment, loss.amount, reason=loss.basis, order=loss.order, at=at)
    return row, [(codes.refund(row.pk), loss.amount)]


def claim(loss: Loss, *, at: datetime) -> FundClaim:
    """Puts a loss above the fund's own limit before two of our staff."""
    return FundClaim.objects.create(
        order_id=loss.order,
        case_id=loss.case,
        payment=loss.payment,
        liable=loss.liable,
        winner=loss.winner,
        cause=loss.cause,
        amount=loss.amount,
        fee=loss.fee,
        basis=loss.basis[:80],
        created_at=at,
    )


@verb
def approve_fund_claim(claim_id: UUID, *, by: User) -> FundClaim:
    """The first yes is noted, the second, by somebody else, pays."""
    row = _waiting(claim_id, by=by)
    now = clock.now()
    if row.first_by_id is None:
        row.first_by, row.first_at = by, now
    elif row.first_by_id == by.pk:
        raise Refused("not_your_step", _("A second person has to approve it."))
    else:
        row.approved_by, row.approved_at, row.state = by, now, ClaimState.PAID
        compensate(_loss(row), at=now, by=by)
    row.save()
    return row


@verb
def refuse_fund_claim(claim_id: UUID, *, by: User, reason: str) -> FundClaim:
    """Collusion was found. What the loser's own money paid for stays with the winner."""
    row = _waiting(claim_id, by=by)
    if not reason.strip():
        raise Refused("reason_required", _("Say why."))
    row.refused_by, row.reason, row.state = by, reason.strip(), ClaimState.REFUSED
    row.save()
    return row


def _waiting(claim_id: UUID, *, by: User) -> FundClaim:
    row = FundClaim.objects.select_for_update(no_key=True, of=("self",)).get(pk=claim_id)
    if not by.is_staff or by.pk in {row.liable_id, row.payment.payer_id, row.winner_id}:
        raise Refused("not_your_step", _("Only staff who have no part in the order may do this."))
    if row.state != ClaimState.WAITING:
        raise Refused("wrong_state", _("That is not possible any more."), state=row.state)
    return row


def _loss(row: FundClaim) -> Loss:
    return Loss(
        order=row.order_id,
        payment=row.payment,
        liable=row.liable,
        amount=Fen(row.amount),
        basis=row.basis,
        cause=Cause(row.cause),
        case=row.case_id,
        winner=row.winner,
        fee=row.fee,
    )


@dataclass(frozen=True)
class Fault:
    """Our own mistake, found by two of our staff, and what it cost whom."""

    finding: UUID
    payment: Payment
    to: User
    amount: Fen
    by: User
    first_by: User


def own_up(fault: Fault, *, at: datetime) -> None:
    """The fund pays, nobody owes it anything: the payer the way the money came, others in their
    wallet."""
    by, amount, payment = fault.by, fault.amount, fault.payment
    if by == fault.first_by or not (by.is_staff and fault.first_by.is_staff):
        raise Refused("not_your_step", _("A second person has to approve it."))
    basis, order = "platform fault", payment.ref
    account = codes.wallet(fault.to.pk)
    if fault.to.pk == payment.payer_id:
        refund = refunds.promise(payment, amount, reason=basis, order=order, at=at)
        account = codes.refund(refund.pk)
    key, legs = f"fault:{fault.finding}", [(codes.FUND, -amount), (account, amount)]
    posted = ledger.post(key, "compensation", legs, order=order, by=by, basis=basis, at=at)
    Compensation.objects.create(
        transfer_id=posted.id,
        cause=Cause.PLATFORM_FAULT,
        order_id=order,
        amount=amount,
        by=by,
        at=at,
    )


def repayment(debtor: UUID, income: Fen) -> list[ledger.Leg]:
    """The legs by which `income` pays off what the person owes: all of it, or what there is.

    They sum to what the income loses. The debt stays locked until the transaction ends.
    """
    debt, claims = codes.debt(debtor), codes.claims(debtor)
    if not ledger.balance(debt):
        return []
    held = ledger.lock(debt, claims)
    netted = waterfall.net_debt(income, owed=Fen(-held[debt]), claimed=held[claims])
    return [(debt, netted.paid), (codes.FUND, netted.to_fund), (claims, -netted.to_fund)]


def feed_due() -> int:
    """The fund's share of the fees of each day that has ended; says how many days it fed."""
    now = clock.now()
    today = timezone.localdate(now)
    days = [today - timedelta(days=back) for back in range(CATCH_UP_DAYS, 0, -1)]
    return sum(feed(day, at=now) for day in days)


@verb
def feed(day: date, *, at: datetime) -> bool:
    """The share of one day's fees, once; a day that gave back more than it earned feeds nothing."""
    key = f"fund:share:{day}"
    amount = max(fees_of(day), 0) * settings.FUND_SHARE_BPS // 10_000
    if not amount or Transfer.objects.filter(key=key).exists():
        return False
    legs = [(codes.FEES, -amount), (codes.FUND, amount)]
    return ledger.post(key, "fund_share", legs, at=at).fresh


def fees_of(day: date) -> Fen:
    """What the orders of one day (Shanghai) earned in fees, less what was given back."""
    begins = timezone.make_aware(datetime.combine(day, time.min))
    earned = Entry.objects.filter(
        account__code=codes.FEES,
        transfer__kind__in=["release", "split", "recovery", "compensation"],
        transfer__effective_at__gte=begins,
        transfer__effective_at__lt=begins + timedelta(days=1),
    )
    return Fen(earned.aggregate(total=Sum("amount"))["total"] or 0)


def top_up(request: UUID, amount: Fen, *, by: User, first_by: User, at: datetime) -> ledger.Posted:
    """Our own money into the fund, by two of our staff."""
    if by == first_by or not (by.is_staff and first_by.is_staff):
        raise Refused("not_your_step", _("A second person has to approve it."))
    legs = [(codes.BANK, -amount), (codes.FUND, amount)]
    return ledger.post(f"fund:topup:{request}", "fund_topup", legs, by=by, at=at)


@verb
def pay_debt(person_id: UUID, *, amount: Fen, request: UUID, by: User) -> Fen:
    """Pays off what the person owes, at most `amount`, from the wallet; says how much it was.

    `request` is the id of the wish: the same one never moves money twice.

    Raises:
        InsufficientFunds: the wallet holds less.
    """
    if person_id != by.pk:
        raise Refused("not_found", _("There is no such person."))
    debt, wallet = codes.debt(by.pk), codes.wallet(by.pk)
    if not ledger.balance(debt):
        return Fen(0)
    ledger.lock(wallet, debt, codes.claims(by.pk))
    legs = repayment(by.pk, amount)
    paid = Fen(sum(part for code, part in legs))
    key, now = f"debt_paid:{request}", clock.now()
    ledger.post(key, "debt_paid", [(wallet, -paid), *legs], by=by, at=now)
    return paid
