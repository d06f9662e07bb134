"""Two at once, on real connections; beside each test its control, where the damage shows."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from marketplace.lib.errors import Refused
from marketplace.sandbox.models import SandboxCall
from orders.escrow import commands, events, payments
from orders.escrow.models import (
    Command,
    GatewayEvent,
    Payment,
    PaymentState,
    Refund,
    StrayMoney,
)
from orders.escrow.models.gateway import PaymentQuerySet
from tests.escrow import money
from tests.escrow import provider_world as world
from tests.escrow.provider_world import PRICE, Things

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.race,
    pytest.mark.usefixtures("things"),
]


def together(function: Callable[..., Any]) -> Callable[..., Any]:
    """Two callers of `function` wait for each other, unless a lock keeps one of them out."""
    gate = threading.Barrier(2)

    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            gate.wait(timeout=1)
        except threading.BrokenBarrierError:
            gate.reset()
        return function(*args, **kwargs)

    return run


# --- One message, told three times at once -------------------------------------------------------
def test_a_message_three_times_at_once_is_answered_three_times_and_held_once() -> None:
    payment = world.opened()
    message = world.told(payment)
    statuses: list[int] = []

    world.at_once(*[lambda: statuses.append(world.webhook(message)[0])] * 3)
    world.at_once(*[events.sweep] * 3)

    assert statuses == [200, 200, 200]
    assert GatewayEvent.objects.count() == 1
    assert world.transfers("hold") == 1


# --- Two captures of one payment -----------------------------------------------------------------
def captured_twice_at_once(things: Things, monkeypatch: pytest.MonkeyPatch) -> Payment:
    slow = payments.Handler(lock=things.lock, captured=together(things.captured))
    monkeypatch.setitem(payments.HANDLERS, "order", slow)
    payment = world.opened()
    world.webhook(world.told(payment))
    world.webhook(world.told(payment))
    ids = list(GatewayEvent.objects.values_list("pk", flat=True))

    world.at_once(*[lambda pk=pk: events.process(pk) for pk in ids])
    return payment


def test_two_captures_at_once_are_one_hold_and_one_way_back(
    things: Things, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = captured_twice_at_once(things, monkeypatch)

    assert world.held(payment) == PRICE
    assert StrayMoney.objects.get().why == "second"


def test_without_the_locks_the_second_capture_would_be_kept(
    things: Things, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(things, "lock", lambda _: None)
    monkeypatch.setattr(PaymentQuerySet, "lock", lambda rows, pk: rows.get(pk=pk))

    captured_twice_at_once(things, monkeypatch)

    assert not StrayMoney.objects.exists()


# --- The end of an order and its payment ---------------------------------------------------------
def test_money_that_comes_in_the_moment_of_the_end_is_held_or_sent_back(things: Things) -> None:
    payment = world.opened()
    world.act(payment)

    world.at_once(events.sweep, lambda: things.end(payment.ref))
    world.work()

    back = sum(world.really_moved("refund"))
    assert world.held(payment) + back == PRICE
    assert world.fresh(payment).state in {PaymentState.CAPTURED, PaymentState.STRAY}


# --- Two workers, one command --------------------------------------------------------------------
def swept_by_two(monkeypatch: pytest.MonkeyPatch) -> Command:
    refund = world.refunded(world.paid())
    with monkeypatch.context() as patched:
        patched.setattr(Command, "save", together(Command.save))
        world.at_once(commands.sweep, commands.sweep)
    return Command.objects.get(target=refund)


def test_two_workers_call_the_provider_once(monkeypatch: pytest.MonkeyPatch) -> None:
    command = swept_by_two(monkeypatch)

    assert SandboxCall.objects.get(key=command.key).tries == 1
    assert world.really_moved("refund") == [PRICE]


def test_without_the_claim_both_workers_would_call(monkeypatch: pytest.MonkeyPatch) -> None:
    unlocked = type(Command.objects.all())
    monkeypatch.setattr(unlocked, "select_for_update", lambda rows, **_: rows)

    command = swept_by_two(monkeypatch)

    assert SandboxCall.objects.get(key=command.key).tries == 2


# --- Two tabs ------------------------------------------------------------------------------------
def started_in_two_tabs() -> list[BaseException | None]:
    payer, ref = money.person(), money.person().pk
    return world.at_once(*[lambda: world.start(payer, ref=ref)] * 2)


def test_of_two_tabs_one_opens_the_payment_and_the_other_is_shown_it() -> None:
    raised = started_in_two_tabs()

    (refusal,) = [error for error in raised if error is not None]
    assert isinstance(refusal, Refused)
    assert refusal.code == "payment_open"
    assert Payment.objects.count() == 1


def test_without_the_constraint_there_would_be_two_payments() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'payment_one_open'")
        (again,) = cursor.fetchone()
        cursor.execute("DROP INDEX payment_one_open")
    try:
        started_in_two_tabs()

        assert Payment.objects.count() == 2
    finally:
        Payment.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(again)


def test_late_money_told_by_two_messages_at_once_goes_back_once(things: Things) -> None:
    payment = world.opened()
    things.end(payment.ref)
    message = world.told(payment)
    world.webhook(message)
    world.webhook({**message, "id": "evt_second"})
    ids = list(GatewayEvent.objects.values_list("pk", flat=True))

    world.at_once(*[lambda pk=pk: events.process(pk) for pk in ids])

    assert Refund.objects.count() == StrayMoney.objects.count() == 1
