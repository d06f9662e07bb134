"""The arithmetic of orders: deadlines, limits by level, who may take which step now.

Pure: times and facts come in, answers go out. Hours and days are those of the rules 2026-11.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from marketplace.lib.states import Side

PAY_WITHIN = timedelta(minutes=15)
DELIVER_WITHIN = timedelta(hours=24)
REFUND_UNDELIVERED_AFTER = timedelta(hours=24)  # more, counted from the end of DELIVER_WITHIN
REVEAL_WITHIN = timedelta(days=7)
TRY_WITHIN = timedelta(hours=24)  # from the first reveal until the money is released
CLAIM_WITHIN = timedelta(days=15)
ASK_ISSUER_AT_MOST = timedelta(hours=24)
RESUME_WITH_AT_LEAST = timedelta(hours=12)
RESUME_AFTER_CASE_WITH_AT_LEAST = timedelta(hours=48)
RETRY_AFTER = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
)
CLOCKS_DIFFER_BY = timedelta(seconds=60)
BAD_CODES_ALLOWED = 2  # the third one ends the order
REPORTS_PER_ORDER = 3

REMIND_SELLER_BEFORE = (timedelta(hours=12), timedelta(hours=2))
REMIND_UNREVEALED_AFTER = (timedelta(days=1), timedelta(days=3), timedelta(days=6))
REMIND_TRY_BEFORE = (timedelta(hours=6),)


@dataclass(frozen=True)
class Situation:
    """What the rules need to know of one order; no more."""

    state: str
    paid: bool
    revealed: bool
    report_open: bool
    cancel_unlocked: bool  # the seller pressed for confirmation or for payment elsewhere [Liu]
    reports: int
    settled: bool  # a case has decided about the money: the code is no question any more
    deliver_due_at: datetime | None
    claims_until: datetime | None


def allowed_steps(order: Situation, side: Side | None, now: datetime) -> list[str]:
    """The steps that this side may take right now, in the order the page shows them."""
    steps = _STEPS.get(side, {}) if side else {}
    return [step for step, test in steps.items() if test(order, now)]


def may_cancel(order: Situation, now: datetime) -> bool:
    """The buyer's way out that needs nobody's mercy [Liu]."""
    if order.state != "PAID":
        return order.state == "PLACED"
    due = order.deliver_due_at
    return order.cancel_unlocked or (due is not None and due <= now)


def may_report(order: Situation, now: datetime) -> bool:
    open_until = order.claims_until
    return (
        order.state in {"DELIVERED", "COMPLETED"}
        and order.revealed
        and not order.settled
        and not order.report_open
        and order.reports < REPORTS_PER_ORDER
        and open_until is not None
        and now < open_until
    )


def may_confirm(order: Situation, _now: datetime) -> bool:
    return order.state == "DELIVERED" and order.revealed and not order.report_open


def why_no_case(order: Situation, now: datetime) -> str:
    """The code of the refusal that meets who opens a case now; "" when nothing stands against it.

    Neither how the order ended nor whether an account is being closed matters [Guo, Yaowen, Li].
    """
    if not order.paid:
        return "never_paid"
    if order.state == "PAID":
        return "refund_is_automatic"
    if order.state == "DISPUTED":
        return "case_open"
    open_until = order.claims_until
    return "" if open_until is not None and now < open_until else "too_late"


def may_open_case(order: Situation, now: datetime) -> bool:
    return not why_no_case(order, now)


def _buyer_sees_code(order: Situation, _now: datetime) -> bool:
    return order.state in {"DELIVERED", "COMPLETED"}


_STEPS = {
    Side.BUYER: {
        "pay": lambda order, _now: order.state == "PLACED",
        "reveal_code": _buyer_sees_code,
        "confirm": may_confirm,
        "report_code": may_report,
        "cancel": may_cancel,
        "open_case": may_open_case,
    },
    Side.SELLER: {
        "seal_code": lambda order, _now: order.state == "PAID",
        "cancel": lambda order, _now: order.state in {"PLACED", "PAID"},
        "refund": lambda order, _now: order.state in {"DELIVERED", "COMPLETED"},
        "open_case": may_open_case,
    },
}


def retry_at(tries: int, now: datetime) -> datetime:
    """When to ask a silent issuer again after `tries` vain tries (≥ 1)."""
    return now + RETRY_AFTER[min(tries, len(RETRY_AFTER)) - 1]


def resumed_due(
    due: datetime, paused_at: datetime, now: datetime, *, at_least: timedelta = RESUME_WITH_AT_LEAST
) -> datetime:
    """The end of the buyer's time to try, after a pause: never less than `at_least` away."""
    return max(due + (now - paused_at), now + at_least)


def used_before_reveal(redeemed_at: datetime, first_revealed_at: datetime) -> bool:
    """The issuer's clock says that somebody used the code before the buyer could see it [Guo]."""
    return redeemed_at < first_revealed_at - CLOCKS_DIFFER_BY
