"""Showing something: the same form, limits and 72 hours for both sides."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from disputes import draw
from disputes.actions.steps import advance, locked, require, side, tell, write_event
from disputes.models import Case, Evidence, EvidenceKind, JurorCopy, Stage, Winner
from disputes.rules import Rules
from disputes.sealing import seal_text
from disputes.states import PRE_VERDICT, CaseRole, CaseState, CaseStep
from marketplace.lib import clock, files, images
from marketplace.lib.errors import Refused, invalid
from marketplace.lib.ids import uuid7
from marketplace.lib.kicks import wake
from marketplace.lib.verbs import verb
from orders.escrow.quoting import without_code_of

DESCRIPTION_LEAST, DESCRIPTION_MOST = 5, 300
LAST_HOURS = timedelta(hours=6)
_LINES = "\n\r\t"
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


@dataclass(frozen=True)
class Item:
    """One exhibit as it is brought: a text, or the bytes of a picture."""

    kind: EvidenceKind
    description: str
    text: str = ""
    picture: bytes = b""
    file_name: str = ""
    shows_secret: bool = False


@dataclass(frozen=True)
class Prepared:
    """An item that was read, checked and stored, before any row is locked."""

    item: Item
    sha256: bytes
    stored: files.Stored | None = None


def prepare(item: Item) -> Prepared:
    """Checks an item and stores its picture; slow work that must not hold a lock.

    Raises:
        Refused: `invalid`, `bad_picture`, `too_big`, `busy`.
    """
    description = item.description.strip()
    _check_text("description", description, DESCRIPTION_LEAST, DESCRIPTION_MOST)
    if item.kind == EvidenceKind.PICTURE:
        picture = images.read_picture(item.picture)
        return Prepared(item, picture.sha256, files.put(item.picture))
    return Prepared(item, draw.content_hash(item.text.strip()))


def _check_text(name: str, text: str, least: int, most: int) -> None:
    """Blank, short, long, or with controls: refused, not mended; what can't be seen is no letter"""
    seen = "".join(letter for letter in text if unicodedata.category(letter) not in {"Cf", "Cc"})
    if len(seen.strip()) < least:
        message = _("Write at least {n} characters.")
        raise invalid(name, str(message).format(n=least), code="too_short")
    if len(text) > most:
        message = _("Write at most {n} characters.")
        raise invalid(name, str(message).format(n=most), code="too_long")
    if any(_is_forbidden(letter) for letter in text):
        raise invalid(name, _("There is a character that can’t be kept."), code="bad_format")


def _is_forbidden(letter: str) -> bool:
    """Controls, halves of letters, and whatever turns writing round."""
    odd = unicodedata.category(letter) in {"Cc", "Cs", "Co"}
    return letter in _TURNING or (odd and letter not in _LINES)


def submit(case_id: UUID, *, by: User, item: Item, expected_state: str = "") -> Evidence:
    """Adds an exhibit to the hearing; one that comes after the 72 hours is kept, but not heard.

    The same picture or text a second time answers with the first.

    Raises:
        Refused: `evidence_closed` once there is a decision, `invalid`, `bad_picture`, `not_found`,
            `stale_state`.
    """
    return _submit(case_id, by=by, prepared=prepare(item), expected=expected_state)


@verb
def _submit(case_id: UUID, *, by: User, prepared: Prepared, expected: str) -> Evidence:
    case = locked(case_id)
    side(case, by)
    if case.state not in PRE_VERDICT:
        message = _("Nothing can be added any more, except with an appeal or when staff ask.")
        raise Refused("evidence_closed", message, state=case.state)
    if expected and expected != case.state and case.state == CaseState.EVIDENCE:
        raise Refused("stale_state", _("The case has moved on. Look at it again."))
    return add(case, prepared, by=by, at=clock.now())


def add(
    case: Case,
    prepared: Prepared,
    *,
    by: User,
    at: datetime,
    stage: Stage = Stage.HEARING,
    could_have_been_filed: bool = False,
) -> Evidence:
    """Adds a prepared item to the locked case: numbered, sealed, its reviewers' copy queued."""
    own = side(case, by)
    shown = case.evidence.filter(party=own, stage=stage)
    if same := shown.filter(sha256=prepared.sha256).first():
        return same
    late = stage == Stage.HEARING and not is_open(case, at)
    _within_limits(case, own, prepared, stage=stage, late=late)
    row = _row(case, prepared, own=own, by=by, at=at)
    row.stage, row.late, row.could_have_been_filed = stage, late, could_have_been_filed
    row.in_last_6h = stage == Stage.HEARING and not late and _is_last_moment(case, at)
    row.save(force_insert=True)
    JurorCopy.objects.create(evidence=row, next_try_at=at)
    _note(case, row, by=by, at=at)
    wake("disputes.tasks.make_copy", row.pk)
    if case.filed_at != at:  # what comes with the filing is told by the filing
        tell(case, [own.other], "exhibit_added", at=at, key=str(row.pk), exhibit=row.label)
    return row


