"""Writing down outcomes and facts; the same one from the same source counts once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.standing import weights
from accounts.standing.models import Fact, StandingEvent

REVERSAL, VOID = "reversal", "void"  # sources of the rows that take another row back

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
    points = weights.points(kind, _past(person, kind, at, counterparty))
    _write(person, kind, points, source, source_id, at=at, counterparty=counterparty, note=note)


def record_each(
    people: Sequence[User], kind: str, *, source: str, source_id: Mapping[UUID, UUID], at: datetime
) -> None:
    """The same outcome for several people, in two statements; `source_id` by the person's id."""
    earlier = StandingEvent.objects.counting().filter(
        person__in=people, kind=kind, at__gt=at - weights.window(kind)
    )
    rows = earlier.order_by().values("person").annotate(count=Count("pk"), points=Sum("points"))
    past = {row["person"]: weights.Past(row["count"], row["points"]) for row in rows}
    events = [
        StandingEvent(
            person=person,
            kind=kind,
            points=weights.points(kind, past.get(person.pk, weights.Past())),
            source=source,
            source_id=source_id[person.pk],
            at=at,
        )
        for person in people
    ]
    StandingEvent.objects.bulk_create(events, ignore_conflicts=True)


def record_loss(
    loser: User, *, points: int, case_id: UUID, counterparty: User, at: datetime
) -> None:
    """Count a case lost for good; how much follows from the tally (one of `weights.LOSSES`)."""
    if points not in weights.LOSSES:
        raise ValueError(f"no case weighs {points}")
    _write(loser, "case_lost", points, "case", case_id, at=at, counterparty=counterparty)


def reverse(
    person: User, kind: str, *, source: str, source_id: UUID, at: datetime, note: str = ""
) -> bool:
    """Take one event back, exactly and for ever; False when there is none or it was done before.

    What was recorded since stays as it is.
    """
    events = StandingEvent.objects.counting()
    event = events.filter(person=person, kind=kind, source=source, source_id=source_id).first()
    if event is None:
        return False
    _write(person, kind, -event.points, REVERSAL, event.pk, at=at, note=note, reverses=event)
    return True


def _write(  # noqa: PLR0913 - one column each
    person: User,
    kind: str,
    points: int,
    source: str,
    source_id: UUID,
    *,
    at: datetime,
    counterparty: User | None = None,
    note: str = "",
    reverses: StandingEvent | None = None,
) -> None:
    event = StandingEvent(
        person=person,
        kind=kind,
        points=points,
        source=source,
        source_id=source_id,
        counterparty=counterparty,
        at=at,
        note=note,
        reverses=reverses,
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


def void_fact(person: User, kind: str, *, source: str, source_id: UUID, at: datetime) -> bool:
    """The claim proved unfounded, or was withdrawn: no signal counts it any more."""
    facts = Fact.objects.counting()
    fact = facts.filter(person=person, kind=kind, source=source, source_id=source_id).first()
    if fact is None:
        return False
    row = Fact(
        person=person,
        kind=kind,
        counterparty=fact.counterparty,
        source=VOID,
        source_id=fact.pk,
        at=at,
        voids=fact,
    )
    Fact.objects.bulk_create([row], ignore_conflicts=True)
    return True


def score(person: User, *, now: datetime) -> int:
    """The person's standing now, 0 to 1000."""
    rows = (
        StandingEvent.objects.counting().filter(person=person).values_list("kind", "points", "at")
    )
    return weights.score((weights.Entry(*row) for row in rows), now)


def has_lost_a_case(person_id: UUID) -> bool:
    """A decision that was overturned is taken back, and counts no more."""
    lost = StandingEvent.objects.filter(person_id=person_id, kind="case_lost")
    return lost.filter(reverses=None, reversal=None).exists()


def word(number: int) -> str | Promise:
    """The only thing others see of a score."""
    return next(text for least, text in WORDS if number >= least)


def _past(person: User, kind: str, at: datetime, counterparty: User | None) -> weights.Past:
    earlier = StandingEvent.objects.counting().filter(
        person=person, kind=kind, at__gt=at - weights.window(kind)
    )
    with_them = Q(counterparty=counterparty) if counterparty else Q(pk=None)
    found = earlier.aggregate(
        count=Count("pk"), points=Sum("points", default=0), met=Count("pk", filter=with_them)
    )
    return weights.Past(found["count"], found["points"], found["met"])
