"""A hundred planted codes, with identities and tokens, go through everything and stay nowhere (P3)."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from accounts.actions.tokens import SCOPES, create_token
from accounts.identity.actions import verification
from accounts.models import User
from listings.models import Listing
from marketplace import logs
from marketplace.lib import clock
from marketplace.sandbox import clock as sandbox_clock
from marketplace.sandbox import deliveries, issuer
from orders.actions import checkout, delivery, reports, stock
from orders.escrow import payouts
from orders.escrow.models import Code, CodeState
from orders.models import Order
from tests import given
from tests.security.canaries import Canary, database, found_in, plant, redis
from tests.security.routes import address, routes
from tests.security.world import browser, with_every_right

IN_STOCK, TRADED, REFUSED = 60, 20, 20
DOCUMENT = "EK73915082"
LEGAL_NAME = "Zhuyin Qiaomei"
BANK_NUMBER = "6217739150820000012345"
JSON = "application/json"


@dataclass
class Heard:
    """All that was ever handed to a logger, before and after hiding."""

    raw: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)


class Listener(logging.Handler):
    def __init__(self, heard: Heard) -> None:
        super().__init__(logging.DEBUG)
        self.heard = heard
        self.line = logs.formatter(json=True)
        self.whole = logging.Formatter()

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.raw.append(f"{record.msg!r} {record.args!r} {self.whole.format(record)}")
        self.heard.written.append(self.line.format(record))


@pytest.fixture
def heard() -> Iterator[Heard]:
    """Every logger at its most talkative."""
    root, heard = logging.getLogger(), Heard()
    listener, level = Listener(heard), root.level
    root.addHandler(listener)
    root.setLevel(logging.DEBUG)
    yield heard
    root.setLevel(level)
    root.removeHandler(listener)


@dataclass
class Trade:
    seller: User
    buyer: User
    tokens: dict[str, str]
    offer: Listing
    canaries: list[Canary]
    order: Order | None = None

    def api(self, who: str, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self.tokens[who]}", "Idempotency-Key": str(uuid4())}
        client = Client(raise_request_exception=False)
        return client.generic(method, f"/api/v1{path}", canaries_json(body), JSON, headers=headers)


def canaries_json(body: Any) -> str:
    from json import dumps

    return dumps(body or {})
