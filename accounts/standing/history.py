"""A person's own standing as he reads it: the score, and each event with its reason and its end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.standing import weights
from accounts.standing.models import StandingEvent
from accounts.standing.record import score, word

REASONS: Mapping[str, str | Promise] = {
    "sale_completed": _("A sale was completed"),
    "purchase_completed": _("A purchase was completed"),
    "level_reached_1": _("Phone confirmed"),
    "level_reached_2": _("Real name checked"),
    "level_reached_3": _("Merchant checked"),
    "juror_served": _("Served as a reviewer"),
    "seat_expired": _("Left a reviewer’s seat unanswered"),
    "order_unpaid": _("Left an order unpaid"),
    "seller_cancelled": _("Cancelled an order that was paid"),
    "not_delivered_in_time": _("Did not deliver in time"),
    "return_accepted": _("Accepted a return"),
    "return_refused": _("Refused a return"),
    "code_invalid_thrice": _("Three codes of one order were bad"),
    "code_redeemed_before_reveal": _("A code had been used before its buyer saw it"),
    "case_lost": _("Lost a case"),
    "swapped_return_found": _("Sent back another item than was sold"),
    "conduct_upheld_minor": _("A report about your conduct was upheld"),
    "conduct_upheld_serious": _("A serious report about your conduct was upheld"),
    "staff_found_fraud": _("Our staff found a fraud"),
    "abuse_of_reports": _("Reported what you knew was not true"),
}


@dataclass(frozen=True)
class Line:
    """One event; `counts_now` of its points are left, `until` it counts, if it ever ends."""

    event: StandingEvent
    reason: str | Promise
    counts_now: float
    until: datetime | None
    is_taken_back: bool


class Standing(NamedTuple):
    score: int
    word: str | Promise
    lines: list[Line]


def standing(person: User, *, now: datetime) -> Standing:
    """The newest first; a row that takes another one back is told on that one. Two queries."""
    events = StandingEvent.objects.filter(person=person, reverses=None)
    rows = events.select_related("reversal").order_by("-at", "-pk")
    number = score(person, now=now)
    return Standing(number, word(number), [_line(event, now) for event in rows])


def _line(event: StandingEvent, now: datetime) -> Line:
    is_taken_back = hasattr(event, "reversal")
    left = weights.worth(weights.Entry(event.kind, event.points, event.at), now)
    fades = weights.fades(event.kind, event.points) and not is_taken_back
    return Line(
        event=event,
        reason=REASONS[event.kind],
        counts_now=0.0 if is_taken_back else float(left),
        until=event.at + weights.NOTHING_AFTER if fades else None,
        is_taken_back=is_taken_back,
    )
