"""Pure: when a mail may go out. A reminder waits for the morning; what is pressing never does."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

EVENING, MORNING = time(22), time(8)  # where the person lives
PRESSING = timedelta(hours=8)

# The only mails that wait, and the only ones that a person may turn off.
REMINDERS: dict[str, str | Promise] = {
    "deliver_reminder": _("Before the time to deliver ends"),
    "reveal_reminder": _("While a code waits to be revealed"),
    "inspect_reminder": _("Before the time to try a code ends"),
}


def send_at(kind: str, at: datetime, *, zone: str, due_at: datetime | None = None) -> datetime:
    """`at`, or eight in the morning for a reminder of the night that is due later than that soon.

    Args:
        zone: the person's, by its name in the time zone database.
        due_at: what it reminds of.
    """
    if kind not in REMINDERS or (due_at is not None and due_at - at <= PRESSING):
        return at
    local = at.astimezone(ZoneInfo(zone))
    if MORNING <= local.time() < EVENING:
        return at
    day = local.date() + timedelta(days=local.time() >= EVENING)
    return datetime.combine(day, MORNING, local.tzinfo)
