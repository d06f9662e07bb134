"""The webhook and what its messages do: forged, stale, repeated, out of order, contradictory."""

import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings

from marketplace.lib import clock, throttle
from orders.escrow import commands, events, inbox, payments
from orders.escrow.models import (
    Command,
    CommandState,
    EventState,
    GatewayEvent,
    PaymentState,
    StrayMoney,
)
from tests.escrow import provider_world as world
from tests.escrow.provider_world import PRICE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("things")]


def test_a_signed_message_is_answered_and_kept_before_it_is_believed() -> None:
    payment = world.opened()

    status, body = world.webhook(world.told(payment))

    assert (status, body) == (200, b"{}")
    assert world.last_event().state == EventState.NEW
    assert world.held(payment) == 0


@pytest.mark.parametrize("age", [301, 600, 86_400, -62, -3_600])
def test_a_message_from_another_time_is_refused(age: int) -> None:
    payment = world.opened()

    status, body = world.webhook(world.told(payment), at=int(time.time()) - age)
    world.work()

    assert status == 400
    assert b"bad_signature" in body
    assert world.last_event().state == EventState.INVALID
    assert world.held(payment) == 0


def test_hours_skipped_in_the_sandbox_make_no_message_old() -> None:
    payment = world.opened()
    world.skip(minutes=20)

    status, _ = world.webhook(world.told(payment))

    assert status == 200


def test_a_message_signed_by_somebody_else_has_no_effect() -> None:
    payment = world.opened()

    status, _ = world.webhook(world.told(payment), secret="guessed")
    world.work()

    assert status == 400
    assert world.held(payment) == 0


def test_a_message_without_a_signature_is_refused() -> None:
    status, _ = world.post(f"{settings.SITE_URL}/gateway/sandbox/webhook/", b"{}", {})

    assert status == 400


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b'{"id": 7, "type": "captured"}',
        b'{"id": "e", "type": "captured", "amount": true}',
        b'{"id": "e", "type": "captured", "amount": 48.0}',
        b'{"id": "e", "type": "captured", "amount": -1}',
        b'{"id": "e", "type": "captured", "ref": "\\u0000"}',
        b'{"id": "ours/asked:x", "type": "captured"}',
        b"\xff\xfe",
    ],
)
def test_what_is_no_message_is_refused_even_when_signed(body: bytes) -> None:
    status, _ = world.webhook(body)

    assert status == 400
    assert world.last_event().state == EventState.INVALID


def test_a_message_over_the_limit_is_not_read() -> None:
    status, _ = world.webhook(b" " * (inbox.LARGEST_BODY + 1))

    assert status == 413
    assert not GatewayEvent.objects.exists()


def test_only_some_refused_messages_are_kept_and_only_their_beginning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(inbox, "KEPT_INVALID", 3)

    for _ in range(5):
        world.webhook(b"x" * 9_000)

    kept = GatewayEvent.objects.filter(state=EventState.INVALID)
    assert kept.count() == 3
    assert all(len(event.body["text"]) <= inbox.KEPT_BYTES for event in kept)


def test_an_unknown_provider_has_no_door() -> None:
    status, _ = world.post(f"{settings.SITE_URL}/gateway/nobody/webhook/", b"{}", {})

    assert status == 404


def test_a_replayed_message_is_answered_and_does_nothing() -> None:
    payment = world.opened()
    message = world.told(payment)
    world.webhook(message)
    world.work()

    status, _ = world.webhook(message)
    world.work()

    assert status == 200
    assert GatewayEvent.objects.count() == 1
    assert world.transfers("hold") == 1


def test_messages_of_unknown_kinds_are_kept_and_ignored() -> None:
    payment = world.opened()

    status, _ = world.webhook(world.told(payment, type="weather"))
    world.work()

    assert status == 200
    assert world.last_event().state == EventState.DONE


@pytest.mark.parametrize(
    "lie", [{"currency": "USD"}, {"merchant": "somebody-else"}, {"amount": None}, {"capture": ""}]
)
def test_money_that_is_not_ours_is_not_in_our_books(lie: dict[str, object]) -> None:
    payment = world.opened()

    world.webhook(world.told(payment, **lie))
    world.work()

    assert world.last_event().state == EventState.FOREIGN
    assert world.fresh(payment).state == PaymentState.PENDING
    assert not StrayMoney.objects.exists()


def test_a_failure_after_the_capture_is_asked_about_and_changes_nothing() -> None:
    payment = world.paid()

    world.webhook(world.told(payment, type="failed"))
    events.sweep()

    assert world.fresh(payment).state == PaymentState.CAPTURED
    assert world.fresh(payment).ask_at is not None
    world.work()
    assert world.fresh(payment).ask_at is None
    assert world.held(payment) == PRICE


def test_a_capture_that_comes_before_the_answer_to_our_own_call_is_matched() -> None:
    payment = world.start()
    status, _ = world.webhook(world.told(payment))

    world.work()

    assert status == 200
    assert world.fresh(payment).state == PaymentState.CAPTURED
    assert world.held(payment) == PRICE


def test_money_for_nothing_that_we_know_waits_and_then_stands_in_suspense() -> None:
    payment = world.opened()
    world.webhook(world.told(payment, ref=str(uuid4())))
    world.work()
    assert world.last_event().state == EventState.NEW

    world.skip(minutes=16)
    world.work()

    assert StrayMoney.objects.get().why == "unknown_ref"
    assert world.in_suspense() == PRICE


def test_a_message_that_breaks_us_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    broken, fine = world.opened(), world.opened()
    world.webhook(world.told(broken))
    world.webhook(world.told(fine))
    lock = payments.HANDLERS["order"].lock

    def fails_for_one(ref: object) -> None:
        if ref == broken.ref:
            raise RuntimeError("broken on purpose")
        lock(fine.ref)

    with monkeypatch.context() as patched:
        handler = payments.Handler(lock=fails_for_one, captured=payments.HANDLERS["order"].captured)
        patched.setitem(payments.HANDLERS, "order", handler)
        events.sweep()
    assert world.held(fine) == PRICE
    assert world.held(broken) == 0

    world.skip(minutes=1)
    world.work()

    assert world.held(broken) == PRICE


def test_news_of_a_refund_only_makes_us_ask_sooner() -> None:
    payment = world.paid()
    refund = world.refunded(payment)
    in_hours = clock.now() + timedelta(hours=6)
    Command.objects.filter(target=refund).update(state=CommandState.UNKNOWN, next_at=in_hours)
    assert commands.sweep() == 0

    world.webhook(world.told(payment, type="refunded", ref=f"refund:{refund}"))
    events.sweep()

    assert world.fresh(payment).state == PaymentState.CAPTURED
    assert commands.sweep() == 1
    assert world.fresh(payment).state == PaymentState.REFUNDED


def test_six_hundred_messages_a_minute_are_taken_and_the_next_is_to_come_again() -> None:
    payment = world.opened()
    for _message in range(600):
        throttle.spend("webhook", "provider:sandbox")

    status, body = world.webhook(world.told(payment))

    assert status == 429
    assert b"throttled" in body
    assert not GatewayEvent.objects.exists()


def test_a_flood_of_forgeries_keeps_no_real_message_out() -> None:
    payment = world.opened()
    for _message in range(600):
        throttle.spend("webhook", "forged:sandbox")

    forged, _ = world.webhook(world.told(payment), secret="guessed")
    real, _ = world.webhook(world.told(payment))

    assert (forged, real) == (429, 200)
    assert GatewayEvent.objects.count() == 1
