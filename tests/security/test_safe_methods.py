"""Looking changes nothing: no GET, HEAD or OPTIONS of anybody, at any address (P6); and each answer
carries every header of security.md §8, whoever asks and whatever it says.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from orders.actions import checkout
from tests.security.routes import Route, address, routes
from tests.security.test_headers import missing
from tests.security.world import World

# What a look may leave behind: the session, the hour a token was last used, and the log of who
# opened an identity, which is there for exactly that.
KEPT = {"django_session", "usersessions_usersession", "identity_identityread"}
# Opening a case at the desk, or an original there, leaves a row that both sides read one day.
KEPT_AT_THE_DESK = "disputes_staffread"
WRITES = re.compile(
    r"^\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|TRUNCATE)\s+\"?(\w+)|\b(escrow_(?!balance|account)\w+)\(",
    re.IGNORECASE,
)
METHODS = ("GET", "HEAD", "OPTIONS")


@contextmanager
def written() -> Iterator[list[str]]:
    """Collects the tables that the block writes to, and the ledger's functions that it calls."""
    found: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        if match := WRITES.search(sql):
            table = match[1] or match[2]
            if table not in KEPT:
                found.append(table)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield found


def fingerprint() -> dict[str, tuple[int, int]]:
    """How many rows each table has, and a sum over their words."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = {name for (name,) in cursor.fetchall()} - KEPT - {KEPT_AT_THE_DESK}
        found = {}
        for table in sorted(tables):
            cursor.execute(f'SELECT count(*), sum(hashtext(t::text)) FROM "{table}" t')  # noqa: S608
            found[table] = cursor.fetchone()
    return found


def walks(route: Route) -> list[tuple[str, str]]:
    """Who asks for the route, and how; the desk's rooms are all alike to people without a key."""
    people = ["staff"] if route.is_desk else ["nobody", "seller", "buyer", "juror"]
    looks = [(who, "GET") for who in people]
    return [*looks, *((people[-1], method) for method in METHODS[1:])]


def is_a_look_at_a_case(route: Route) -> bool:
    return route.pattern.startswith("desk/disputes/case/<")


@pytest.mark.long(25)
@pytest.mark.django_db(transaction=True)
def test_looking_at_any_address_changes_no_row_and_every_answer_carries_every_header(world: World):
    visitors = world.visitors()
    before = fingerprint()

    changed, wrong = [], []
    for route in routes():
        for who, method in walks(route):
            with written() as tables:
                answer = visitors[who].generic(method, address(route, world))
            found = set(tables) - ({KEPT_AT_THE_DESK} if is_a_look_at_a_case(route) else set())
            changed += [(who, method, str(route), table) for table in found]
            wrong += [(who, method, str(route), fault) for fault in faults(answer, who)]

    assert changed == []
    assert wrong == []
    assert fingerprint() == before


def faults(answer: Any, who: str) -> list[str]:
    found = missing(answer.headers)
    if who != "nobody" and "no-store" not in answer.headers.get("Cache-Control", ""):
        found.append("Cache-Control")
    if answer.status_code >= 500:
        found.append("broken")
    return found


@pytest.mark.django_db(transaction=True)
def test_the_watch_sees_what_a_verb_writes(world: World):
    with written() as tables:
        checkout.place(world.things["listings/"], by=world.staff, revision=1)

    assert {"orders_order", "orders_orderevent", "listings_listing"} <= set(tables)


@pytest.mark.django_db(transaction=True)
def test_a_prefetching_browser_takes_no_step_of_an_order(world: World):
    visitors = world.visitors()
    before = fingerprint()

    for act in ("cancel", "reveal", "confirm", "problem", "refund", "pay"):
        for client in visitors.values():
            page = f"/orders/{world.things['orders/']}/{act}/"
            client.get(page, headers={"Sec-Purpose": "prefetch"})

    assert fingerprint() == before
