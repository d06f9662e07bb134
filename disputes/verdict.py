"""Pure: majorities, margins and what losing weighs; the first side with nine votes wins."""

from collections.abc import Iterable
from dataclasses import dataclass

from disputes.rules import Rules

# By how many votes the loser had: 9-0 … 9-2, 9-3 … 9-5, then the narrow ones one by one.
LOSS_BY_LOSER_VOTES = (-40, -40, -40, -30, -30, -30, -15, -10, -5)
STAFF_LOSS = -20


@dataclass(frozen=True)
class Tally:
    """The votes of both sides so far."""

    buyer: int = 0
    seller: int = 0

    def winner(self, rules: Rules) -> str | None:
        """ "buyer", "seller", or None while no side has nine."""
        if self.buyer >= rules.votes_to_win:
            return "buyer"
        return "seller" if self.seller >= rules.votes_to_win else None

    @property
    def loser_votes(self) -> int:
        return min(self.buyer, self.seller)


def count(sides: Iterable[str]) -> Tally:
    """The tally of votes, each "buyer" or "seller".

    Raises:
        ValueError: a vote for anything else.
    """
    found = {"buyer": 0, "seller": 0}
    for side in sides:
        if side not in found:
            raise ValueError(f"no vote is for {side!r}")
        found[side] += 1
    return Tally(**found)


def first_to_win(sides: Iterable[str], rules: Rules) -> tuple[str, int, int] | None:
    """Winner, number of votes counted, and the loser's votes, when votes arrive in this order.

    Counting stops at the ninth vote of a side; None when no side ever has nine.
    """
    seen: list[str] = []
    for side in sides:
        seen.append(side)
        tally = count(seen)
        if winner := tally.winner(rules):
            return winner, len(seen), tally.loser_votes
    return None


def is_narrow(winner: int, loser: int, rules: Rules) -> bool:
    """A margin under four opens the way to staff: 9-6, 9-7, 9-8."""
    return winner - loser < rules.appeal_margin


def standing_points(loser_votes: int) -> int:
    """What a lost case weighs: proportional to how clear it was, never ruin [Yaowen]."""
    return LOSS_BY_LOSER_VOTES[loser_votes]
