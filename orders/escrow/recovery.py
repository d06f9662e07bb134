"""Money that had reached one side and belongs to the other: who pays it back, and from what [Guo].

Both directions have one way: the liable person's own purses in their order, then the fund, which is
owed what it paid.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings

from accounts.inbox.notify import notify
from accounts.models import User
from marketplace.lib.money import Fen, fee
from orders.escrow import codes, fund, ledger, pledges, refunds, waterfall
from orders.escrow.codes import AccountCode
from orders.escrow.ledger import AlreadySettled, InsufficientFunds
from orders.escrow.models import Cause, Earning, Forfeit, Payment, Refund
from orders.escrow.movements import cool_down, post_once

WALLET = "/wallet/"


@dataclass(frozen=True)
class Verdict:
    """Why money changes sides after it had moved: the order, and the case when one decided."""

    order: UUID
    payment: Payment
    fee_bps: int
    basis: str
    case: UUID | None = None

    @property
    def fact(self) -> str:
        """What the keys of its transfers begin with."""
        return f"case:{self.case}" if self.case else f"order:{self.order}"


# --- To the buyer ---------------------------------------------------------------------------------
def recover(
    verdict: Verdict, *, liable: User, amount: Fen, at: datetime, own_means_only: bool = False
) -> Refund | None:
    """The buyer's money back after it was released: fee, purses, deposit, then fund and debt [Guo].

    What the fund has to pay above FUND_AUTO_LIMIT waits for two staff (`FundClaim`) as a refund of
    its own; None when that is all of it.

    Raises:
        InsufficientFunds: with `own_means_only`, when fee, purses and deposit don't suffice.
        AlreadySettled: the buyer was promised this money before.
    """
    before = refunds.promised(verdict.order)
    total = Fen(verdict.payment.amount)
    if amount > total - before:
        raise AlreadySettled
    fee_back = waterfall.fee_given_back(total, before, amount, verdict.fee_bps)
    own = _draw(verdict, liable, Fen(amount - fee_back), [codes.deposit(liable.pk)])
    if own.missing and own_means_only:
        raise InsufficientFunds
    refund_now = None
    if own.missing < amount:
        refund_now = _recovered(verdict, liable, Fen(amount - own.missing), fee_back, own, at=at)
    rest = _fund(_loss(verdict, liable, own.missing, Cause.SELLER_UNABLE), at=at)
    return refund_now or rest


def _recovered(
    verdict: Verdict,
    liable: User,
    amount: Fen,
    fee_back: Fen,
    own: waterfall.Draw,
    *,
    at: datetime,
) -> Refund:
    """Books what the liable person's own means give, and tells him."""
    row = refunds.promise(verdict.payment, amount, reason=verdict.basis, order=verdict.order, at=at)
    _take(verdict, own, [(codes.FEES, -fee_back), (codes.refund(row.pk), amount)], at=at)
    _tell(verdict, liable, own, at=at)
    return row


# --- To the seller --------------------------------------------------------------------------------
def turn_over(verdict: Verdict, *, liable: User, seller: User, amount: Fen, at: datetime) -> None:
    """A refunded buyer gives `amount` up to the seller, who gets it less the fee.

    No deposit is touched: a buyer pays none. What the fund pays above its limit reaches the
    seller's wallet once two staff have said yes.

    Raises:
        AlreadySettled: the buyer has less than that of the order's money.
    """
    before = refunds.promised(verdict.order)
    if amount > before or verdict.case is None:
        raise AlreadySettled
    total = Fen(verdict.payment.amount)
    kept = Fen(fee(total - before + amount, verdict.fee_bps) - fee(total - before, verdict.fee_bps))
    own = _draw(verdict, liable, amount, [], codes.wallet(seller.pk))
    to = _share_of(verdict.order, seller)
    fee_now = Fen(min(kept, own.total))
    Forfeit.objects.create(
        case_id=verdict.case, order_id=verdict.order, person=liable, amount=amount, at=at
    )
    if own.total:
        net = Fen(own.total - fee_now)
        _take(verdict, own, [(codes.FEES, fee_now), (to, net)], at=at)
        _tell(verdict, liable, own, at=at)
        if to == codes.maturing(verdict.order):
            cool_down(verdict.order, seller=seller, net=net, at=at)
    loss = _loss(verdict, liable, own.missing, Cause.BUYER_UNABLE, seller, kept - fee_now)
    _fund(loss, at=at)


def _share_of(order: UUID, seller: User) -> AccountCode:
    """Where the seller gets it: cooling down, unless this order's share has had its three days."""
    if Earning.objects.filter(order_id=order).exists():
        return codes.wallet(seller.pk)
    return codes.maturing(order)


# --- Both -----------------------------------------------------------------------------------------
def _loss(
    verdict: Verdict,
    liable: User,
    missing: Fen,
    cause: Cause,
    winner: User | None = None,
    kept: int = 0,
) -> fund.Loss:
    return fund.Loss(
        order=verdict.order,
        payment=verdict.payment,
        liable=liable,
        amount=missing,
        basis=verdict.basis,
        cause=cause,
        case=verdict.case,
        winner=winner,
        fee=kept,
    )


def _fund(loss: fund.Loss, *, at: datetime) -> Refund | None:
    if loss.amount > settings.FUND_AUTO_LIMIT:
        fund.claim(loss, at=at)
    elif loss.amount:
        return fund.compensate(loss, at=at)
    return None


def _draw(
    verdict: Verdict,
    liable: User,
    amount: Fen,
    last: Sequence[AccountCode],
    *touched: AccountCode,
) -> waterfall.Draw:
    """What the liable person's purses give, all of them locked, in the order they are drawn on."""
    cooling = Earning.objects.cooling().filter(user=liable).order_by("matures_at", "id")
    earnings = [codes.maturing(pk) for pk in cooling.values_list("order_id", flat=True)]
    own_share = codes.maturing(verdict.order)
    purses = [
        *pledges.purse_of(verdict.case, liable),
        *([own_share] if own_share in earnings else []),
        codes.wallet(liable.pk),
        *(code for code in earnings if code != own_share),
        *last,
    ]
    held = ledger.lock(*purses, codes.debt(liable.pk), codes.claims(liable.pk), *touched)
    return waterfall.draw(amount, [(code, held[code]) for code in purses])


def _take(verdict: Verdict, own: waterfall.Draw, legs: list[ledger.Leg], *, at: datetime) -> None:
    taken = [(code, -part) for code, part in own.taken]
    post_once(
        f"{verdict.fact}:recover",
        "recovery",
        [*taken, *legs],
        order=verdict.order,
        case=verdict.case,
        basis=verdict.basis,
        at=at,
    )


def _tell(verdict: Verdict, liable: User, own: waterfall.Draw, *, at: datetime) -> None:
    told: dict[str, int] = {"recovered": own.total}
    told["deposit_used"] = dict(own.taken).get(codes.deposit(liable.pk), 0)
    for kind, part in told.items():
        if part:
            key = f"{verdict.fact}:recover"
            side = "case" if verdict.case else ""
            notify(liable, kind, key=key, link=WALLET, at=at, amount=part, side=side)
