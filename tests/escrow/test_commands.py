"""Commands to the provider: whatever dies, hangs or lies, money moves and is booked once."""

import time
from datetime import timedelta
from uuid import UUID

import pytest
from django.core.cache import cache
from pytest_django import Settings

from accounts.inbox.models import Notice
from marketplace.celery import app
from marketplace.lib import clock, outbound
from marketplace.sandbox.models import SandboxCall, SandboxTransfer
from orders.escrow import codes, commands, payouts
from orders.escrow.audit.nightly import audit
from orders.escrow.models import (
    Command,
    CommandKind,
    CommandState,
    PaymentState,
    Payout,
    PayoutState,
    Refund,
    RefundState,
)
from tests import given
from tests.escrow import money
from tests.escrow import provider_world as world
from tests.escrow.provider_world import PRICE

NUMBER = "6222020200112233445"

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("things")]


class Killed(BaseException):
    """The worker dies here; nothing after it runs."""


def command_for(target: UUID) -> Command:
    return Command.objects.get(target=target)


# --- Workers die ----------------------------------------------------------------------------------
def killed_before_booking(monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(commands, "book", dies)
        with pytest.raises(Killed):
            commands.sweep()


def test_a_refund_whose_worker_was_killed_after_the_call_is_booked_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    payment = world.paid()
    refund = world.refunded(payment)
    killed_before_booking(monkeypatch)
    assert command_for(refund).state == CommandState.SENT
    assert world.really_moved("refund") == [PRICE]

    world.skip(seconds=61)
    world.work()

    assert command_for(refund).state == CommandState.OK
    assert Refund.objects.get().state == RefundState.SENT
    assert world.really_moved("refund") == [PRICE]


def test_without_question_and_key_the_same_refund_would_be_paid_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world.refunded(world.paid())
    killed_before_booking(monkeypatch)
    monkeypatch.setattr(commands, "_ask", lambda *_: None)
    SandboxCall.objects.all().delete()

    world.skip(seconds=61)
    world.work()

    assert world.really_moved("refund") == [PRICE, PRICE]


def test_a_worker_killed_before_the_call_leaves_the_command_to_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    refund = world.refunded(world.paid())
    assert commands.claim() is not None

    world.skip(seconds=61)
    world.work()

    assert command_for(refund).state == CommandState.OK
    assert world.really_moved("refund") == [PRICE]


def test_nobody_takes_a_command_that_is_in_another_workers_hands() -> None:
    world.refunded(world.paid())
    assert commands.claim() is not None

    assert commands.claim() is None


def test_a_worker_that_wakes_after_another_took_over_books_nothing() -> None:
    refund = world.refunded(world.paid())
    slow = commands.claim()
    assert slow is not None
    world.skip(seconds=61)
    world.work()

    commands.carry_out(slow)

    assert command_for(refund).attempts == 2
    assert world.transfers("refund_sent") == 1


def test_a_second_run_of_a_sweep_does_nothing() -> None:
    world.refunded(world.paid())
    commands.sweep()

    assert commands.sweep() == 0
    assert world.really_moved("refund") == [PRICE]


# --- The provider misbehaves ----------------------------------------------------------------------
def test_a_lost_answer_after_the_money_moved_is_asked_for(settings: Settings) -> None:
    refund = world.refunded(world.paid())
    settings.SANDBOX_FAULTS = "drop_reply=1"
    commands.sweep()
    assert command_for(refund).state == CommandState.UNKNOWN

    world.skip(seconds=6)
    world.work()

    assert command_for(refund).state == CommandState.OK
    assert world.really_moved("refund") == [PRICE]
    assert SandboxCall.objects.get(key=f"refund:{refund}").tries == 1


def test_a_provider_that_is_slow_counts_as_unknown(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    shorter = {**(outbound.post.__kwdefaults__ or {}), "seconds": 1.0}
    monkeypatch.setattr(outbound.post, "__kwdefaults__", shorter)
    monkeypatch.setattr("marketplace.sandbox.provider.SLOW_SECONDS", 2)
    refund = world.refunded(world.paid())
    settings.SANDBOX_FAULTS = "slow=1"

    commands.sweep()

    assert command_for(refund).state == CommandState.UNKNOWN
    time.sleep(1.5)  # the provider's own thread ends
    world.skip(seconds=6)
    world.work()
    assert world.transfers("refund_sent") == 1


def test_a_refusal_for_now_is_tried_again_under_the_same_key(settings: Settings) -> None:
    refund = world.refunded(world.paid())
    settings.SANDBOX_FAULTS = "refuse=1"
    commands.sweep()
    settings.SANDBOX_FAULTS = ""
    assert world.really_moved("refund") == []

    world.skip(seconds=6)
    world.work()

    assert command_for(refund).attempts == 2
    assert world.really_moved("refund") == [PRICE]


def test_a_refund_refused_for_good_goes_to_the_wallet_and_is_told(settings: Settings) -> None:
    payment = world.paid()
    refund = world.refunded(payment)
    settings.SANDBOX_FAULTS = "refuse_final=1"

    commands.sweep()

    assert command_for(refund).state == CommandState.FAILED
    assert money.held(codes.wallet(payment.payer_id)) == PRICE
    assert Notice.objects.filter(person=payment.payer, kind="refunded").exists()


def test_what_the_provider_does_twice_is_booked_once_and_named_by_the_statement(
    settings: Settings,
) -> None:
    refund = world.refunded(world.paid())
    settings.SANDBOX_FAULTS = "double=1"

    commands.sweep()

    assert command_for(refund).state == CommandState.OK
    assert world.transfers("refund_sent") == 1
    (finding,) = audit(only={"R7"}, day=clock.now().date()).findings
    assert str(refund) in f"{finding.subject} {finding.found}"


def test_done_with_another_amount_is_not_booked() -> None:
    refund = world.refunded(world.paid())
    Command.objects.filter(target=refund).update(amount=PRICE + 1)

    commands.sweep()

    assert command_for(refund).state == CommandState.UNKNOWN
    assert Refund.objects.get().state == RefundState.PROMISED


def test_after_23_hours_a_command_is_only_asked_about_and_after_24_people_look(
    settings: Settings,
) -> None:
    refund = world.refunded(world.paid())
    settings.SANDBOX_FAULTS = "refuse=1"
    commands.sweep()
    settings.SANDBOX_FAULTS = ""

    world.skip(hours=23, minutes=1)
    commands.sweep()
    assert command_for(refund).needs_staff is False
    world.skip(hours=7)
    commands.sweep()

    assert command_for(refund).needs_staff is True
    assert world.really_moved("refund") == []


def test_tries_are_further_and_further_apart(settings: Settings) -> None:
    refund = world.refunded(world.paid())
    settings.SANDBOX_FAULTS = "refuse=1"
    waits = []

    for _ in range(4):
        commands.sweep()
        waits.append(round((command_for(refund).next_at - clock.now()) / timedelta(seconds=1)))
        world.skip(seconds=waits[-1] + 1)

    assert waits == pytest.approx([5, 30, 120, 600], abs=2)


def test_a_fault_of_our_own_leaves_the_command_open(monkeypatch: pytest.MonkeyPatch) -> None:
    refund = world.refunded(world.paid())

    def breaks(_: Command) -> commands.Answer:
        raise RuntimeError("broken on purpose")

    work = commands.WORKS[CommandKind.REFUND]
    with monkeypatch.context() as patched:
        broken = commands.Work(breaks, work.book, work.asks)
        patched.setitem(commands.WORKS, CommandKind.REFUND, broken)
        commands.sweep()
    assert command_for(refund).state == CommandState.UNKNOWN

    world.skip(seconds=6)
    world.work()

    assert command_for(refund).state == CommandState.OK


# --- The broker is away ---------------------------------------------------------------------------
def test_with_the_broker_down_the_payer_is_served_and_the_sweep_does_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(app.conf, "broker_url", "redis+socket:///nowhere/redis.sock?virtual_host=0")
    monkeypatch.setattr(app.conf, "broker_write_url", app.conf.broker_url)
    monkeypatch.setattr(app, "_pool", None)
    monkeypatch.setattr(app.amqp, "_producer_pool", None)
    started = time.monotonic()

    payment = world.start()
    status, _ = world.webhook(world.told(payment))

    assert status == 200
    assert time.monotonic() - started < 3
    world.work()
    assert world.fresh(payment).state == PaymentState.CAPTURED


def test_with_redis_flushed_nothing_is_lost() -> None:
    payment = world.start()
    cache.clear()

    world.work()

    assert world.fresh(payment).state == PaymentState.PENDING


# --- Payouts --------------------------------------------------------------------------------------
@pytest.fixture
def payout() -> Payout:
    """Li's money on its way to her account; no worker has acted on it."""
    li = given.person("Li")
    money.give(codes.wallet(li.pk), PRICE)
    account = payouts.add_account(li.pk, number=NUMBER, holder="Li Tester", by=li)
    world.skip(hours=73)
    return payouts.ask(li.pk, amount=PRICE, account=account.pk, by=li)


def told_paid(payout: Payout) -> None:
    message = {"id": "evt_late", "type": "payout_paid", "ref": f"payout:{payout.pk}"}
    world.webhook({**message, "merchant": "fairhand"})
    world.work()


def really_paid(key: str, kind: str) -> None:
    """The provider, having refused for good, does it after all."""
    paid = SandboxTransfer.objects.create(
        kind=kind, merchant="fairhand", ref=key, amount=PRICE, at=clock.now()
    )
    answer = {"status": "done", "id": str(paid.pk), "amount": PRICE}
    SandboxCall.objects.filter(key=key).update(answer=answer)


def test_a_payout_is_paid_once(payout: Payout) -> None:
    world.work()

    payout.refresh_from_db()
    assert payout.state == PayoutState.PAID
    assert world.really_moved("payout") == [PRICE]


def test_a_payout_refused_for_good_is_in_the_wallet_again(
    payout: Payout, settings: Settings
) -> None:
    settings.SANDBOX_FAULTS = "refuse_final=1"

    commands.sweep()

    payout.refresh_from_db()
    assert payout.state == PayoutState.FAILED
    assert money.held(codes.wallet(payout.person_id)) == PRICE


def test_a_payout_that_failed_and_was_paid_after_all_is_taken_from_the_wallet(
    payout: Payout, settings: Settings
) -> None:
    settings.SANDBOX_FAULTS = "refuse_final=1"
    commands.sweep()
    really_paid(f"payout:{payout.pk}", "payout")

    told_paid(payout)

    assert world.transfers("payout_late") == 1
    assert money.held(codes.wallet(payout.person_id)) == 0
    assert command_for(payout.pk).needs_staff is True


def test_a_false_report_of_a_paid_payout_changes_nothing(
    payout: Payout, settings: Settings
) -> None:
    settings.SANDBOX_FAULTS = "refuse_final=1"
    commands.sweep()

    told_paid(payout)

    assert world.transfers("payout_late") == 0
    assert money.held(codes.wallet(payout.person_id)) == PRICE


def test_an_account_number_stands_in_no_command_and_no_log(
    payout: Payout, caplog: pytest.LogCaptureFixture
) -> None:
    world.work()

    assert all(NUMBER not in str(vars(command)) for command in Command.objects.all())
    assert NUMBER not in caplog.text


def test_a_refund_that_was_refused_and_paid_after_all_is_taken_from_the_wallet(
    settings: Settings,
) -> None:
    payment = world.paid()
    refund = world.refunded(payment)
    settings.SANDBOX_FAULTS = "refuse_final=1"
    commands.sweep()
    really_paid(f"refund:{refund}", "refund")

    world.webhook(world.told(payment, type="refunded", ref=f"refund:{refund}"))
    world.work()

    assert world.transfers("refund_late") == 1
    assert money.held(codes.wallet(payment.payer_id)) == 0
