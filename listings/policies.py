"""Limits for those who sell cards: how much may be open at once. Pure; amounts in fen.

Deposits and sales live above this app; the app that keeps them says so when it starts, with
`register_deposit_of` and `register_sales_of`. Until then every deposit is 0 and nobody has sold.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

SMALLEST_DEPOSIT = 100_000
DEPOSIT_LIFTS = 5  # times its amount
PROVEN_BY_SALES, PROVEN_BY_BUYERS, PROVEN_OVER = 20, 10, timedelta(days=60)


@dataclass(frozen=True)
class Sales:
    """A seller's completed card sales; `over`: from the first to the last of them."""

    completed: int = 0
    buyers: int = 0
    over: timedelta = timedelta(0)
    lost_a_case: bool = False


_deposit_of: Callable[[UUID], int] | None = None
_sales_of: Callable[[UUID], Sales] | None = None


def register_deposit_of(function: Callable[[UUID], int]) -> None:
    """`function` gives the deposit (fen) of the person with this id."""
    global _deposit_of  # noqa: PLW0603 - set once, when the apps start
    _deposit_of = function


def deposit_of(person: UUID) -> int:
    return _deposit_of(person) if _deposit_of else 0


def register_sales_of(function: Callable[[UUID], Sales]) -> None:
    """`function` gives the completed card sales of the person with this id."""
    global _sales_of  # noqa: PLW0603 - set once, when the apps start
    _sales_of = function


def sales_of(person: UUID) -> Sales:
    return _sales_of(person) if _sales_of else Sales()


def is_proven(sales: Sales) -> bool:
    """Enough sales, to enough people, over long enough, and no case lost."""
    return (
        sales.completed >= PROVEN_BY_SALES
        and sales.buyers >= PROVEN_BY_BUYERS
        and sales.over >= PROVEN_OVER
        and not sales.lost_a_case
    )


def card_limit(deposit: int, cap: int) -> int:
    """How much card value may be open at once: `cap`, or five times a deposit of ≥ 1,000 yuan."""
    lifted = DEPOSIT_LIFTS * deposit if deposit >= SMALLEST_DEPOSIT else 0
    return max(cap, lifted)
