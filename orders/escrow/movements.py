"""Every way money moves, one function a way, each inside the caller's transaction."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from django.conf import settings

from accounts.inbox.notify import notify
from accounts.models import User
from marketplace.lib.money import Fen, fee
from orders.escrow import codes, fund, ledger, refunds, waterfall
from orders.escrow.ledger import AlreadyHeld, AlreadySettled, InsufficientFunds, KeyReused, Leg
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


def release(
    order: UUID, *, seller: User, amount: Fen, fee_bps: int, basis: str, at: datetime
) -> Released:
    """The whole hold to the seller less the fee; what he owes is paid off first.

    His share cools down for three days. Once released, an order stays released.

    Raises:
        AlreadySettled: the hold was emptied by another decision.
    """
    kept = fee(amount, fee_bps)
    owed = fund.repayment(seller.pk, Fen(amount - kept))
    netted = Fen(sum(part for code, part in owed))
    net = Fen(amount - kept - netted)
    legs = [(codes.hold(order), -amount), (codes.FEES, kept), (codes.maturing(order), net), *owed]
    posted = _close(order, "release", legs, basis=basis, at=at)
    if posted.fresh and net:
        matures_at = at + Earning.COOL_DOWN
        Earning.objects.create(order_id=order, user=seller, net=net, matures_at=matures_at)
    return Released(fee=kept, net=net, netted=netted)


def refund(
    order: UUID, *, payment: Payment, basis: str, at: datetime, by: User | None = None
) -> Refund:
    """The whole hold back to the buyer.

    Raises:
        AlreadySettled: the hold was emptied before.
    """
    row = refunds.promise(payment, Fen(payment.amount), reason=basis, order=order, at=at)
    legs = [(codes.hold(order), -payment.amount), (codes.refund(row.pk), payment.amount)]
    _close(order, "refund", legs, basis=basis, at=at, by=by)
    return row


def recover(  # noqa: PLR0913 - the facts that a recovery rests on
    order: UUID,
    *,
    payment: Payment,
    liable: User,
    amount: Fen,
    fee_bps: int,
    basis: str,
    at: datetime,
    own_means_only: bool,
) -> Refund | None:
    """The buyer's money back after it was released: fee, wallet, deposit, then fund and debt [Guo].

    What the fund has to pay above FUND_AUTO_LIMIT waits for two staff (`FundClaim`) as a refund of
    its own; None when that is all of it.

    Raises:
        InsufficientFunds: with `own_means_only`, when fee, wallet and deposit don't suffice.
        AlreadySettled: the buyer was promised this money before.
    """
    before = refunds.promised(order)
    total = Fen(payment.amount)
    if amount > total - before:
        raise AlreadySettled
    fee_back = waterfall.fee_given_back(total, before, amount, fee_bps)
    purses = _own_means(order, liable)
    own = waterfall.draw(Fen(amount - fee_back), purses)
    if own.missing and own_means_only:
        raise InsufficientFunds
    loss = fund.Loss(order, payment, liable, own.missing, basis)
    refund_now = None
    if own.missing < amount:
        refund_now = _recovered(loss, Fen(amount - own.missing), fee_back, own, at=at)
    if own.missing > settings.FUND_AUTO_LIMIT:
        fund.claim(loss, at=at)
    elif own.missing:
        rest = fund.compensate(loss, at=at)
        refund_now = refund_now or rest
    return refund_now


def _own_means(order: UUID, liable: User) -> list[tuple[codes.AccountCode, Fen]]:
    """The liable person's purses, locked, in the order in which they are drawn on."""
    cooling = Earning.objects.cooling().filter(user=liable).order_by("matures_at", "id")
    earnings = [codes.maturing(pk) for pk in cooling.values_list("order_id", flat=True)]
    own_share = codes.maturing(order)
    purses = [
        *([own_share] if own_share in earnings else []),
        codes.wallet(liable.pk),
        *(code for code in earnings if code != own_share),
        codes.deposit(liable.pk),
    ]
    held = ledger.lock(*purses, codes.debt(liable.pk), codes.claims(liable.pk))
    return [(code, held[code]) for code in purses]


def _recovered(
    loss: fund.Loss, amount: Fen, fee_back: Fen, own: waterfall.Draw, *, at: datetime
) -> Refund:
    """Books what the liable person's own means give, and tells him."""
    row = refunds.promise(loss.payment, amount, reason=loss.basis, order=loss.order, at=at)
    legs = [(codes.FEES, -fee_back), *((code, -part) for code, part in own.taken)]
    key = f"order:{loss.order}:recover"
    legs.append((codes.refund(row.pk), amount))
    _post_once(key, "recovery", legs, order=loss.order, basis=loss.basis, at=at)
    told: dict[str, int] = {"recovered": own.total}
    told["deposit_used"] = dict(own.taken).get(codes.deposit(loss.liable.pk), 0)
    for kind, part in told.items():
        if part:
            notify(loss.liable, kind, key=key, link=WALLET, at=at, amount=part)
    return row


def _close(
    order: UUID, kind: str, legs: list[Leg], *, basis: str, at: datetime, by: User | None = None
) -> ledger.Posted:
    return _post_once(f"order:{order}:close", kind, legs, order=order, basis=basis, at=at, by=by)


def _post_once(  # noqa: PLR0913 - a transfer has this many parts
    key: str,
    kind: str,
    legs: list[Leg],
    *,
    order: UUID,
    basis: str,
    at: datetime,
    by: User | None = None,
) -> ledger.Posted:
    """Whoever comes second with another decision for the same fact hears that it is settled."""
    try:
        return ledger.post(key, kind, legs, order=order, basis=basis, at=at, by=by)
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
