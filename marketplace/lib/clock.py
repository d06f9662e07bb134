"""What time it is: the database's clock, so that no web server's own clock moves money early.

Called in verbs and once per page; pure rules take `now` as an argument.
"""

from datetime import datetime, timedelta

from django.db import connection

_offset_sql = "interval '0'"


def use_offset(sql: str) -> None:
    """The sandbox adds its skipped hours with an SQL expression that gives an interval."""
    global _offset_sql  # noqa: PLW0603 - set once, when the apps start
    _offset_sql = sql


def now() -> datetime:
    """The present moment (aware, UTC); one query, also right after a wait for a lock."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT clock_timestamp() + {_offset_sql}")
        row: tuple[datetime] = cursor.fetchone()
    return row[0]


def hours(count: float) -> timedelta:
    return timedelta(hours=count)
