"""Limits for those who sell cards: how much may be open at once. Pure; amounts in fen.

The deposit is money and lives above this app; the app that keeps it says so when it starts, with
`register_deposit_of`. Until then every deposit is 0.
"""

from collections.abc import Callable
from uuid import UUID

SMALLEST_DEPOSIT = 100_000
DEPOSIT_LIFTS = 5  # times its amount

_deposit_of: Callable[[UUID], int] | None = None


def register_deposit_of(function: Callable[[UUID], int]) -> None:
    """`function` gives the deposit (fen) of the person with this id."""
    global _deposit_of  # noqa: PLW0603 - set once, when the apps start
    _deposit_of = function


def deposit_of(person: UUID) -> int:
    return _deposit_of(person) if _deposit_of else 0


def card_limit(deposit: int, cap: int) -> int:
    """How much card value may be open at once: `cap`, or five times a deposit of ≥ 1,000 yuan."""
    lifted = DEPOSIT_LIFTS * deposit if deposit >= SMALLEST_DEPOSIT else 0
    return max(cap, lifted)
