"""When a command is tried again, when it is only asked about, and when people must look at it."""

from datetime import datetime, timedelta

# Seconds until the next try, by the number of tries so far; the last one repeats.
AGAIN = (5, 30, 120, 600, 1_800, 7_200, 21_600)
# Seconds until the provider is asked about a payment of which no message came.
ASK = (60, 120, 300, 600, 1_800, 7_200, 21_600)

CALL_SECONDS = 10
# A claim this old belongs to a worker that died: what it did is not known.
LOST_AFTER = timedelta(seconds=60)
# Providers forget keys after a day; a key sent later could move the money a second time.
SEND_FOR = timedelta(hours=23)
STUCK_AFTER = timedelta(hours=24)


def wait(attempts: int, delays: tuple[int, ...] = AGAIN) -> timedelta:
    """How long to wait after try number `attempts` (1 is the first)."""
    return timedelta(seconds=delays[min(max(attempts, 1), len(delays)) - 1])


def may_send(first_sent_at: datetime | None, now: datetime) -> bool:
    return first_sent_at is None or now - first_sent_at <= SEND_FOR


def is_stuck(first_sent_at: datetime | None, now: datetime) -> bool:
    return first_sent_at is not None and now - first_sent_at >= STUCK_AFTER
