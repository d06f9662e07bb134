"""Two acts at one moment: the second begins while the first holds its locks, uncommitted."""

import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction

from listings.models import Listing
from marketplace.lib.errors import Refused
from orders.escrow import vault
from orders.escrow.audit.nightly import audit
from orders.escrow.models import Code
from orders.models import Order, OrderEvent, OrderQuerySet
from orders.states import LIFE, OrderState
from tests.escrow.threads import somebody_waits

PATIENCE = 15  # seconds
WAITING = {OrderState.PLACED, OrderState.PAID, OrderState.DELIVERED}

Act = Callable[[], object]


def beside(first: Act, second: Act) -> str:
    """Does `first`, and `second` on a connection of its own before `first` is committed.

    Says how the second one ended: the code of its refusal, or "done".
    """
    ends: list[Any] = ["never ended"]

    def run() -> None:
        try:
            second()
            ends[0] = "done"
        except Refused as refusal:
            ends[0] = refusal.code
        except Exception as error:
            ends[0] = error
        finally:
            connection.close()

    thread = threading.Thread(target=run, daemon=True)
    with transaction.atomic():
        first()
        thread.start()
        _until_it_waits(thread)
    thread.join(PATIENCE)
    if isinstance(ends[0], Exception):
        raise ends[0]
    return str(ends[0])


def _until_it_waits(thread: threading.Thread) -> None:
    """Until the second one waits for a lock of the first, or has ended without waiting."""
    ends = time.monotonic() + PATIENCE
    while thread.is_alive() and time.monotonic() < ends:
        if somebody_waits():
            return
        time.sleep(0.02)


def without_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody locks an order or its code any more; each verb reads the row as it finds it."""
    monkeypatch.setattr(OrderQuerySet, "lock", lambda rows, pk: rows.get(pk=pk))
    monkeypatch.setattr(vault, "locked", lambda pk, _order=None: Code.objects.get(pk=pk))
    monkeypatch.setattr(vault, "locked_of", lambda pk: Code.objects.of_order(pk).first())


def torn(order: Order) -> list[str]:
    """What is not as it should be after a race: the history, the money, the stock, a report."""
    order.refresh_from_db()
    found = {
        "history": not _is_a_chain(order),
        "report": _is_paid_over_a_report(order),
        "code": Code.objects.filter(state="SEALED", reveals__isnull=False).exists(),
        "money": bool(audit(only={"R4", "R12"}).findings),
        "stock": order.listing.reserved != _waiting_orders(order.listing),
    }
    return [name for name, is_torn in found.items() if is_torn]


def _waiting_orders(listing: Listing) -> int:
    """Orders whose unit is neither used up nor free: live ones, a case changes nothing of it."""
    states = listing.orders.values_list("state", "state_before_case")
    return sum((before or state) in WAITING for state, before in states)


def _is_paid_over_a_report(order: Order) -> bool:
    """The seller was paid while the buyer's report waited for its answer."""
    is_open = False
    for step, before in (
        OrderEvent.objects.filter(order=order).order_by("id").values_list("step", "before")
    ):
        if step in {"confirm", "complete_after_window"} and is_open:
            return True
        if step == "report_code" and before == "DELIVERED":
            is_open = True
        elif step in {"answer_report", "refund"}:
            is_open = False
    return False


def _is_a_chain(order: Order) -> bool:
    """Each step begins where the one before ended, and none is taken twice that can't be."""
    events = list(OrderEvent.objects.filter(order=order).order_by("id"))
    pairs = itertools.pairwise(events)
    follows = all(event.before == before.after for before, event in pairs)
    opened = all(event.before in LIFE[event.step].sources for event in events[1:])
    return follows and opened and events[-1].after == order.state


@dataclass(frozen=True)
class Race:
    """`second` runs beside `first`: how it ends, and the state that the order has then."""

    moment: Callable[[], Order]
    first: Callable[[Order], object]
    second: Callable[[Order], object]
    ends: str
    state: OrderState

    def __str__(self) -> str:
        return f"{self.moment.__name__}: {self.first.__name__} / {self.second.__name__}"


def run(race: Race) -> Order:
    """Runs it; the order is whole afterwards, in the state and by the end that were foretold."""
    order = race.moment()

    ends = beside(lambda: race.first(order), lambda: race.second(order))

    assert ends == race.ends
    assert torn(order) == []
    assert order.state == race.state
    return order
