"""What a case does to an order's money: it stands still, and moves once, as decided.

The shares are always of the whole price, so that it does not matter where the money is by now: in
the hold, with the seller, or with the buyer again.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.models import User
from marketplace.lib.money import Fen, fee
from orders.escrow import codes, ledger, movements, pledges, recovery, refunds
from orders.escrow.ledger import Leg
from orders.escrow.models import Payment
from orders.escrow.recovery import Verdict


@dataclass(frozen=True)
class Stake:
    """The money of one order that one case is about."""

    case: UUID
    order: UUID
    payment: Payment
    seller: User
    fee_bps: int

    @property
    def price(self) -> Fen:
        return Fen(self.payment.amount)

    @property
    def verdict(self) -> Verdict:
        basis = f"case {self.case}"
        return Verdict(self.order, self.payment, self.fee_bps, basis, self.case)


@dataclass(frozen=True)
class Shares:
    """What each side has of the price already, the seller's less the fee (fen)."""

    buyer: Fen
    seller: Fen


def shares(stake: Stake) -> Shares:
    buyer = refunds.promised(stake.order)
    if movements.holds(stake.order):
        return Shares(buyer, Fen(0))
    part = stake.price - buyer
    return Shares(buyer, Fen(part - fee(part, stake.fee_bps)))


def freeze(stake: Stake, *, at: datetime) -> None:
    """Nothing but this case moves the hold; of settled money, what its holder has is set aside.

    Raises:
        Frozen: another case was first.
    """
    if movements.holds(stake.order):
        ledger.freeze(codes.hold(stake.order), stake.case)
        return
    has = shares(stake)
    person, most = (stake.seller, has.seller) if has.seller else (stake.payment.payer, has.buyer)
    pledges.set_aside(stake.case, order=stake.order, person=person, most=most, at=at)


def award(stake: Stake, *, buyer: Fen, at: datetime) -> None:
    """`buyer` of the price is the buyer's in the end, the rest the seller's less the fee.

    Raises:
        AlreadySettled: the hold was emptied by another decision.
    """
    pledges.locked_earning(stake.order)
    if movements.holds(stake.order):
        _share_out(stake, buyer, at=at)
    else:
        _set_right(stake, buyer, at=at)
    thaw(stake, at=at)


def thaw(stake: Stake, *, at: datetime) -> None:
    """The case is over: what it still froze is free again, where it was."""
    ledger.unfreeze(codes.hold(stake.order), stake.case)
    pledges.give_back(stake.case, at=at)


def _share_out(stake: Stake, buyer: Fen, *, at: datetime) -> None:
    """The live hold in one transfer: to one side, or to both."""
    verdict, seller = stake.verdict, Fen(stake.price - buyer)
    part = movements.share(stake.order, seller=stake.seller, amount=seller, fee_bps=stake.fee_bps)
    legs: list[Leg] = [(codes.hold(stake.order), -stake.price), *part.legs]
    if buyer:
        row = refunds.promise(stake.payment, buyer, reason=verdict.basis, order=stake.order, at=at)
        legs.append((codes.refund(row.pk), buyer))
    kind = "split" if buyer and seller else "refund" if buyer else "release"
    movements.close(stake.order, kind, legs, basis=verdict.basis, at=at, case=stake.case)
    movements.cool_down(stake.order, seller=stake.seller, net=part.released.net, at=at)


def _set_right(stake: Stake, buyer: Fen, *, at: datetime) -> None:
    """Money that had moved: whoever has more than the decision gives him pays the difference."""
    has = refunds.promised(stake.order)
    if buyer > has:
        recovery.recover(stake.verdict, liable=stake.seller, amount=Fen(buyer - has), at=at)
    elif buyer < has:
        recovery.turn_over(
            stake.verdict,
            liable=stake.payment.payer,
            seller=stake.seller,
            amount=Fen(has - buyer),
            at=at,
        )
