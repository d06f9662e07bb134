"""What the database is asked in a benchmark of the draw, and how long it took to answer."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


def sql(statement: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall()) if cursor.description else []


@dataclass
class Timed:
    """How long the database took for what was asked inside `timing`, in milliseconds."""

    spent: list[float] = field(default_factory=list)

    def __call__(self, execute: Callable[..., Any], *asked: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(*asked)
        finally:
            self.spent.append(1000 * (time.perf_counter() - started))


@contextmanager
def timing() -> Iterator[Timed]:
    from django.db import connection  # noqa: PLC0415

    timed = Timed()
    with connection.execute_wrapper(timed):
        yield timed
