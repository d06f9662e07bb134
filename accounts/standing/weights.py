"""Pure: what each outcome weighs, how long it counts, and what the sum is called."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

START, LOWEST, HIGHEST = 600, 0, 1000
HALF_AFTER, NOTHING_AFTER = timedelta(days=180), timedelta(days=540)
NEVER_FADES = frozenset({"staff_found_fraud"})
MONTH, QUARTER = timedelta(days=30), timedelta(days=90)


@dataclass(frozen=True)
class Weight:
    """Points of one kind; `most` bounds the sum of one kind within `window`."""

    points: int
    most: int | None = None
    window: timedelta | None = None
    one_per_counterparty: bool = False


_TRADE_CAP = 30

WEIGHTS: Mapping[str, Weight] = {
    "sale_completed": Weight(3, _TRADE_CAP, MONTH, one_per_counterparty=True),
    "purchase_completed": Weight(2, _TRADE_CAP, MONTH, one_per_counterparty=True),
    "level_reached_1": Weight(10),
    "level_reached_2": Weight(30),
    "level_reached_3": Weight(20),
    "juror_served": Weight(1, 10, QUARTER),
    "seat_expired": Weight(-1, 5, QUARTER),
    "order_unpaid": Weight(-3),
    "seller_cancelled": Weight(-4),
    "not_delivered_in_time": Weight(-10),
    "return_accepted": Weight(0),
    "return_refused": Weight(0),
    "code_invalid_thrice": Weight(-30),
    "code_redeemed_before_reveal": Weight(-80),
    "case_lost": Weight(0),  # by the tally: whoever records it says how much, see LOSSES
    "swapped_return_found": Weight(-120),
    "conduct_upheld_minor": Weight(-15),
    "conduct_upheld_serious": Weight(-60),
    "staff_found_fraud": Weight(-300),
    "abuse_of_reports": Weight(-20),
}

# What losing a case can weigh: by the jury's tally from 9-0 to 9-8, and by our staff. Proportional,
# so that one narrow case ruins nobody [Yaowen].
LOSSES = frozenset({-40, -30, -15, -10, -5, -20})

UNPAID_FORGIVEN = 2  # in 30 days; from the third on it weighs more
UNPAID_OFTEN = -8


@dataclass(frozen=True)
class Past:
    """What the same person already has of the same kind inside the kind's window."""

    count: int = 0
    points: int = 0
    with_counterparty: int = 0


def window(kind: str) -> timedelta:
    return WEIGHTS[kind].window or MONTH


def points(kind: str, past: Past) -> int:
    """What one more event of `kind` brings."""
    weight = WEIGHTS[kind]
    if kind == "order_unpaid":
        return UNPAID_OFTEN if past.count >= UNPAID_FORGIVEN else weight.points
    if weight.one_per_counterparty and past.with_counterparty:
        return 0
    if weight.most is None:
        return weight.points
    room = max(weight.most - abs(past.points), 0)
    return min(weight.points, room) if weight.points > 0 else max(weight.points, -room)


def fades(kind: str, points: int) -> bool:
    return points < 0 and kind not in NEVER_FADES


@dataclass(frozen=True)
class Entry:
    """One event that counts: neither taken back, nor itself the taking back of another."""

    kind: str
    points: int
    at: datetime


def worth(entry: Entry, now: datetime) -> Fraction:
    """What an event still counts: bad ones half after 180 days, nothing after 540."""
    if not fades(entry.kind, entry.points):
        return Fraction(entry.points)
    age = now - entry.at
    if age >= NOTHING_AFTER:
        return Fraction(0)
    return Fraction(entry.points, 2 if age >= HALF_AFTER else 1)


def score(entries: Iterable[Entry], now: datetime) -> int:
    """The number the owner sees: 600 and all that counts, kept within 0 and 1000."""
    total = START + sum((worth(entry, now) for entry in entries), Fraction(0))
    return max(LOWEST, min(HIGHEST, round(total)))
