"""Exhibits as each reader may see them: one's own as it was sent, anybody else's covered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from disputes.models import Case, CopyState, Evidence, EvidenceKind, Party, Seat, Stage
from disputes.sealing import description_of, text_of
from disputes.states import CaseState


@dataclass(frozen=True)
class Shown:
    """One exhibit for one reader."""

    id: UUID
    party: str
    label: str
    kind: str
    kind_words: str
    description: str
    text: str
    image_url: str
    received_at: datetime
    due_at: datetime
    sha256: str
    stage: str
    late: bool
    in_last_6h: bool
    could_have_been_filed: bool
    is_own: bool
    is_pending: bool
    is_flagged: bool
    waits_for_staff: bool
    is_unreadable: bool
    may_cover: bool
    record: dict[str, Any] | None


def _rows(case: Case) -> QuerySet[Evidence]:
    return case.evidence.exclude(stage=Stage.FILING).select_related("copy").order_by("id")


def for_party(case: Case, side: str) -> list[Shown]:
    """Everything in the file, in two queries: own things as they came, the others' covered."""
    rows = list(case.evidence.select_related("copy").order_by("id"))
    return [_shown(case, row, own=row.party == side) for row in _newest_records(rows)]


def _newest_records(rows: Sequence[Evidence]) -> list[Evidence]:
    """Of the platform's own record only the newest stands for all."""
    records = [
        row for row in rows if row.party == Party.PLATFORM and "listing" in (row.record or {})
    ]
    older = {row.pk for row in records[:-1]}
    return [row for row in rows if row.pk not in older]


def for_staff(case: Case) -> list[Shown]:
    """The covered copies of everything; originals are opened one by one, each read logged."""
    return [_shown(case, row, own=False) for row in _rows(case)]


def for_seat(seat: Seat) -> list[Shown]:
    """What reviewers read: admitted exhibits, none that is flagged or was proven forged."""
    case = seat.case
    rows = case.evidence.admitted().select_related("copy").order_by("id")
    found = [_shown(case, row, own=False, seat=seat) for row in rows]
    return [row for row in found if str(row.id) not in case.struck]


def own(row: Evidence) -> Shown:
    """One's own exhibit as reviewers will see it, with what may still be covered."""
    copy = _shown(row.case, row, own=False)
    return Shown(**{**copy.__dict__, "is_own": True, "may_cover": _may_cover(row.case, row)})


def _may_cover(case: Case, row: Evidence) -> bool:
    is_open = case.state == CaseState.EVIDENCE and case.paused_at is None
    return is_open and not row.late


def _shown(case: Case, row: Evidence, *, own: bool, seat: Seat | None = None) -> Shown:
    copy = row.copy
    is_ready = copy.state == CopyState.READY
    is_picture = row.kind == EvidenceKind.PICTURE
    words = (description_of(row), text_of(row)) if own else (copy.description, copy.text)
    url = _url(case, row, seat, own=own) if is_picture and (own or is_ready) else ""
    return Shown(
        id=row.pk,
        party=row.party,
        label=row.label,
        kind=row.kind,
        kind_words=str(EvidenceKind(row.kind).label),
        description=words[0] if own or is_ready else "",
        text=words[1] if not is_picture and row.record is None and (own or is_ready) else "",
        image_url=url,
        received_at=row.received_at,
        due_at=case.evidence_due_at,
        sha256=bytes(row.sha256).hex(),
        stage=row.stage,
        late=row.late,
        in_last_6h=row.in_last_6h,
        could_have_been_filed=row.could_have_been_filed,
        is_own=own,
        is_pending=copy.state == CopyState.PENDING,
        is_flagged=copy.state == CopyState.FLAGGED and not own,
        waits_for_staff=copy.waits_for_staff,
        is_unreadable=row.unreadable,
        may_cover=own and _may_cover(case, row),
        record=row.record,
    )


def _url(case: Case, row: Evidence, seat: Seat | None, *, own: bool) -> str:
    if seat is not None:
        return reverse("seat_copy", args=[seat.pk, row.pk])
    return reverse("exhibit_own" if own else "exhibit_copy", args=[case.pk, row.pk])
