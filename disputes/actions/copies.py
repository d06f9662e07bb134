"""Making what reviewers and the other side may see: names, numbers and codes covered."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from accounts.identity.actions.verification import registered_name
from disputes.actions import pausing
from disputes.actions.execution import alarm
from disputes.actions.steps import locked
from disputes.models import Case, CopyState, Evidence, EvidenceKind, JurorCopy
from disputes.redact import Known, Place, Redactor
from disputes.sealing import description_of, original_of, text_of
from disputes.states import CaseRole
from marketplace.lib import clock, files, images
from marketplace.lib.verbs import verb
from orders.escrow.quoting import spans_of_code

log = structlog.stdlib.get_logger("fairhand.court")

TROUBLES = ("copy", "copies", "masking")
RECORD_WORDS = "-"  # a record is shown from its own column; its copy has no words of its own


def make_copy(evidence_id: UUID) -> JurorCopy | None:
    """Makes the pending copy of an exhibit; safe to repeat, and beside another worker.

    The picture is worked on between two transactions. After three failures staff are asked.
    """
    row = Evidence.objects.select_related("case__order", "copy").filter(pk=evidence_id).first()
    if row is None:
        return None  # a knock that outlived what it was about
    if row.copy.state != CopyState.PENDING:
        return row.copy
    version = row.copy.version
    try:
        texts = _texts(row)
        picture = _picture(row)
    except Exception:
        log.exception("copy_failed", exhibit=str(row.pk))
        return _failed(row, version)
    return _made(row, version, texts, picture)


def _texts(row: Evidence) -> tuple[str, str]:
    """Description and text, covered; the tokens are those of the whole case."""
    if row.kind == EvidenceKind.RECORD:
        return RECORD_WORDS, RECORD_WORDS
    redactor = Redactor(known_of(row.case))
    order, texts = row.case.order_id, ("", "")
    for each in _up_to(row):
        own = each.pk == row.pk and each.kind != EvidenceKind.PICTURE
        spans = [(start, end) for start, end in row.copy.masks] if own else []
        texts = (
            covered(redactor, order, description_of(each)),
            covered(redactor, order, text_of(each), spans),
        )
    return texts


def covered(redactor: Redactor, order_id: UUID, text: str, more: Sequence[Place] = ()) -> str:
    """A text as strangers may read it: no sealed code stands in it."""
    return redactor.redact(text, more, codes=spans_of_code(order_id, text))


def _up_to(row: Evidence) -> Sequence[Evidence]:
    """The case's exhibits up to this one: tokens are given in the order in which things came."""
    rows = row.case.evidence.exclude(kind=EvidenceKind.RECORD).filter(pk__lte=row.pk)
    return list(rows.order_by("pk"))


def known_of(case: Case) -> Known:
    """Everything by which the sides could be recognized."""
    people = [case.buyer, case.seller]
    return Known(
        names=tuple(person.name for person in people if person.name),
        registered=tuple(name for name in map(registered_name, people) if name),
        phones=tuple(person.phone for person in people if person.phone),
        harmless=(case.order.number,),
    )


def _picture(row: Evidence) -> files.Stored | None:
    if row.kind != EvidenceKind.PICTURE:
        return None
    rectangles = [(a, b, c, d) for a, b, c, d in row.copy.masks]
    return files.put(images.covered_copy(original_of(row), rectangles))


@verb
def _made(
    row: Evidence, version: int, texts: tuple[str, str], picture: files.Stored | None
) -> JurorCopy:
    case = locked(row.case_id)
    copy = JurorCopy.objects.select_for_update(no_key=True).get(pk=row.pk)
    if copy.state != CopyState.PENDING or copy.version != version:
        return copy  # somebody else made it, or its owner has covered more meanwhile
    copy.description, copy.text = texts
    if picture is not None:
        copy.file = picture.ref
        copy.file_key = files.seal_key(picture, kind="exhibit-copy", id=row.pk)
    copy.state, copy.version = CopyState.READY, version + 1
    copy.tries, copy.next_try_at = 0, None
    copy.save()
    _go_on(case, at=clock.now())
    return copy


def _go_on(case: Case, *, at: datetime) -> None:
    """Once nothing of the case is hidden or unmade any more, its clocks and people go on."""
    heard = JurorCopy.objects.filter(evidence__case=case, evidence__late=False)
    if heard.exclude(state=CopyState.READY).exists():
        return
    troubles = case.troubles.filter(kind__in=TROUBLES, ended_at=None)
    troubles.update(ended_at=at)
    if case.pause_reason == pausing.MASKING:
        pausing.resume(case, by=None, role=CaseRole.CLOCK, at=at)


@verb
def _failed(row: Evidence, version: int) -> JurorCopy:
    locked(row.case_id)
    copy = JurorCopy.objects.select_for_update(no_key=True).get(pk=row.pk)
    if copy.state != CopyState.PENDING or copy.version != version:
        return copy
    at = clock.now()
    copy.tries += 1
    copy.next_try_at = _next(copy.tries, at)
    copy.save(update_fields=["tries", "next_try_at"])
    if copy.waits_for_staff:
        alarm(row.case, "copy", at=at, exhibit=row.label)
    return copy


def _next(tries: int, at: datetime) -> datetime:
    return at + timedelta(minutes=min(5**tries, 60))


def picture_of(copy: JurorCopy) -> bytes:
    """The covered picture as reviewers see it."""
    assert copy.file_key is not None  # noqa: S101 - a picture that is ready has one
    return files.opened(copy.file, kind="exhibit-copy", id=copy.pk, sealed=copy.file_key)
