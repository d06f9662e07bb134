"""Covering parts of an exhibit: its owner may cover more, never less; staff mend the rest."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from disputes import policies
from disputes.actions.evidence import still_open
from disputes.actions.steps import advance, locked, side, write_event
from disputes.models import Case, CopyState, Evidence, EvidenceKind, JurorCopy
from disputes.redact import spans_of
from disputes.sealing import text_of
from disputes.states import CaseRole, CaseStep
from marketplace.lib import clock
from marketplace.lib.errors import Refused, invalid
from marketplace.lib.images import Rectangle
from marketplace.lib.kicks import wake
from marketplace.lib.verbs import verb

MOST_MASKS = 50
WHOLE = 1000  # thousandths


@verb
def cover_rectangle(evidence_id: UUID, *, by: User, rectangle: Rectangle) -> JurorCopy:
    """The owner blackens a rectangle of his picture, until the seal.

    Raises:
        Refused: `evidence_closed`, `not_found`, `invalid`.
    """
    row, case = _own(evidence_id, by=by)
    _check(row, rectangle)
    return _more(row, case, [list(rectangle)], by=by)


@verb
def cover_words(evidence_id: UUID, *, by: User, words: str) -> JurorCopy:
    """The owner blackens words of his text, wherever they stand in it, until the seal.

    Raises:
        Refused: `evidence_closed`, `not_found`, `invalid`.
    """
    row, case = _own(evidence_id, by=by)
    spans = spans_of(text_of(row), words.strip()) if words.strip() else []
    if row.kind == EvidenceKind.PICTURE or not spans:
        raise invalid("words", _("These words do not stand in the text."))
    return _more(row, case, [list(span) for span in spans], by=by)


def _own(evidence_id: UUID, *, by: User) -> tuple[Evidence, Case]:
    row = Evidence.objects.filter(pk=evidence_id).first()
    if row is None:
        raise Refused("not_found", _("We can't find that."))
    case = locked(row.case_id)
    if side(case, by) != row.party:
        raise Refused("not_found", _("We can't find that."))
    still_open(case, clock.now())
    return row, case


def _check(row: Evidence, rectangle: Rectangle) -> None:
    left, top, right, bottom = rectangle
    fits = 0 <= left < right <= WHOLE and 0 <= top < bottom <= WHOLE
    if row.kind != EvidenceKind.PICTURE or not fits:
        raise invalid("rectangle", _("That rectangle does not lie in the picture."))


def _more(row: Evidence, case: Case, masks: list[list[int]], *, by: User) -> JurorCopy:
    copy = _add(row, masks)
    at = clock.now()
    facts = {"label": row.label}
    advance(case, CaseStep.MASK, by=by, role=CaseRole.PARTY, at=at, **facts)
    return copy


def _add(row: Evidence, masks: list[list[int]]) -> JurorCopy:
    copy = JurorCopy.objects.select_for_update(no_key=True).get(pk=row.pk)
    if len(copy.masks) + len(masks) > MOST_MASKS:
        raise invalid("masks", _("That is more than can be covered; leave the exhibit out."))
    copy.masks = [*copy.masks, *masks]
    copy.state, copy.confirmed_by_owner = CopyState.PENDING, False
    copy.version += 1
    copy.next_try_at, copy.tries = clock.now(), 0
    copy.save()
    wake("disputes.tasks.make_copy", row.pk)
    return copy


@verb
def confirm_copy(evidence_id: UUID, *, by: User) -> JurorCopy:
    """The owner looked at the copy and finds nothing in it that should not be seen."""
    row, _case = _own(evidence_id, by=by)
    copy = JurorCopy.objects.select_for_update(no_key=True).get(pk=row.pk)
    copy.confirmed_by_owner = True
    copy.save(update_fields=["confirmed_by_owner"])
    return copy


@verb
def remask(
    evidence_id: UUID, *, by: User, rectangles: list[Rectangle], words: str = ""
) -> JurorCopy:
    """Staff cover what a reviewer saw, or clear the exhibit; the clocks go on once it is ready.

    An exhibit whose copy could not be made is tried again in the same way.

    Raises:
        Refused: `not_your_step`, `wrong_state`, `invalid`.
    """
    policies.needs(by, Role.AGENT, Role.SUPERVISOR)
    row = Evidence.objects.select_related("copy").filter(pk=evidence_id).first()
    if row is None:
        raise Refused("not_found", _("We can't find that."))
    case, at = locked(row.case_id), clock.now()
    row.copy.refresh_from_db()
    if not row.copy.waits_for_staff:
        raise Refused("wrong_state", _("Nothing is reported about this exhibit."))
    for rectangle in rectangles:
        _check(row, rectangle)
    masks = [list(each) for each in rectangles]
    if words.strip() and row.kind != EvidenceKind.PICTURE:
        masks += [list(span) for span in spans_of(text_of(row), words.strip())]
    copy = _add(row, masks)
    copy.cleared_by_staff, copy.flagged_at = True, None
    copy.save(update_fields=["cleared_by_staff", "flagged_at"])
    write_event(
        case,
        CaseStep.MASK,
        before=case.state,
        by=by,
        role=CaseRole.STAFF,
        at=at,
        label=row.label,
    )
    return copy
