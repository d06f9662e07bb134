"""Every way money moves, one function a way, each inside the caller's transaction."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog

from accounts.inbox.notify import notify
from accounts.models import User
from marketplace.lib.money import Fen, fee
from orders.escrow import codes, fund, ledger, refunds
from orders.escrow.ledger import AlreadyHeld, AlreadySettled, KeyReused, Leg
from orders.escrow.models import (
    Balance,
    Command,
    CommandKind,
    Earning,
    GatewayEvent,
    Payment,
    Payout,
    PayoutState,
    Refund,
    RefundState,
    StrayMoney,
    Transfer,
)

log = structlog.stdlib.get_logger("fairhand.ledger")

WALLET = "/wallet/"


@dataclass(frozen=True)
class Released:
    """How a hold was shared out (fen): Fairhand's fee, the seller's share, the debt it paid off."""

    fee: Fen
    net: Fen
    netted: Fen


# --- Orders ---------------------------------------------------------------------------------------
def hold(payment: Payment, *, order: UUID, at: datetime) -> None:
    """The captured payment becomes the order's hold.

    Raises:
        AlreadyHeld: another payment filled it before; nothing was written, this one is stray.
    """
    key = f"payment:{payment.pk}:captured"
    if Transfer.objects.filter(order_id=order, kind="hold").exclude(key=key).exists():
        raise AlreadyHeld(str(order))
    legs = [(codes.gateway(payment.provider), -payment.amount), (codes.hold(order), payment.amount)]
    ledger.post(key, "hold", legs, order=order, at=at)


def holds(order: UUID) -> Fen:
    """What the ledger holds for the order; 0 before it was paid and after it was settled."""
    amounts = Balance.objects.filter(account__code=codes.hold(order))
    return Fen(amounts.values_list("balance", flat=True).first() or 0)


@dataclass(frozen=True)
class Share:
    """A seller's part of a hold as legs (fen): the fee, what he owes, the rest cooling down."""

    released: Released
    legs: list[Leg]


def share(order: UUID, *, seller: User, amount: Fen, fee_bps: int) -> Share:
    """How `amount` of the hold reaches the seller; the debts it pays off are locked."""
    kept = fee(amount, fee_bps)
    owed = fund.repayment(seller.pk, Fen(amount - kept))
    netted = Fen(sum(part for code, part in owed))
    net = Fen(amount - kept - netted)
    legs = [(codes.FEES, kept), (codes.maturing(order), net), *owed]
    return Share(Released(fee=kept, net=net, netted=netted), legs)


def cool_down(order: UUID, *, seller: User, net: Fen, at: datetime) -> None:
    """Whose the share is, and when its three days are over."""
    if net:
        matures_at = at + Earning.COOL_DOWN
        Earning.objects.create(order_id=order, user=seller, net=net, matures_at=matures_at)


def release(
    order: UUID, *, seller: User, amount: Fen, fee_bps: int, basis: str, at: datetime
) -> Released:
    """The whole hold to the seller less the fee; what he owes is paid off first.

    His share cools down for three days. Once released, an order stays released.

    Raises:
        AlreadySettled: the hold was emptied by another decision.
    """
    part = share(order, seller=seller, amount=amount, fee_bps=fee_bps)
    posted = close(order, "release", [(codes.hold(order), -amount), *part.legs], basis=basis, at=at)
    if posted.fresh:
        cool_down(order, seller=seller, net=part.released.net, at=at)
    return part.released


def refund(
    order: UUID, *, payment: Payment, basis: str, at: datetime, by: User | None = None
) -> Refund:
    """The whole hold back to the buyer.

    Raises:
        AlreadySettled: the hold was emptied before.
    """
    row = refunds.promise(payment, Fen(payment.amount), reason=basis, order=order, at=at)
    legs = [(codes.hold(order), -payment.amount), (codes.refund(row.pk), payment.amount)]
    close(order, "refund", legs, basis=basis, at=at, by=by)
    return row


def close(  # noqa: PLR0913 - a transfer has this many parts
    order: UUID,
    kind: str,
    legs: list[Leg],
    *,
    basis: str,
    at: datetime,
    by: User | None = None,
    case: UUID | None = None,
) -> ledger.Posted:
    """Empties the hold, once and wholly.

    Raises:
        AlreadySettled: it was emptied by another decision.
    """
    key = f"order:{order}:close"
    return post_once(key, kind, legs, order=order, basis=basis, at=at, by=by, case=case)


def post_once(  # noqa: PLR0913 - a transfer has this many parts
    key: str,
    kind: str,
    legs: list[Leg],
    *,
    order: UUID,
    basis: str,
    at: datetime,
    by: User | None = None,
    case: UUID | None = None,
) -> ledger.Posted:
    """Whoever comes second with another decision for the same fact hears that it is settled."""
    try:
        return ledger.post(key, kind, legs, order=order, case=case, basis=basis, at=at, by=by)
    except KeyReused as error:
        raise AlreadySettled from error


