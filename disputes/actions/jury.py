"""What a reviewer does with a seat: open the file, vote, step aside, flag what should be hidden."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from disputes.actions import ballots, panel, ruling, seats
from disputes.actions.ballots import Ballot
from disputes.actions.execution import alarm
from disputes.actions.pausing import MASKING, pause
from disputes.actions.steps import locked
from disputes.claims import CLAIMS
from disputes.models import Case, CopyState, JurorCopy, Seat, SeatState, Vote, Winner
from disputes.models.jury import Recusal
from disputes.states import CaseRole, CaseState
from marketplace.lib import clock
from marketplace.lib.errors import Refused, invalid
from marketplace.lib.verbs import verb
from orders.escrow.quoting import without_code_of

FLAG_MOST = 200


# --- Reading --------------------------------------------------------------------------------------
@verb
def open_bundle(seat_id: UUID, *, by: User) -> Seat:
    """Opens the file; the reading clock starts at the first time. Nothing anywhere tells of it.

    Raises:
        Refused: `not_found`, `case_not_open_for_votes`, `case_paused`, `seat_expired`,
            `already_voted`, `not_seated`.
    """
    case, seat, at = _seat_in_time(seat_id, by)
    if seat.state == SeatState.INVITED:
        seat.state, seat.opened_at = SeatState.OPENED, at
        seat.save(update_fields=["state", "opened_at"])
    seat.case = case
    return seat


def _seat_in_time(seat_id: UUID, by: User) -> tuple[Case, Seat, datetime]:
    """The case under its lock and the reviewer's own seat, on which a step is still possible."""
    found = Seat.objects.filter(pk=seat_id, juror=by).values_list("case_id", flat=True).first()
    if found is None:
        raise Refused("not_found", _("We can't find that."))
    case = locked(found)
    at = clock.now()
    seat = Seat.objects.select_related("juror").get(pk=seat_id)
    _takes_votes(case, seat)
    _is_in_time(seat, at)
    return case, seat, at


def _takes_votes(case: Case, seat: Seat) -> None:
    if case.state != CaseState.VOTING or seat.round != case.round:
        raise Refused("case_not_open_for_votes", _("This case takes no votes any more."))
    if case.paused_at is not None:
        raise Refused("case_paused", _("The case is paused. Its clocks go on soon."))


def _is_in_time(seat: Seat, at: datetime) -> None:
    if seat.state == SeatState.VOTED:
        raise Refused("already_voted", _("You have voted. A vote is never changed."))
    if seat.state in {SeatState.RECUSED, SeatState.VOIDED}:
        raise Refused("not_seated", _("You don’t sit on this case."))
    if not seat.is_open or at >= seat.due_at:
        message = _("This seat has passed to the next reviewer. Nothing you wrote was counted.")
        raise Refused("seat_expired", message)


# --- Voting ---------------------------------------------------------------------------------------
@verb
def cast_vote(
    seat_id: UUID, *, by: User, side: str, findings: Sequence[str], rationale: str
) -> Vote:
    """Seals one vote. The ninth of a side closes the case in this very transaction; the answer is
    the same for every vote, and nobody learns which one it was.

    Raises:
        Refused: `not_found`, `invalid`, `too_quick`, `seat_expired`, `already_voted`,
            `not_seated`, `case_paused`, `case_not_open_for_votes`.
    """
    case, seat, at = _seat_in_time(seat_id, by)
    rules = case.frozen_rules
    read_until = timedelta(seconds=rules.min_reading_seconds)
    if seat.opened_at is None or at < seat.opened_at + read_until:
        message = _("Open the file and read it first: a vote takes at least a minute.")
        raise Refused("too_quick", message)
    ballot = _ballot(case, side=side, findings=findings, rationale=rationale)
    vote = ballots.cast(case, seat, ballot, at=at)
    seats.leave(seat, SeatState.VOTED, at=at)
    count = ballots.tally(case)
    winner = count.winner(rules)
    if winner is None:
        seats.finish([seat], at=at)
    else:
        ruling.close(case, winner=Winner(winner), loser_votes=count.loser_votes, at=at)
    return vote


