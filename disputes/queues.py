"""The desk's queues of the court: what waits for whom, the oldest due first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from disputes.actions import seconding
from disputes.models import (
    Case,
    CopyState,
    EvidenceRequest,
    JurorCopy,
    Petition,
    Ruling,
    RulingState,
    Trouble,
)
from disputes.models.evidence import TRIES
from disputes.states import CaseState
from marketplace.lib import clock

Cases = QuerySet[Case]
SOON = timedelta(hours=4)


@dataclass(frozen=True)
class Queue:
    """One list of cases; `chosen` narrows them to what waits in it for this person."""

    name: str
    title: str | Promise
    icon: str
    roles: tuple[Role, ...]
    chosen: Callable[[Cases, User], Cases]
    due: str = "staff_due_at"

    def rows(self, person: User) -> Cases:
        return self.chosen(Case.objects.all(), person).order_by(self.due, "pk")

    def count(self, person: User) -> int:
        return self.rows(person).count()


def _free(rows: Cases, *states: CaseState) -> Cases:
    return rows.filter(state__in=states)


def _mine(rows: Cases, person: User) -> Cases:
    return rows.filter(state=CaseState.STAFF_EVIDENCE, desk_holder=person)


def _waiting(rows: Cases, _person: User) -> Cases:
    still_open = EvidenceRequest.objects.filter(pair__case=OuterRef("pk"), answered_at=None)
    return rows.filter(Exists(still_open), state=CaseState.STAFF_EVIDENCE)


def _second(rows: Cases, person: User) -> Cases:
    """What somebody else prepared, would grant, or asks a second person for."""
    drafts = Ruling.objects.filter(case=OuterRef("pk"), state=RulingState.SECOND)
    asked = Petition.objects.filter(case=OuterRef("pk"), state=Petition.State.SECOND)
    wanted = Trouble.objects.filter(case=OuterRef("pk"), kind__in=seconding.KINDS, ended_at=None)
    others = Q(Exists(drafts.exclude(prepared_by=person)))
    others |= Q(Exists(asked.exclude(decided_by=person)))
    return rows.filter(others | Q(Exists(wanted.exclude(facts__by=str(person.pk)))))


def _masks(rows: Cases, _person: User) -> Cases:
    hidden = Q(state=CopyState.FLAGGED) | Q(state=CopyState.PENDING, tries__gte=TRIES)
    copies = JurorCopy.objects.filter(hidden, evidence__case=OuterRef("pk"))
    return rows.filter(Exists(copies))


def _petitions(rows: Cases, _person: User) -> Cases:
    asked = Petition.objects.filter(case=OuterRef("pk"), state=Petition.State.OPEN)
    return rows.filter(Exists(asked))


def _troubles(rows: Cases, _person: User) -> Cases:
    return rows.filter(Exists(Trouble.objects.filter(case=OuterRef("pk"), ended_at=None)))


_DECIDES = (Role.ADJUDICATOR, Role.SUPERVISOR, Role.AUDITOR)

QUEUES: tuple[Queue, ...] = (
    Queue("mine", _("On my desk"), "person", (Role.ADJUDICATOR,), _mine),
    Queue(
        "appeals",
        _("Appeals"),
        "gavel",
        _DECIDES,
        lambda rows, _person: _free(rows, CaseState.APPEALED),
    ),
    Queue(
        "first",
        _("First instance: hung, no panel"),
        "balance",
        _DECIDES,
        lambda rows, _person: rows.filter(
            Q(state__in=[CaseState.HUNG, CaseState.NO_PANEL])
            | Q(state=CaseState.MISTRIAL, round__gt=1)
        ),
    ),
    Queue(
        "escalated",
        _("Narrow verdicts: the appeal window runs"),
        "hourglass_top",
        _DECIDES,
        lambda rows, _person: _free(rows, CaseState.ESCALATED),
        due="appeal_due_at",
    ),
    Queue("waiting", _("Waiting for both sides"), "forum", _DECIDES, _waiting),
    Queue("second", _("Second approval"), "group", _DECIDES[:2], _second),
    Queue(
        "masks", _("Personal data to cover"), "visibility_off", (Role.AGENT, *_DECIDES[1:]), _masks
    ),
    Queue("petitions", _("Petitions for a new panel"), "restart_alt", _DECIDES, _petitions),
    Queue("overdue", _("Overdue and in trouble"), "alarm", _DECIDES[1:], _troubles),
)


def queue(name: str) -> Queue | None:
    return next((each for each in QUEUES if each.name == name), None)


def sla(due: datetime | None) -> str:
    """How a date stands, in words: on time, soon, or late."""
    if due is None:
        return ""
    now = clock.now()
    if due <= now:
        return str(_("late"))
    return str(_("less than 4 hours")) if due - now < SOON else str(_("on time"))
