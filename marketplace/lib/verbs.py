"""`@verb`: one transaction, tried again when the database asks for it, "busy" when it can't be."""

import functools
import random
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext_lazy as _

from marketplace.lib.errors import Refused

P = ParamSpec("P")
R = TypeVar("R")

TRIES = 3
AGAIN = {"40P01", "40001"}  # deadlock, serialization failure: nothing was written
WAITED_TOO_LONG = "55P03"  # lock_timeout


def verb(function: Callable[P, R]) -> Callable[P, R]:
    """Runs `function` in one transaction.

    Raises:
        Refused: `busy`, when somebody else held the row for longer than the lock timeout.
    """

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        tries = 1 if connection.in_atomic_block else TRIES
        for left in reversed(range(tries)):
            try:
                with transaction.atomic():
                    return function(*args, **kwargs)
            except OperationalError as error:
                if sqlstate(error) in AGAIN and left:
                    time.sleep(random.uniform(0.01, 0.1))  # noqa: S311 - jitter, not a secret
                    continue
                raise busy_or(error) from error
        raise AssertionError("unreachable")

    return run


def sqlstate(error: BaseException) -> str:
    """PostgreSQL's five letters of an error, or "" when it has none."""
    return getattr(error.__cause__, "pgcode", None) or ""


def busy_or(error: OperationalError) -> Exception:
    """`busy` for a lost fight over a row, else the error itself."""
    if sqlstate(error) in AGAIN | {WAITED_TOO_LONG}:
        sentence = _(
            "Someone is changing this right now. Try again in a moment. Nothing was changed."
        )
        return Refused("busy", sentence, retry_after=1)
    return error
