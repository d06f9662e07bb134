"""Writing down outcomes and facts; the same one from the same source counts once."""

from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.standing import weights
from accounts.standing.models import Fact, StandingEvent

WORDS = ((700, _("Very good")), (560, _("Good")), (480, _("Mixed")), (0, _("Poor")))


def record(  # noqa: PLR0913 - one column each
    person: User,
    kind: str,
    *,
    source: str,
    source_id: UUID,
    at: datetime,
    counterparty: User | None = None,
    note: str = "",
) -> None:
    """Count one final outcome for or against `person`; a repeat changes nothing.

    Args:
        kind: a key of `weights.WEIGHTS`.
        source, source_id: what it follows from; two calls with the same pair are one event.
        counterparty: needed where the weights count one event a counterparty.
    """
    event = StandingEvent(
        person=person,
        kind=kind,
        points=weights.points(kind, _past(person, kind, at, counterparty)),
        source=source,
        source_id=source_id,
        counterparty=counterparty,
        at=at,
        note=note,
    )
    StandingEvent.objects.bulk_create([event], ignore_conflicts=True)


def note_fact(
    person: User,
    kind: str,
    *,
    counterparty: User | None,
    source: str,
    source_id: UUID,
    at: datetime,
) -> None:
    """Keep what happened, for the signals; a repeat changes nothing."""
    fact = Fact(
        person=person,
        kind=kind,
        counterparty=counterparty,
        source=source,
        source_id=source_id,
        at=at,
    )
    Fact.objects.bulk_create([fact], ignore_conflicts=True)


def score(person: User, *, now: datetime) -> int:
    """The person's standing now, 0 to 1000."""
    rows = StandingEvent.objects.filter(person=person).values_list("kind", "points", "at")
    return weights.score((weights.Entry(*row) for row in rows), now)


def has_lost_a_case(person_id: UUID) -> bool:
    """A decision that was overturned is taken back, and counts no more."""
    lost = StandingEvent.objects.filter(person_id=person_id, kind="case_lost")
    return lost.filter(reverses=None, reversal=None).exists()


def word(number: int) -> str | Promise:
    """The only thing others see of a score."""
    return next(text for least, text in WORDS if number >= least)


def _past(person: User, kind: str, at: datetime, counterparty: User | None) -> weights.Past:
    earlier = StandingEvent.objects.filter(
        person=person, kind=kind, at__gt=at - weights.window(kind)
    )
    with_them = Q(counterparty=counterparty) if counterparty else Q(pk=None)
    found = earlier.aggregate(
        count=Count("pk"), points=Sum("points", default=0), met=Count("pk", filter=with_them)
    )
    return weights.Past(found["count"], found["points"], found["met"])
