"""What staff ask: always of both sides, in one transaction, with one date [Xu]."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from disputes.actions import evidence
from disputes.actions.steps import locked, side, tell_both, write_event
from disputes.models import Case, Evidence, EvidenceRequest, RequestPair, Stage, Winner
from disputes.states import CaseRole, CaseStep
from marketplace.lib import clock
from marketplace.lib.errors import Refused
from marketplace.lib.verbs import verb

REPLY_RULE = "court/appeal"


def ask_both(  # noqa: PLR0913 - what a question is made of
    case: Case,
    *,
    kind: str,
    rule_id: str,
    at: datetime,
    text: str = "",
    asked_by: User | None = None,
    equivalents: list[str] | None = None,
    replies_to: Evidence | None = None,
) -> RequestPair:
    """One question, two requests; the database refuses a pair that lacks a side.

    Without a text it is one of the house's own questions, told in each reader's language.
    """
    pair = RequestPair.objects.create(
        case=case,
        kind=kind,
        text=text,
        rule_id=rule_id,
        equivalents=equivalents or [],
        asked_by=asked_by,
        asked_at=at,
        due_at=at + timedelta(hours=case.frozen_rules.staff_evidence_hours),
        replies_to=replies_to,
    )
    EvidenceRequest.objects.bulk_create(
        EvidenceRequest(pair=pair, party=party, due_at=pair.due_at) for party in Winner
    )
    tell_both(case, "request_to_both", at=at, key=str(pair.pk), due_at=pair.due_at)
    return pair


def answer(request_id: UUID, *, by: User, item: evidence.Item | None) -> EvidenceRequest:
    """One side's answer; None says that it has nothing to add.

    Raises:
        Refused: `not_found`, `not_your_step`, `too_late`, `wrong_state`, and as `evidence.prepare`.
    """
    prepared = evidence.prepare(item) if item is not None else None
    return _answer(request_id, by=by, prepared=prepared)


@verb
def _answer(request_id: UUID, *, by: User, prepared: evidence.Prepared | None) -> EvidenceRequest:
    asked = EvidenceRequest.objects.select_related("pair").filter(pk=request_id).first()
    if asked is None:
        raise Refused("not_found", _("We can't find that."))
    case, at = locked(asked.pair.case_id), clock.now()
    own = side(case, by)
    asked = EvidenceRequest.objects.select_for_update(of=("self",)).get(pk=request_id)
    if asked.party != own:
        raise Refused("not_your_step", _("This is the other side's step."))
    if not asked.is_open:
        raise Refused("wrong_state", _("This was answered, or its time has passed."))
    if at >= asked.due_at:
        raise Refused("too_late", _("The time to answer has passed."), rule="court/staff")
    asked.answered_at, asked.declined = at, prepared is None
    if prepared is not None:
        asked.answer = evidence.add(case, prepared, by=by, at=at, stage=Stage.REQUEST)
    asked.save(update_fields=["answered_at", "declined", "answer"])
    _note(case, asked, by=by, at=at)
    if asked.answer is not None:
        _open_reply(case, asked, at=at)
    return asked


def _note(case: Case, asked: EvidenceRequest, *, by: User | None, at: datetime) -> None:
    role = CaseRole.PARTY if by is not None else CaseRole.CLOCK
    facts = {"side": str(asked.party), "declined": asked.declined, "lapsed": asked.lapsed}
    case.version += 1
    case.save(update_fields=["version"])
    write_event(case, CaseStep.ANSWER, before=case.state, by=by, role=role, at=at, **facts)


def _open_reply(case: Case, asked: EvidenceRequest, *, at: datetime) -> None:
    """What one side newly shows is put before the other, once; a reply opens no further reply."""
    if asked.pair.kind == RequestPair.Kind.REPLY or asked.answer is None:
        return
    kind, new = RequestPair.Kind.REPLY, asked.answer
    ask_both(case, kind=kind, rule_id=REPLY_RULE, at=at, replies_to=new)


@verb
def lapse(request_id: UUID) -> EvidenceRequest:
    """Silence closes a question; it speaks for nobody."""
    asked = EvidenceRequest.objects.select_related("pair").get(pk=request_id)
    case, at = locked(asked.pair.case_id), clock.now()
    asked.refresh_from_db()
    if asked.is_open and at >= asked.due_at and case.paused_at is None:
        asked.answered_at, asked.lapsed = at, True
        asked.save(update_fields=["answered_at", "lapsed"])
        _note(case, asked, by=None, at=at)
    return asked


def close_requests(case: Case, *, at: datetime) -> None:
    """The case ended: nobody has to answer any more."""
    of_case(case).filter(answered_at=None).update(answered_at=at, lapsed=True)


def of_case(case: Case) -> QuerySet[EvidenceRequest]:
    return EvidenceRequest.objects.filter(pair__case=case)
