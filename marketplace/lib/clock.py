"""What time it is: the database's clock, so that no web server's own clock moves money early.

Called in verbs and once per page; pure rules take `now` as an argument.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import DateTimeField
from django.db.models.expressions import RawSQL

_offset_sql = "interval '0'"


@dataclass
class _Watch:
    """Set by the database's clock once; then it runs on by itself, through every wait."""

    set_to: datetime | None = None
    at: float = 0.0  # of time.monotonic(), which nobody can set

    def set(self, moment: datetime) -> None:
        self.set_to, self.at = moment, time.monotonic()


_watch: ContextVar[_Watch | None] = ContextVar("watch", default=None)


def use_offset(sql: str) -> None:
    """The sandbox adds its skipped hours with an SQL expression that gives an interval."""
    global _offset_sql  # noqa: PLW0603 - set once, when the apps start
    _offset_sql = sql


def now() -> datetime:
    """The present moment (aware, UTC); also right after a wait for a lock.

    One query, and within a request one for all: see `watch`.
    """
    watch = _watch.get()
    if watch is not None and watch.set_to is not None:
        return watch.set_to + timedelta(seconds=time.monotonic() - watch.at)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_sql()}")
        row: tuple[datetime] = cursor.fetchone()
    set_watch(row[0])
    return row[0]


@contextmanager
def watch() -> Iterator[None]:
    """While the block runs, the database is asked for the time once at most.

    Set after its answer has come, the watch is never ahead of the database's clock.
    """
    token = _watch.set(_Watch())
    try:
        yield
    finally:
        _watch.reset(token)


def set_watch(moment: datetime) -> None:
    """The database has just said this, with something else that it was asked; see `column`."""
    if (watch := _watch.get()) is not None:
        watch.set(moment)


def forget() -> None:
    """The clock was moved: whoever wants to know the time has to ask again."""
    if (watch := _watch.get()) is not None:
        watch.set_to = None


def column() -> RawSQL:
    """The present moment, for a query that asks for something else anyway."""
    return RawSQL(_sql(), [], output_field=DateTimeField())  # noqa: S611 - our own words alone


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def _sql() -> str:
    return f"clock_timestamp() + {_offset_sql}"
