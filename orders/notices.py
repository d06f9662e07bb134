"""Which notices about orders still hold; for the others, what the order's state is now."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef

from accounts.inbox.models import Notice
from marketplace.lib.states import Side
from orders import words
from orders.models import CodeReport, Order, ReportState
from orders.states import OrderState

Holds = Callable[[Order, Side], bool]


def _while(*states: str) -> Holds:
    return lambda order, _side: order.state in states


def _until_revealed(order: Order, side: Side) -> bool:
    return order.state == OrderState.DELIVERED and (side == Side.SELLER or not order.revealed)


def _while_trying(order: Order, _side: Side) -> bool:
    return order.state == OrderState.DELIVERED and order.paused_at is None


def _while_asking(order: Order, _side: Side) -> bool:
    return bool(getattr(order, "report_open", False))


# Kinds that tell of an outcome are not here: what has happened stays true.
HOLDS: Mapping[str, Holds] = {
    "order_placed": _while(OrderState.PLACED),
    "paid": _while(OrderState.PAID),
    "deliver_now": _while(OrderState.PAID),
    "deliver_reminder": _while(OrderState.PAID),
    "code_rejected": _while(OrderState.PAID),
    "code_ready": _until_revealed,
    "reveal_reminder": _until_revealed,
    "inspect_reminder": _while_trying,
    "report_open": _while_asking,
}


def present(notices: Sequence[Notice]) -> dict[UUID, str]:
    """One query, however many notices; the keys are those that `orders.actions.steps` gives."""
    about = {notice: _order_of(notice) for notice in notices if notice.kind in HOLDS}
    if not about:
        return {}
    asking = CodeReport.objects.filter(order=OuterRef("pk")).exclude(state=ReportState.ANSWERED)
    orders = Order.objects.annotate(report_open=Exists(asking)).in_bulk(set(about.values()))
    found = {}
    for notice, order_id in about.items():
        order, side = orders[order_id], Side(notice.facts["side"])
        if not HOLDS[notice.kind](order, side):
            found[notice.pk] = words.sentence(order, side)
    return found


def _order_of(notice: Notice) -> UUID:
    return UUID(notice.key.split(":")[1])
