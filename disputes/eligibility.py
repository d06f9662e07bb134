"""Who may review cases: one table of conditions, asked of one person or of everybody at once.

Sanctions do not exist yet; when they do, one row here and one class in `exclusions.py` follow.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Level, User, UserState
from accounts.standing import sums
from disputes.models import Case as CourtCase
from disputes.models import JurorState
from orders.models import Order
from orders.states import OrderState

LEVEL = Level.REAL_NAME
AGE = timedelta(days=90)
STANDING = 560

Test = Callable[[datetime], Q]


@dataclass(frozen=True)
class Condition:
    """One row of the table.

    Attributes:
        code: for programs.
        words: what a person must do or wait for.
        met: the condition on a queryset of people at a moment.
        in_draw: under which code of the draw whoever no longer meets it is excluded.
    """

    code: str
    words: str | Promise
    met: Test
    in_draw: str = "STALE"


def _has_completed_an_order(_at: datetime) -> Q:
    completed = Order.objects.filter(state=OrderState.COMPLETED)
    bought = Exists(completed.filter(buyer=OuterRef("pk")))
    return Q(bought) | Q(Exists(completed.filter(seller=OuterRef("pk"))))


def _is_in_no_live_case(_at: datetime) -> Q:
    live = CourtCase.objects.live()
    sues = Exists(live.filter(buyer=OuterRef("pk")))
    return ~Q(sues) & ~Q(Exists(live.filter(seller=OuterRef("pk"))))


CONDITIONS: tuple[Condition, ...] = (
    Condition("level", _("Have your real name checked."), lambda _at: Q(level__gte=LEVEL)),
    Condition(
        "open",
        _("Your account is being closed."),
        lambda _at: Q(state=UserState.ACTIVE, is_active=True),
    ),
    Condition(
        "age",
        _("Your account must be 90 days old."),
        lambda at: Q(date_joined__lte=at - AGE),
    ),
    Condition("traded", _("Complete at least one order."), _has_completed_an_order),
    Condition(
        "standing",
        _("Your standing must be “Good”."),
        lambda at: Q(sums.at_least(STANDING, now=at)),
    ),
    Condition(
        "no_case",
        _("You are a party to a case that is not finished."),
        _is_in_no_live_case,
        in_draw="OPEN_CASE",
    ),
    Condition(
        "staff",
        _("Whoever works at the desk does not review cases."),
        lambda _at: Q(is_staff=False, is_superuser=False),
        in_draw="STAFF",
    ),
    Condition(
        "practice",
        _("Pass the practice cases."),
        lambda _at: Q(juror__passed_at__isnull=False),
    ),
    Condition("duty", _("You are not on duty."), lambda _at: Q(juror__state=JurorState.ACTIVE)),
)


def eligible(at: datetime) -> QuerySet[User]:
    """Everybody who can be drawn now; the conditions that cost least are asked first."""
    found = User.objects.filter(juror__state=JurorState.ACTIVE)
    for condition in CONDITIONS:
        found = found.filter(condition.met(at))
    return found


def unmet(person: User, *, at: datetime) -> list[Condition]:
    """What stands between a person and being drawn, in the table's order; empty when nothing."""
    lacking = lacking_of([person.pk], at=at)[person.pk]
    return [condition for condition in CONDITIONS if condition.code in lacking]


def lacking_of(people: Iterable[UUID], *, at: datetime) -> Mapping[UUID, frozenset[str]]:
    """The codes of the conditions that each of these people does not meet; one query."""
    flags = {
        f"meets_{condition.code}": Case(
            When(condition.met(at), then=Value(True)),  # noqa: FBT003 - an SQL literal
            default=Value(False),  # noqa: FBT003 - an SQL literal
            output_field=BooleanField(),
        )
        for condition in CONDITIONS
    }
    rows = User.objects.filter(pk__in=list(people)).annotate(**flags)
    return {
        row.pk: frozenset(
            condition.code
            for condition in CONDITIONS
            if not getattr(row, f"meets_{condition.code}")
        )
        for row in rows
    }
