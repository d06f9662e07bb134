"""Who pays when money has to come back: pure arithmetic over what each purse holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from marketplace.lib.money import Fen, fee

if TYPE_CHECKING:
    from orders.escrow.codes import AccountCode


@dataclass(frozen=True)
class Draw:
    """What to take from which purse, and what is missing then (fen)."""

    taken: tuple[tuple["AccountCode", Fen], ...]
    missing: Fen

    @property
    def total(self) -> Fen:
        return Fen(sum(amount for code, amount in self.taken))


def draw(amount: Fen, purses: Sequence[tuple["AccountCode", Fen]]) -> Draw:
    """Takes `amount` from the purses in their order, each to its last fen before the next."""
    taken = []
    left = int(amount)
    for code, held in purses:
        part = min(left, max(held, 0))
        if part:
            taken.append((code, Fen(part)))
            left -= part
    return Draw(taken=tuple(taken), missing=Fen(left))


def fee_given_back(total: Fen, before: Fen, amount: Fen, bps: int) -> Fen:
    """The fee that falls away when `amount` of an order of `total` goes back after `before` did."""
    return Fen(fee(total - before, bps) - fee(total - before - amount, bps))


@dataclass(frozen=True)
class Netting:
    """How income pays off a debt: `paid` of it, and `to_fund` of that is the fund's."""

    paid: Fen
    to_fund: Fen


def net_debt(income: Fen, *, owed: Fen, claimed: Fen) -> Netting:
    """`owed` and `claimed` are what the person owes, and how much of it the fund is owed."""
    paid = min(income, owed)
    return Netting(paid=Fen(paid), to_fund=Fen(min(paid, claimed)))
