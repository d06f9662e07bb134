"""Clients that do one thing over and over, each a process of its own, all at the same time."""

import multiprocessing
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Self

# What a client does once; made in the client's process, from its number.
Work = Callable[[], None]
Maker = Callable[[int], Work]


@dataclass(frozen=True)
class Done:
    """How often it was done, in how many seconds, and the processor time of the clients."""

    count: int
    seconds: float
    cpu: float


class Clients:
    """`count` processes that have set up their work and wait to be told how long to do it."""

    def __init__(self, maker: Maker, *, count: int, environment: Mapping[str, str]) -> None:
        context = multiprocessing.get_context("spawn")
        pairs = [context.Pipe() for _ in range(count)]
        self._ours = [ours for ours, _theirs in pairs]
        self._processes = [
            context.Process(target=_client, args=(theirs, maker, number, dict(environment)))
            for number, (_ours, theirs) in enumerate(pairs)
        ]

    def __enter__(self) -> Self:
        for process in self._processes:
            process.start()
        for ours in self._ours:
            ours.recv()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for ours in self._ours:
            ours.send(0.0)
        for process in self._processes:
            process.join(timeout=10)

    def run(self, seconds: float) -> "Done":
        """All of them do their work for so long."""
        started = time.monotonic()
        for ours in self._ours:
            ours.send(seconds)
        answers = [ours.recv() for ours in self._ours]
        return Done(
            count=sum(count for count, _cpu in answers),
            seconds=time.monotonic() - started,
            cpu=sum(cpu for _count, cpu in answers),
        )


def _client(theirs: Connection, maker: Maker, number: int, environment: dict[str, str]) -> None:
    os.environ.update(environment)
    work = maker(number)
    theirs.send(0)
    while seconds := theirs.recv():
        ends, count, used = time.monotonic() + seconds, 0, time.process_time()
        while time.monotonic() < ends:
            work()
            count += 1
        theirs.send((count, time.process_time() - used))