# --- Money that belongs to no order ---------------------------------------------------------------
def stray(
    event: GatewayEvent, payment: Payment | None, amount: Fen, why: str, at: datetime
) -> StrayMoney:
    """A late, second, wrong or unknown capture: booked, and sent back when we know to whom."""
    if known := StrayMoney.objects.filter(event=event).first():
        return known
    unclear = codes.suspense(event.provider)
    fact = f"{event.provider}:{event.event_id}"
    legs = [(codes.gateway(event.provider), -amount), (unclear, amount)]
    ledger.post(f"event:{fact}:stray", "stray_in", legs, at=at)
    row = None
    if payment is not None:
        row = refunds.promise(payment, amount, reason=why, order=None, at=at)
        legs = [(unclear, -amount), (codes.refund(row.pk), amount)]
        ledger.post(f"stray:{fact}", "stray_refund", legs, at=at)
        notify(payment.payer, "money_returned", key=fact, at=at, amount=amount, step=why)
    return StrayMoney.objects.create(
        event=event, payment=payment, amount=amount, why=why, refund=row, at=at
    )


# --- Promises kept or broken by the provider ------------------------------------------------------
def refund_sent(refund_id: UUID, at: datetime) -> Refund:
    """The provider has paid the buyer back; also when it had refused for good before."""
    row = Refund.objects.select_for_update(no_key=True, of=("self",)).get(pk=refund_id)
    if row.state == RefundState.SENT:
        return row
    to = codes.gateway(row.payment.provider)
    if row.state == RefundState.TURNED:
        _paid_after_all("refund", row.pk, row.person_id, row.amount, to, at=at)
    else:
        legs = [(codes.refund(row.pk), -row.amount), (to, row.amount)]
        ledger.post(f"refund:{row.pk}:sent", "refund_sent", legs, order=row.order_id, at=at)
    row.state = RefundState.SENT
    row.save(update_fields=["state"])
    return row


def refund_turned(refund_id: UUID, at: datetime) -> Refund:
    """The provider refused for good: the money goes to the buyer's wallet instead."""
    row = Refund.objects.select_for_update(no_key=True, of=("self",)).get(pk=refund_id)
    if row.state == RefundState.PROMISED:
        legs = [(codes.refund(row.pk), -row.amount), (codes.wallet(row.person_id), row.amount)]
        ledger.post(f"refund:{row.pk}:turned", "refund_turned", legs, order=row.order_id, at=at)
        row.state = RefundState.TURNED
        row.save(update_fields=["state"])
        facts = {"side": "wallet", "amount": row.amount}
        notify(row.person, "refunded", key=f"refund:{row.pk}", link=WALLET, at=at, **facts)
    return row


def payout_sent(payout_id: UUID, at: datetime) -> Payout:
    """The provider has paid the seller; also when it had said before that it failed."""
    payout = Payout.objects.select_for_update(no_key=True, of=("self",)).get(pk=payout_id)
    if payout.state == PayoutState.PAID:
        return payout
    sent = Command.objects.get(kind=CommandKind.PAYOUT, target=payout.pk)
    to = codes.gateway(sent.provider)
    if payout.state == PayoutState.FAILED:
        _paid_after_all("payout", payout.pk, payout.person_id, payout.amount, to, at=at)
    else:
        legs = [(codes.payout(payout.pk), -payout.amount), (to, payout.amount)]
        ledger.post(f"payout:{payout.pk}:sent", "payout_sent", legs, at=at)
    return _payout_ended(payout, PayoutState.PAID, "payout_sent", at=at)


def payout_back(payout_id: UUID, at: datetime) -> Payout:
    """The payout has definitely failed: the money is in the wallet again."""
    payout = Payout.objects.select_for_update(no_key=True, of=("self",)).get(pk=payout_id)
    if payout.state in {PayoutState.PAID, PayoutState.FAILED}:
        return payout
    to = codes.wallet(payout.person_id)
    legs = [(codes.payout(payout.pk), -payout.amount), (to, payout.amount)]
    ledger.post(f"payout:{payout.pk}:back", "payout_back", legs, at=at)
    return _payout_ended(payout, PayoutState.FAILED, "payout_failed", at=at)


def _paid_after_all(
    what: str, pk: UUID, person: UUID, amount: int, to: codes.AccountCode, *, at: datetime
) -> None:
    """What was in the wallet again is taken out, the rest is owed. Nothing is edited."""
    wallet, debt = codes.wallet(person), codes.debt(person)
    there = min(ledger.lock(wallet, debt)[wallet], amount)
    legs = [(wallet, -there), (debt, there - amount), (to, amount)]
    ledger.post(f"{what}:{pk}:late", f"{what}_late", legs, at=at)
    log.error("paid_after_it_failed", what=what, id=str(pk), owed=amount - there, alarm=True)


def _payout_ended(payout: Payout, state: PayoutState, told: str, *, at: datetime) -> Payout:
    payout.state, payout.ended_at = state, at
    payout.save(update_fields=["state", "ended_at"])
    key = f"payout:{payout.pk}"
    notify(payout.person, told, key=key, link=WALLET, at=at, amount=payout.amount)
    return payout
