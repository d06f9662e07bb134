"""Taking one step of a case: the table decides, the row moves, a chained event, people told."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext_lazy as _

from accounts.inbox.notify import notify_each
from accounts.models import User
from disputes import chain
from disputes.models import Case, CaseEvent, Winner
from disputes.states import COURSE, CaseRole, CaseState, CaseStep
from marketplace.lib import states
from marketplace.lib.errors import Refused
from orders.models import Order


def locked(case_id: UUID) -> Case:
    """The case under its lock; verbs that touch neither order nor money start here.

    Raises:
        Refused: `not_found`.
    """
    try:
        return Case.objects.lock(case_id)
    except Case.DoesNotExist:
        raise Refused("not_found", _("We can't find that.")) from None


def locked_with_order(case_id: UUID) -> tuple[Order, Case]:
    """Order, then case, both locked: the order of locks whenever money or the order is touched."""
    order_id = Case.objects.filter(pk=case_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise Refused("not_found", _("We can't find that."))
    return Order.objects.lock(order_id), Case.objects.lock(case_id)


def side(case: Case, by: User) -> Winner:
    """The side on which `by` stands.

    Raises:
        Refused: `not_found` for a stranger, who must not learn that the case exists.
    """
    found = case.side_of(by)
    if found is None:
        raise Refused("not_found", _("We can't find that."))
    return found


def check_expected(case: Case, expected: str) -> None:
    """Pages send the state that they showed; another one now means a stale page."""
    if expected and expected != case.state:
        message = _("The case has moved on. Look at it again.")
        raise Refused("stale_state", message, state=case.state)


def require(case: Case, step: str, *, to: str | None = None) -> str:
    """The state that `step` leads to.

    Raises:
        Refused: `wrong_state`; `case_paused` while the clocks are stopped.
    """
    target = states.require(COURSE, step, case.state, to=to)
    if case.paused_at is not None and step not in RUNS_WHILE_PAUSED:
        raise Refused("case_paused", _("The case is paused. Its clocks go on soon."))
    return target


RUNS_WHILE_PAUSED = {CaseStep.PAUSE, CaseStep.RESUME, CaseStep.SETTLE, CaseStep.CONCEDE}


def advance(
    case: Case,
    step: str,
    *,
    by: User | None,
    role: CaseRole,
    at: datetime,
    to: str | None = None,
    **facts: Any,
) -> Case:
    """Moves the locked case along the course and saves it; the caller has set the other columns.

    `facts` are read by both sides at once: never a side or a count while VOTING.
    """
    before, case.state = case.state, require(case, step, to=to)
    if case.state != before:
        case.state_since = at
    case.version += 1
    case.save()
    write_event(case, step, before=before, by=by, role=role, at=at, **facts)
    return case


def write_event(
    case: Case,
    step: str,
    *,
    before: str,
    by: User | None,
    role: CaseRole,
    at: datetime,
    **facts: Any,
) -> CaseEvent:
    last = case.events.order_by("-seq").values_list("seq", "hash").first()
    seq, previous = (last[0] + 1, bytes(last[1])) if last else (1, chain.BEGINNING)
    event = CaseEvent(
        case=case,
        seq=seq,
        step=step,
        before=before,
        after=case.state,
        by=by,
        role=role,
        at=at,
        facts=plain(facts),
        prev_hash=previous,
    )
    event.hash = chain.link(previous, said_by(event))
    event.save()
    return event


def plain(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts as JSON holds them, so that a hash over them can be taken again from the row."""
    found: dict[str, Any] = json.loads(json.dumps(facts, cls=DjangoJSONEncoder))
    return found


def said_by(event: CaseEvent) -> dict[str, Any]:
    """What an event's hash is taken over."""
    return {
        "case": str(event.case_id),
        "seq": event.seq,
        "step": str(event.step),
        "before": str(event.before),
        "after": str(event.after),
        "role": str(event.role),
        "at": event.at.isoformat(),
        "facts": event.facts,
    }


def head_hash(case: Case) -> bytes:
    """The hash of the newest event: it stands for the whole course so far."""
    found = case.events.order_by("-seq").values_list("hash", flat=True).first()
    return bytes(found) if found else chain.BEGINNING


def tell_both(case: Case, kind: str, *, at: datetime, key: str = "", **facts: Any) -> None:
    """One notice to each side; the same kind and key is told once."""
    tell(case, [Winner.BUYER, Winner.SELLER], kind, at=at, key=key, **facts)


def tell(
    case: Case, sides: list[Winner], kind: str, *, at: datetime, key: str = "", **facts: Any
) -> None:
    shared = {"title": case.order.revision.title, "number": case.order.number} | facts
    notify_each(
        [(case.person(each), shared | {"side": str(each)}) for each in sides],
        kind,
        key=f"case:{case.pk}:{key}" if key else f"case:{case.pk}",
        link=case.get_absolute_url(),
        at=at,
    )


def is_voting(case: Case) -> bool:
    """While it is, nothing anywhere may tell a side, a count or how many have voted."""
    return case.state == CaseState.VOTING