def is_open(case: Case, at: datetime) -> bool:
    """71:59:59 counts, 72:00:00 is late, for both sides, whether or not a sweep has run."""
    return case.state == CaseState.EVIDENCE and at < case.evidence_due_at


def still_open(case: Case, at: datetime) -> None:
    """Raises `evidence_closed` once the 72 hours are over."""
    require(case, CaseStep.SUBMIT)
    if not is_open(case, at):
        raise Refused("evidence_closed", _("The 72 hours are over."), state=case.state)


def _is_last_moment(case: Case, at: datetime) -> bool:
    return at >= case.evidence_due_at - LAST_HOURS


def _within_limits(
    case: Case, own: Winner, prepared: Prepared, *, stage: Stage, late: bool
) -> None:
    _check_words(prepared.item, case.frozen_rules)
    shown = case.evidence.filter(party=own, stage=stage)
    if prepared.item.kind == EvidenceKind.STATEMENT and not late:
        if shown.filter(kind=EvidenceKind.STATEMENT, late=False).exists():
            message = _("Your statement is in the file already. Add what is new as a text.")
            raise invalid("kind", message, code="bad_choice")
        return
    if shown.exclude(kind=EvidenceKind.STATEMENT).count() >= case.frozen_rules.files_per_side:
        raise invalid("picture", _("A side can show 20 exhibits at most."), code="too_long")


def _check_words(item: Item, rules: Rules) -> None:
    """As long as the case's own rules say, whichever are the newest."""
    if item.kind == EvidenceKind.PICTURE:
        return
    least = rules.statement_min if item.kind == EvidenceKind.STATEMENT else 1
    _check_text("text", item.text.strip(), least, rules.statement_max)


def _row(case: Case, prepared: Prepared, *, own: Winner, by: User, at: datetime) -> Evidence:
    item, pk = prepared.item, uuid7()
    last = case.evidence.filter(party=own).aggregate(last=Max("number"))["last"]
    row = Evidence(
        id=pk,
        case=case,
        party=own,
        kind=item.kind,
        number=(last or 0) + 1,
        by=by,
        description=seal_text(pk, "description", item.description.strip()),
        file_name=without_code_of(case.order_id, item.file_name[:120]) if item.file_name else "",
        sha256=prepared.sha256,
        received_at=at,
        shows_secret=item.shows_secret,
    )
    if prepared.stored is None:
        row.sealed_text = seal_text(pk, "text", item.text.strip())
    else:
        row.original = prepared.stored.ref
        row.original_key = files.seal_key(prepared.stored, kind="exhibit-file", id=pk)
    return row


def _note(case: Case, row: Evidence, *, by: User, at: datetime) -> None:
    """The event names the exhibit, never its words; outside the hearing the state stays."""
    facts: dict[str, Any] = {
        "label": row.label,
        "sha256": bytes(row.sha256).hex(),
        "late": row.late,
    }
    role = CaseRole.PARTY
    if row.stage == Stage.HEARING and not row.late:
        advance(case, CaseStep.SUBMIT, by=by, role=role, at=at, **facts)
        return
    case.version += 1
    case.save(update_fields=["version"])
    write_event(case, CaseStep.SUBMIT, before=case.state, by=by, role=role, at=at, **facts)


def anything_shown(case: Case) -> bool:
    """Whether either side has shown more than the words with which the case was opened."""
    items = case.evidence.admitted().filter(party__in=Winner.values)
    filing = items.filter(kind=EvidenceKind.STATEMENT, party=case.side_of(case.filer))
    return items.exclude(pk__in=filing.values("pk")).exists()


def own_hash(row: Evidence) -> bytes:
    """The hash under which an exhibit stands in the evidence root."""
    letters = draw.PARTY_LETTER[row.party], draw.KIND_LETTER[row.kind]
    return draw.item_hash(*letters, bytes(row.sha256))


def root_of(case: Case) -> bytes:
    """The evidence root over everything that reviewers will see."""
    return draw.evidence_root([own_hash(row) for row in case.evidence.admitted()])
