"""Several people at once: threads with their own connections, and guards taken away for a while."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection

from orders.escrow import chain
from orders.escrow.models import Transfer
from tests.escrow.money import sql


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Runs the acts at the same moment; gives what each returned, or the exception it ended in."""
    gate = threading.Barrier(len(acts))
    ends: list[Any] = [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            sql("SET deadlock_timeout = '50ms'; SET lock_timeout = '20s'")
            gate.wait(20)
            ends[place] = act()
        except Exception as error:  # how it ended is what the test looks at
            ends[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


def somebody_waits() -> bool:
    """For a lock in this database; the tests beside these have one of their own."""
    return bool(
        sql(
            "SELECT 1 FROM pg_locks waiting JOIN pg_locks held USING (pid) JOIN pg_database d"
            " ON d.oid = held.database WHERE NOT waiting.granted AND d.datname = current_database()"
        )
    )


def kinds(ends: Sequence[Any]) -> list[str]:
    """How each act ended: the code of a refusal, the name of an error, or "ok"."""
    return sorted(
        getattr(end, "code", type(end).__name__) if isinstance(end, Exception) else "ok"
        for end in ends
    )


@contextmanager
def rewritten(function: str, old: str, new: str) -> Iterator[None]:
    """The database's function with one part of its text replaced, until the block ends."""
    [(before,)] = sql("SELECT pg_get_functiondef(%s::regprocedure)", function)
    assert old in before
    sql(before.replace(old, new).replace("%", "%%"))
    try:
        yield
    finally:
        sql(before.replace("%", "%%"))


@contextmanager
def without(*pairs: tuple[str, str]) -> Iterator[None]:
    """Each first statement takes a guard away, each second one puts it back."""
    for away, _ in pairs:
        sql(away)
    try:
        yield
    finally:
        for _, back in pairs:
            sql(back)


def others_ended() -> None:
    """Waits for the transactions of other tests beside us: the sealer waits for a whole server."""
    deadline = time.monotonic() + 30
    newest = max(Transfer.objects.values_list("xid", flat=True))
    while chain._horizon() <= newest:  # noqa: SLF001 - what the sealer will see
        assert time.monotonic() < deadline
        time.sleep(0.02)
