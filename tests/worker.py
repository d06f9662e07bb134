"""A stand-in for worker and beat where a test lets the site run by itself."""

import contextlib
import threading
from collections.abc import Iterator

from django.db import connection

from marketplace.sandbox import clock

PAUSE = 0.4  # seconds; to look for what is due takes a quarter of that


@contextlib.contextmanager
def worker() -> Iterator[None]:
    """What worker and beat do, in a thread: whatever is due gets done."""
    stop = threading.Event()

    def work() -> None:
        while not stop.wait(PAUSE):
            clock.run_sweeps()
        connection.close()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=20)
