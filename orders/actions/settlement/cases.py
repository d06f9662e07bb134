"""What a case does to an order: everything stands still, and goes on as the case ended.

Called by the court alone, inside its transactions. The order is locked first, the case after it.
"""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from marketplace.lib import clock
from marketplace.lib.errors import Refused, Sentence
from marketplace.lib.money import Fen
from marketplace.lib.states import Side
from marketplace.lib.verbs import verb
from marketplace.lib.when import when
from orders import terms
from orders.actions import goods
from orders.actions.settlement.money import paid_with
from orders.actions.steps import advance, locked, may_take, only, refusal, tell, tell_both
from orders.escrow import cases
from orders.escrow.ledger import AlreadySettled
from orders.models import Order, OrderEvent, ReportState
from orders.states import OrderState, OrderStep

Outcome = Literal["award", "resume"]

_WHY_NOT: dict[str, Sentence] = {
    "never_paid": _("This order was never paid: there is no money to decide about."),
    "refund_is_automatic": _(
        "Nothing has been handed over yet. If it stays so, the money comes back by itself on "
        "{time}."
    ),
    "case_open": _("A case about this order is open already."),
    "too_late": _("The time to claim has passed."),
}


# --- Opening --------------------------------------------------------------------------------------
def can_open_case(order: Order, by: User, at: datetime) -> Refused | None:
    """Why `by` can't open a case about the order at this moment; None when he can."""
    code = terms.why_no_case(order.situation([]), at)
    if not code:
        return None
    due = order.auto_refund_at if code == "refund_is_automatic" else None
    message: Sentence = _WHY_NOT[code]
    if due is not None:
        message = str(message).format(time=when(due, get_language() or "en"))
    facts = {"rule": "court/case"} | ({"refund_at": due} if due is not None else {})
    return refusal(order, code, message, by=by, at=at, **facts)


@verb
def open_case(order_id: UUID, *, by: User, case_id: UUID, claim: str) -> Order:
    """Either side asks for a decision: the timers stop and the money stays where it is.

    What was paid out already is set aside as far as it is there. An open report of the code ends
    with this: the case asks the issuer itself.

    Raises:
        Refused: `never_paid`, `refund_is_automatic` (`refund_at`), `case_open`, `too_late`,
            `not_found`.
    """
    order = locked(order_id)
    at = clock.now()
    only(order, by, Side.BUYER, Side.SELLER)
    if why_not := can_open_case(order, by, at):
        raise why_not
    may_take(order, OrderStep.OPEN_CASE, by=by, at=at)
    _end_reports(order, at=at)
    cases.freeze(_stake(order, case_id), at=at)
    order.state_before_case, order.open_case_id = order.state, case_id
    order.paused_at = order.paused_at or at
    if order.needs_staff in {"code_report", "card_unrevealed"}:
        order.needs_staff = ""
    return advance(order, OrderStep.OPEN_CASE, by=by, at=at, case=str(case_id), claim=claim)


def _end_reports(order: Order, *, at: datetime) -> None:
    still_open = order.reports.exclude(state=ReportState.ANSWERED)
    still_open.update(state=ReportState.ANSWERED, result="case opened", answered_at=at)


def _stake(order: Order, case_id: UUID) -> cases.Stake:
    return cases.Stake(case_id, order.pk, paid_with(order), order.seller, order.fee_bps)