def _ballot(case: Case, *, side: str, findings: Sequence[str], rationale: str) -> Ballot:
    """A vote as it is sealed.

    Raises:
        Refused: `invalid`, naming the field.
    """
    if side not in Winner.values:
        raise invalid("side", _("Choose the buyer or the seller."), code="bad_choice")
    known = CLAIMS[case.claim].findings
    if not findings:
        raise invalid("findings", _("Choose at least one finding."), code="required")
    if any(finding not in known for finding in findings):
        raise invalid("findings", _("Choose findings of this case’s list."), code="bad_choice")
    rules = case.frozen_rules
    text = written(rationale)
    if len(text) < rules.rationale_min:
        raise invalid("rationale", _("Write at least 30 characters."), code="too_short")
    if len(text) > rules.rationale_max:
        raise invalid("rationale", _("Write at most 1,000 characters."), code="too_long")
    chosen = [finding for finding in known if finding in findings]
    return Ballot(str(side), chosen, text, ballots.fresh_salt())


def written(text: str) -> str:
    """What of a text can be read: without controls and letters of no width, trimmed."""
    kept = (
        letter
        for letter in unicodedata.normalize("NFC", text)
        if letter in "\n\t" or unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Co"}
    )
    return "".join(kept).strip()


# --- Stepping aside, running out of time ----------------------------------------------------------
@verb
def recuse(seat_id: UUID, *, by: User, reason: str) -> Seat:
    """Steps aside before voting, free of blame; the chair passes to the next name of the draw.

    Raises:
        Refused: as `open_bundle`; `invalid` for a reason that is not in the list.
    """
    if reason not in Recusal.values:
        raise invalid("reason", _("Choose one of the reasons."), code="bad_choice")
    case, seat, at = _seat_in_time(seat_id, by)
    seats.leave(seat, SeatState.RECUSED, at=at, reason=reason)
    seats.finish([seat], at=at)
    panel.refill(case, role=CaseRole.JUROR, at=at)
    return seat


@verb
def expire(seat_id: UUID) -> Seat:
    """No vote in time: the seat ended at its due second, and the next name takes the chair.

    Raises:
        Refused: `not_found`, `too_early`, `case_paused`, `case_not_open_for_votes`,
            `wrong_state` (somebody was faster).
    """
    found = Seat.objects.filter(pk=seat_id).values_list("case_id", flat=True).first()
    if found is None:
        raise Refused("not_found", _("We can't find that."))
    case = locked(found)
    at = clock.now()
    seat = Seat.objects.select_related("juror").get(pk=seat_id)
    _takes_votes(case, seat)
    if not seat.is_open:
        raise Refused("wrong_state", _("That is not possible any more."), state=seat.state)
    if at < seat.due_at:
        raise Refused("too_early", _("That is not due yet."))
    seats.leave(seat, SeatState.EXPIRED, at=at)
    seats.finish([seat], at=at)
    seats.tell_closed(case, [seat], at=at)
    panel.refill(case, role=CaseRole.CLOCK, at=at)
    return seat


# --- Personal data --------------------------------------------------------------------------------
@verb
def flag(seat_id: UUID, *, by: User, exhibit_id: UUID, what: str) -> Case:
    """A reviewer sees a name, a number or an address: hidden at once, every clock stands still
    until staff have covered it.

    Raises:
        Refused: as `open_bundle`; `not_found`; `already_open` when it was looked at before.
    """
    case, _seat, at = _seat_in_time(seat_id, by)
    copies = JurorCopy.objects.select_for_update(of=("self",))
    copy = copies.filter(pk=exhibit_id, evidence__in=case.evidence.admitted()).first()
    if copy is None:
        raise Refused("not_found", _("We can't find that."))
    if copy.cleared_by_staff or copy.state != CopyState.READY:
        raise Refused("already_open", _("Staff have looked at this exhibit, or are looking now."))
    copy.state, copy.flagged_at = CopyState.FLAGGED, at
    copy.save(update_fields=["state", "flagged_at"])
    seen = without_code_of(case.order_id, written(what))[:FLAG_MOST]
    alarm(case, "masking", at=at, exhibit=str(copy.pk), what=seen)
    return pause(case, reason=MASKING, by=None, role=CaseRole.JUROR, at=at)
