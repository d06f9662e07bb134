"""Taking one step: the table decides, the row changes, an event is written, people are told."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.inbox.notify import notify_each
from accounts.models import User
from marketplace.lib import states
from marketplace.lib.errors import Refused, Sentence
from marketplace.lib.states import Side
from orders import terms
from orders.models import Order, OrderEvent
from orders.states import LIFE, OrderState


def locked(order_id: UUID) -> Order:
    """The order under its lock; every verb starts here.

    Raises:
        Refused: `not_found`.
    """
    try:
        return Order.objects.lock(order_id)
    except Order.DoesNotExist:
        raise _not_found() from None


def looked_up(order_id: UUID) -> Order:
    """The order and its revision as they are now, for what comes before any lock.

    Raises:
        Refused: `not_found`.
    """
    order = Order.objects.select_related("revision").filter(pk=order_id).first()
    if order is None:
        raise _not_found()
    return order


def _not_found() -> Refused:
    return Refused("not_found", _("We can't find that."))


def side(order: Order, by: User | None) -> Side:
    """The side on which `by` stands.

    Raises:
        Refused: `not_found` for a stranger, who must not learn that the order exists.
    """
    found = order.side_of(by)
    if found is None:
        raise _not_found()
    return found


def only(order: Order, by: User | None, *sides: Side) -> Side:
    """Raises `not_your_step` unless `by` stands on one of `sides`."""
    found = side(order, by)
    if found not in sides:
        raise Refused("not_your_step", _("This is the other side's step."))
    return found


def refusal(
    order: Order, code: str, message: Sentence, *, by: User | None, at: datetime, **facts: Any
) -> Refused:
    """A refusal that says, besides its reason, where the order is and what is possible now."""
    steps = allowed(order, by, at)
    return Refused(code, message, state=order.state, allowed_steps=steps, **facts)


def allowed(order: Order, by: User | None, at: datetime) -> list[str]:
    return terms.allowed_steps(order.situation(order.reports_so_far()), order.side_of(by), at)


def check_expected(order: Order, expected: str, *, by: User | None, at: datetime) -> None:
    """Pages send the state that they showed; another one now means a stale page."""
    if expected and expected != order.state:
        _not_in_a_case(order, by=by, at=at)
        raise refusal(
            order, "stale_state", _("The order has moved on. Look at it again."), by=by, at=at
        )


def may_take(order: Order, step: str, *, by: User | None, at: datetime) -> None:
    """Raises `wrong_state` (`order_disputed` in a case) when the table has no such step."""
    if order.state not in LIFE[step].sources:
        _not_in_a_case(order, by=by, at=at)
        raise refusal(order, "wrong_state", _("That is not possible now."), by=by, at=at)


def _not_in_a_case(order: Order, *, by: User | None, at: datetime) -> None:
    if order.state == OrderState.DISPUTED:
        message = _("A case is open: the money stays where it is until it ends.")
        raise refusal(order, "order_disputed", message, by=by, at=at)


def advance(
    order: Order,
    step: str,
    *,
    by: User | None,
    at: datetime,
    to: str | None = None,
    note: str = "",
    **facts: Any,
) -> Order:
    """Moves the locked order along the table and saves it; the caller has set the other columns.

    Each step gives both sides 15 days more to claim. Looking at a code again does not: a buyer
    could keep a seller's deposit and account bound for ever.
    """
    before, order.state = order.state, states.require(LIFE, step, order.state, to=to)
    order.version += 1
    if order.was_paid and facts.get("nth", 1) == 1:
        order.claims_until = at + terms.CLAIM_WITHIN
    order.save()
    write_event(order, step, before=before, by=by, at=at, note=note, **facts)
    return order


def write_event(
    order: Order,
    step: str,
    *,
    before: str,
    by: User | None,
    at: datetime,
    note: str = "",
    **facts: Any,
) -> None:
    OrderEvent.objects.create(
        order=order,
        step=step,
        before=before,
        after=order.state,
        by=by,
        side=order.side_of(by) or Side.CLOCK,
        at=at,
        note=note,
        facts=facts,
    )


def tell(
    order: Order, person: User, kind: str, *, at: datetime, key: str = "", **facts: Any
) -> None:
    """One notice about the order; the same kind and key is told once."""
    _tell(order, [person], kind, at, key, facts)


def tell_both(order: Order, kind: str, *, at: datetime, key: str = "", **facts: Any) -> None:
    _tell(order, [order.buyer, order.seller], kind, at, key, facts)


def _tell(
    order: Order, people: Sequence[User], kind: str, at: datetime, key: str, facts: dict[str, Any]
) -> None:
    shared = {"title": order.revision.title, "number": order.number} | facts
    notify_each(
        [(person, shared | {"side": str(order.side_of(person))}) for person in people],
        kind,
        key=f"order:{order.pk}:{key}" if key else f"order:{order.pk}",
        link=order.get_absolute_url(),
        at=at,
    )
