"""A site with its provider, spoken to over real HTTP, and a small thing that people pay for.

The thing stands for an order: it can be locked, it can end, and money that comes in time becomes
its hold. What the real orders do with a capture is tested with them.
"""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.request import Request, urlopen
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, transaction

from accounts.models import User
from marketplace.lib import clock
from marketplace.lib.money import Fen
from marketplace.lib.signing import sign
from marketplace.sandbox import deliveries, gateway
from marketplace.sandbox.models import ClockSkip, SandboxTransfer
from orders.escrow import asking, codes, commands, events, movements, payments
from orders.escrow.models import GatewayEvent, Payment, Transfer
from tests.escrow import money

PRICE = Fen(4_800)
PAY_WITHIN = timedelta(minutes=30)


@dataclass
class Things:
    """What payments are for; those in `ended` want no money any more."""

    ended: set[UUID] = field(default_factory=set)

    def handler(self) -> payments.Handler:
        return payments.Handler(lock=self.lock, captured=self.captured, page=self.page)

    def lock(self, ref: UUID) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(ref)])

    def captured(self, payment: Payment, at: datetime) -> bool:
        if payment.ref in self.ended:
            return False
        movements.hold(payment, order=payment.ref, at=at)
        return True

    def page(self, ref: UUID) -> str:
        return f"/things/{ref}/"

    def end(self, ref: UUID) -> None:
        """The thing runs out of time, as an order does."""
        with transaction.atomic():
            self.lock(ref)
            self.ended.add(ref)
            payments.close("order", ref, at=clock.now())


def start(payer: User | None = None, *, ref: UUID | None = None) -> Payment:
    """A payment that has just been asked for; no worker has seen it."""
    with transaction.atomic():
        now = clock.now()
        return payments.start(
            purpose="order",
            ref=ref or uuid4(),
            payer=payer or money.person(),
            amount=PRICE,
            expires_at=now + PAY_WITHIN,
            at=now,
        )


def opened(payer: User | None = None, *, ref: UUID | None = None) -> Payment:
    """A payment that waits on the provider's page."""
    payment = start(payer, ref=ref)
    commands.sweep()
    return fresh(payment)


def act(payment: Payment, do: str = "pay", deliver: str = "once") -> None:
    """The payer acts, and the provider's messages have arrived (not been processed)."""
    gateway.act(payment.pk, do=do, deliver=deliver)
    deliveries.wait()


def work() -> None:
    """What the workers do until nothing is left to do now."""
    for _ in range(3):
        events.sweep()
        commands.sweep()
        asking.sweep()
        deliveries.send_due()


def paid(payer: User | None = None) -> Payment:
    payment = opened(payer)
    act(payment)
    work()
    return fresh(payment)


def refunded(payment: Payment) -> UUID:
    """Decides that the hold of what was paid goes back; no worker has acted on it."""
    with transaction.atomic():
        return movements.refund(payment.ref, payment=payment, basis="cancelled", at=clock.now()).pk


def fresh(payment: Payment) -> Payment:
    return Payment.objects.get(pk=payment.pk)


def skip(**time: float) -> None:
    ClockSkip.objects.create(skipped=timedelta(**time))


def held(payment: Payment) -> Fen:
    return movements.holds(payment.ref)


def in_suspense() -> Fen:
    """Unbounded accounts have no balance row: their entries are added up."""
    total = "SELECT coalesce(sum(e.amount), 0) FROM escrow_entry e JOIN escrow_account a"
    account = codes.suspense("sandbox")
    return Fen(int(money.sql(f"{total} ON a.id = e.account_id WHERE a.code = %s", account)[0][0]))


def transfers(kind: str) -> int:
    return Transfer.objects.filter(kind=kind).count()


def really_moved(kind: str) -> list[int]:
    """What the provider did in truth, in fen."""
    moved = SandboxTransfer.objects.filter(kind=kind, at__lte=clock.now())
    return list(moved.order_by("at", "id").values_list("amount", flat=True))


def told(payment: Payment, **facts: Any) -> dict[str, Any]:
    """A message about a capture of `payment`, as the provider would write it."""
    return {
        "id": f"evt_{uuid4().hex}",
        "type": "captured",
        "ref": str(payment.pk),
        "capture": str(uuid4()),
        "amount": payment.amount,
        "currency": "CNY",
        "merchant": "fairhand",
    } | facts


def webhook(
    message: dict[str, Any] | bytes, *, secret: str = "", at: int | None = None
) -> tuple[int, bytes]:
    """Posts a message to the site over HTTP, well signed unless told otherwise."""
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    headers = sign(secret or settings.GATEWAYS["sandbox"]["secret"], body, at=at)
    return post(f"{settings.SITE_URL}/gateway/sandbox/webhook/", body, headers)


def post(url: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    request = Request(url, body, {"Content-Type": "application/json", **headers})  # noqa: S310
    try:
        with urlopen(request, timeout=10) as answer:  # noqa: S310
            return answer.status, answer.read()
    except OSError as error:
        with error:  # type: ignore[attr-defined]
            return error.code, error.read()  # type: ignore[attr-defined]


def last_event() -> GatewayEvent:
    return GatewayEvent.objects.latest("id")


def at_once(*acts: Callable[[], object]) -> list[BaseException | None]:
    """Runs all of them at the same moment on connections of their own; what each one raised."""
    gate = threading.Barrier(len(acts))
    raised: list[BaseException | None] = [None] * len(acts)

    def run(number: int, act_: Callable[[], object]) -> None:
        try:
            gate.wait(timeout=10)
            act_()
        except BaseException as error:
            raised[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return raised


def everything_adds_up() -> bool:
    """The ledger's own sum; each test asks for it after the money moved."""
    total = money.sql("SELECT coalesce(sum(amount), 0) FROM escrow_entry")[0][0]
    return bool(total == 0)
