"""The ballot's own clock: more time once, then staff; and votes that are set aside."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from disputes import exclusions, policies
from disputes.actions import panel, seats, seconding
from disputes.actions.desk import ask_for_statements
from disputes.actions.seconding import VOID
from disputes.actions.steps import advance, locked, require, tell_both
from disputes.models import Case, Seat, SeatState, Trouble, VoteVoid
from disputes.models.jury import ON_A_CHAIR
from disputes.states import CaseRole, CaseState, CaseStep
from marketplace.lib import clock
from marketplace.lib.errors import Refused
from marketplace.lib.verbs import verb


@verb
def extend(case_id: UUID) -> Case:
    """A day more, once; both sides are told so and nothing that hints at a count.

    Raises:
        Refused: `wrong_state`, `too_early`, `case_paused`.
    """
    case = locked(case_id)
    at = clock.now()
    require(case, CaseStep.EXTEND)
    if case.extended:
        raise Refused("wrong_state", _("That is not possible any more."), state=case.state)
    due_at = _due(case)
    if at < due_at:
        raise Refused("too_early", _("That is not due yet."))
    case.extended = True
    case.ballot_due_at = due_at + timedelta(hours=case.frozen_rules.extension_hours)
    advance(
        case, CaseStep.EXTEND, by=None, role=CaseRole.CLOCK, at=at, ballot_due_at=case.ballot_due_at
    )
    tell_both(case, "more_time", at=at, key=f"round:{case.round}", due_at=case.ballot_due_at)
    panel.refill(case, role=CaseRole.CLOCK, at=at)
    return case


@verb
def hang(case_id: UUID) -> Case:
    """No side reached nine in time: staff decide, a lead gains nothing, no ballot is opened.

    Raises:
        Refused: `wrong_state`, `too_early`, `case_paused`.
    """
    case = locked(case_id)
    at = clock.now()
    require(case, CaseStep.HANG)
    if not case.extended or at < _due(case):
        raise Refused("too_early", _("That is not due yet."))
    seats.release_seats(case, at=at)
    case.staff_due_at = at + timedelta(days=case.frozen_rules.staff_sla_days)
    advance(case, CaseStep.HANG, by=None, role=CaseRole.CLOCK, at=at)
    ask_for_statements(case, at=at)
    tell_both(case, "case_hung", at=at, key=f"round:{case.round}")
    return case


@verb
def close_ballot(case_id: UUID) -> Case:
    """What the passed end of a ballot asks for: more time, or the hand-over to staff."""
    case = locked(case_id)
    return hang(case_id) if case.extended else extend(case_id)


def _due(case: Case) -> datetime:
    if case.ballot_due_at is None:
        raise ValueError("a ballot without an end")
    return case.ballot_due_at


# --- Two members of staff ------------------------------------------------------------------------
def not_independent(case: Case) -> list[Seat]:
    """The chairs of this round whose reviewers are tied to a side; staff learn no names."""
    states = ON_A_CHAIR if case.state == CaseState.VOTING else (SeatState.VOTED,)
    sitting = Seat.objects.filter(case=case, round=case.round, state__in=states)
    rows = list(sitting.order_by("chair"))
    jurors = [seat.juror_id for seat in rows]
    tied = exclusions.conflicts(case, jurors, trades_until=case.decided_at)
    return [seat for seat in rows if seat.juror_id in tied]


@verb
def ask_to_void(seat_id: UUID, *, by: User, ground: str, text: str) -> Trouble:
    """The first of two says that a reviewer is not independent; nothing happens to the seat yet.

    Raises:
        Refused: `not_found`, `not_your_step`, `conflict`, `reason_required`, `already_open`,
            `wrong_state`.
    """
    case, seat = _seat_to_void(seat_id, by)
    at = clock.now()
    return seconding.ask(case, VOID, by=by, text=text, at=at, seat=str(seat.pk), ground=ground)


@verb
def void_vote(trouble_id: UUID, *, by: User) -> Seat:
    """The second agrees: the seat is set aside with its vote, and the chair is filled again.

    After the end nothing is filled and no tally is counted anew: a vote of the winning side that
    was set aside is the proof that a mistrial needs.

    Raises:
        Refused: `not_found`, `not_your_step`, `conflict`, `second_person_needed`, `wrong_state`.
    """
    asked = Trouble.objects.filter(pk=trouble_id, kind=VOID).first()
    if asked is None:
        raise Refused("not_found", _("We can't find that."))
    case, seat = _seat_to_void(UUID(asked.facts["seat"]), by)
    at = clock.now()
    asked = seconding.second(case, VOID, by=by, at=at)
    if seat.state == SeatState.VOTED:
        VoteVoid.objects.create(
            vote=seat.vote,
            ground=asked.facts["ground"],
            text=asked.facts["text"],
            by_id=UUID(asked.facts["by"]),
            second_by=by,
            at=at,
        )
    seat.state, seat.left_at = SeatState.VOIDED, at
    seat.save(update_fields=["state", "left_at"])
    if case.state == CaseState.VOTING:
        seats.tell_closed(case, [seat], at=at)
        panel.refill(case, role=CaseRole.STAFF, at=at)
    return seat


def _seat_to_void(seat_id: UUID, by: User) -> tuple[Case, Seat]:
    policies.needs(by, Role.ADJUDICATOR, Role.SUPERVISOR)
    found = Seat.objects.filter(pk=seat_id).values_list("case_id", flat=True).first()
    if found is None:
        raise Refused("not_found", _("We can't find that."))
    case = locked(found)
    policies.needs_independence(case, by)
    seat = Seat.objects.select_related("juror").get(pk=seat_id)
    if case.state == CaseState.VOTING:
        require(case, CaseStep.REPLACE)
    can_be_void = ON_A_CHAIR if case.state == CaseState.VOTING else (SeatState.VOTED,)
    if seat.state not in can_be_void or seat.round != case.round:
        raise Refused("wrong_state", _("That is not possible any more."), state=seat.state)
    return case, seat