# --- Ending ---------------------------------------------------------------------------------------
@verb
def settle_by_verdict(
    order_id: UUID,
    *,
    case_id: UUID,
    outcome: Outcome,
    buyer_fen: int = 0,
    seller_fen: int = 0,
) -> Order:
    """The case is over: `award` shares the whole price out, `resume` goes on where it stopped.

    The shares say what each has in the end, wherever the money was before; the seller's is less
    the fee. The same call again changes nothing.

    Raises:
        Refused: `already_settled` when this case ended otherwise, `wrong_state` when it is not
            the order's open one.
        ValueError: the shares of an award are not the whole price.
    """
    order = locked(order_id)
    at = clock.now()
    facts = {"case": str(case_id), "outcome": outcome, "buyer": buyer_fen, "seller": seller_fen}
    if _ended_before(order, facts):
        return order
    if order.open_case_id != case_id:
        message = _("This case is not open on the order.")
        raise refusal(order, "wrong_state", message, by=None, at=at)
    if outcome == "resume":
        return _resume(order, case_id, at=at, **facts)
    if min(buyer_fen, seller_fen) < 0 or buyer_fen + seller_fen != order.price:
        raise ValueError(f"{buyer_fen} and {seller_fen} are not the shares of {order.price}")
    return _award(order, case_id, Fen(buyer_fen), at=at, **facts)


def _ended_before(order: Order, facts: dict[str, Any]) -> bool:
    """Whether this case has ended in just this way; AlreadySettled when in another one."""
    ends = OrderEvent.objects.filter(order=order, step=OrderStep.SETTLE_BY_VERDICT)
    known = ends.filter(facts__case=facts["case"]).first()
    if known is None:
        return False
    if any(known.facts[name] != value for name, value in facts.items()):
        raise AlreadySettled
    return True


def _award(order: Order, case_id: UUID, buyer_fen: Fen, *, at: datetime, **facts: Any) -> Order:
    had = cases.shares(_stake(order, case_id))
    cases.award(_stake(order, case_id), buyer=buyer_fen, at=at)
    to = OrderState.REFUNDED if buyer_fen == order.price else OrderState.COMPLETED
    _settle_goods(order, to, at=at)
    if to == OrderState.REFUNDED:
        order.ended_at = at
    else:
        order.completed_at = order.completed_at or at
    order.settled_by_case, order.buyer_fen = case_id, buyer_fen
    _leave_case(order, to, at=at, **facts)
    _tell_award(order, had, at=at)
    return order


def _settle_goods(order: Order, to: str, *, at: datetime) -> None:
    """The code and the unit follow the money; after a refund they have gone home before."""
    before = order.state_before_case
    if to == OrderState.REFUNDED and before in {OrderState.DELIVERED, OrderState.COMPLETED}:
        goods.come_back(order, code_is_good=not order.revealed, at=at)
    elif to == OrderState.COMPLETED and before == OrderState.DELIVERED:
        goods.are_sold(order, at=at)


def _resume(order: Order, case_id: UUID, *, at: datetime, **facts: Any) -> Order:
    cases.thaw(_stake(order, case_id), at=at)
    since = order.paused_at or at
    for column in ("reveal_due_at", "inspect_due_at"):
        due = getattr(order, column)
        if due is not None and order.state_before_case == OrderState.DELIVERED:
            at_least = terms.RESUME_AFTER_CASE_WITH_AT_LEAST
            setattr(order, column, terms.resumed_due(due, since, at, at_least=at_least))
    _leave_case(order, order.state_before_case, at=at, **facts)
    due = order.inspect_due_at or order.reveal_due_at
    due = due if order.state == OrderState.DELIVERED else order.claims_until
    tell_both(order, "order_resumed", at=at, key=f"case:{case_id}", due_at=due)
    return order


def _leave_case(order: Order, to: str, *, at: datetime, **facts: Any) -> None:
    order.open_case_id, order.state_before_case, order.paused_at = None, "", None
    order.retry_at = None
    advance(order, OrderStep.SETTLE_BY_VERDICT, by=None, at=at, to=to, **facts)


def _tell_award(order: Order, had: cases.Shares, *, at: datetime) -> None:
    """Each side reads what it got more; who gets nothing reads that in the case's own notice."""
    key = f"case:{order.settled_by_case}"
    more = {
        "refunded": (order.buyer, (order.buyer_fen or 0) - had.buyer),
        "released": (order.seller, order.net - had.seller),
    }
    for kind, (person, amount) in more.items():
        if amount > 0:
            tell(order, person, kind, at=at, key=key, amount=amount)
