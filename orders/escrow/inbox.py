"""The provider's messages: each is checked, stored once, and answered before it is believed."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog

from marketplace.lib import clock
from marketplace.lib.ids import uuid7
from marketplace.lib.kicks import wake
from marketplace.lib.signing import BadSignature
from marketplace.lib.throttle import spend
from orders.escrow.gateways.protocol import Event
from orders.escrow.gateways.registry import gateway
from orders.escrow.models import EventState, GatewayEvent

log = structlog.stdlib.get_logger("fairhand.gateway")

LARGEST_BODY = 64 * 1024
# What bears no valid signature may come from anybody: kept for a look, in small doses.
KEPT_INVALID = 100  # an hour
KEPT_BYTES = 4 * 1024
# Names of messages that we write ourselves, from a provider's answer to a question of ours.
OURS = "ours/"


def receive(provider: str, headers: Mapping[str, str], body: bytes) -> None:
    """Stores the message; a second one of the same name is dropped.

    Raises:
        BadSignature: forged, too old or from the future. It has no effect.
        Refused: `throttled`; nothing is stored, the provider sends it again.
    """
    try:
        event = _parsed(provider, headers, body)
    except BadSignature as error:
        # Counted apart: whoever floods us with forgeries keeps no message of the provider's out.
        spend("webhook", f"forged:{provider}")
        log.warning("webhook_refused", provider=provider, why=str(error))
        _keep_invalid(provider, body, str(error), clock.now())
        raise
    spend("webhook", f"provider:{provider}")
    record(provider, event, at=clock.now())


def _parsed(provider: str, headers: Mapping[str, str], body: bytes) -> Event:
    event = gateway(provider).parse(headers, body)
    if event.event_id.startswith(OURS):
        raise BadSignature("a name of ours")
    return event


def record(provider: str, event: Event, *, at: datetime) -> None:
    """Puts one message into the inbox, to be processed as soon as a worker is awake."""
    row = GatewayEvent(
        provider=provider,
        event_id=event.event_id,
        kind=event.kind,
        ref=event.ref,
        capture_ref=event.capture_ref,
        amount=event.amount,
        currency=event.currency,
        merchant=event.merchant,
        body=dict(event.body),
        next_at=at,
        received_at=at,
    )
    GatewayEvent.objects.bulk_create([row], ignore_conflicts=True)
    wake("orders.escrow.gateway_tasks.sweep_events")


def _keep_invalid(provider: str, body: bytes, why: str, now: datetime) -> None:
    kept = GatewayEvent.objects.filter(
        provider=provider, state=EventState.INVALID, received_at__gt=now - timedelta(hours=1)
    )
    if kept.count() >= KEPT_INVALID:
        return
    text = body[:KEPT_BYTES].decode("utf-8", "replace").replace("\0", "\ufffd")
    GatewayEvent.objects.create(
        provider=provider,
        event_id=f"invalid:{uuid7()}",
        state=EventState.INVALID,
        body={"text": text[:KEPT_BYTES]},
        note=why[:200],
        next_at=now,
        received_at=now,
    )
