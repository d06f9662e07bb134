"""How seats end: voted, stepped aside, passed on, released; what each brings to its reviewer."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.inbox.notify import notify, notify_each
from accounts.standing.record import record_each
from disputes.models import Case, JurorProfile, JurorState, Seat, SeatState
from disputes.models.jury import OPEN_SEAT
from marketplace.lib import clock
from marketplace.lib.errors import Refused
from marketplace.lib.verbs import verb

POINTS_SERVED = 10
POINTS_READ = 2  # stepped aside after opening the file
SILENT_MOST = 5  # expiries in a row
SILENT_PAUSE = timedelta(days=30)

_SERVED = (SeatState.VOTED, SeatState.RELEASED)


def release_seats(case: Case, *, at: datetime) -> None:
    """The case needs no more votes: whoever is still in time has served as if by voting.

    Also credits the vote that has just closed the case, so that profiles are locked in one order.
    """
    seats = list(_of_this_round(case).filter(state__in=[*OPEN_SEAT, SeatState.VOTED]))
    fresh = [seat for seat in seats if not seat.credited]
    for seat in fresh:
        if seat.is_open:
            leave(seat, SeatState.RELEASED if at < seat.due_at else SeatState.EXPIRED, at=at)
    finish(fresh, at=at)
    tell_closed(case, seats, at=at)


def _of_this_round(case: Case) -> QuerySet[Seat]:
    return case.seats.filter(round=case.round).select_related("juror").order_by("juror")


def leave(seat: Seat, state: SeatState, *, at: datetime, reason: str = "") -> None:
    """The reviewer leaves the chair; an unanswered seat ends at its due second, however late."""
    seat.state, seat.reason = state, reason
    seat.left_at = seat.due_at if state == SeatState.EXPIRED else at
    seat.save(update_fields=["state", "reason", "left_at"])


def _points(seat: Seat) -> int:
    """The same whichever side was voted for, and whether or not it was with the majority."""
    if seat.state in _SERVED:
        return POINTS_SERVED
    read = seat.state == SeatState.RECUSED and seat.opened_at is not None
    return POINTS_READ if read else 0


def finish(seats: Sequence[Seat], *, at: datetime) -> None:
    """Writes what ended seats bring into the profiles and the standing of their reviewers."""
    if not seats:
        return
    for seat in seats:
        seat.credited = _points(seat)
    Seat.objects.bulk_update(seats, ["credited"])
    by_juror = {seat.juror_id: seat for seat in seats}
    rows = JurorProfile.objects.filter(pk__in=by_juror).order_by("pk")
    profiles = list(rows.select_for_update(no_key=True))
    for profile in profiles:
        _count(profile, by_juror[profile.pk], at)
    JurorProfile.objects.bulk_update(
        profiles, ["served", "points", "expired_in_a_row", "state", "paused_until"]
    )
    for kind, states in (("juror_served", _SERVED), ("seat_expired", (SeatState.EXPIRED,))):
        of_kind = [seat for seat in seats if seat.state in states]
        if of_kind:
            record_each(
                [seat.juror for seat in of_kind],
                kind,
                source="seat",
                source_id={seat.juror_id: seat.pk for seat in of_kind},
                at=at,
            )


def _count(profile: JurorProfile, seat: Seat, at: datetime) -> None:
    profile.points += seat.credited
    profile.served += seat.state in _SERVED
    if seat.state == SeatState.EXPIRED:
        profile.expired_in_a_row += 1
    elif seat.state in {SeatState.VOTED, SeatState.RECUSED}:
        profile.expired_in_a_row = 0
    if profile.expired_in_a_row >= SILENT_MOST and profile.state == JurorState.ACTIVE:
        profile.state, profile.paused_until = JurorState.PAUSED, at + SILENT_PAUSE
        profile.expired_in_a_row = 0


def duty_link() -> str:
    """Notices lead to the list of a reviewer's seats: the address of one names its case."""
    return reverse("duty")


def tell_closed(case: Case, seats: Sequence[Seat], *, at: datetime) -> None:
    """What became of the seat; named by no party, and told when it can tell nothing any more."""
    if not seats:
        return
    told = [(seat.juror, {"step": str(seat.state)}) for seat in seats]
    notify_each(told, "seat_closed", key=f"case:{case.pk}", link=duty_link(), at=at)


@verb
def remind(seat_id: UUID) -> bool:
    """Two hours before its end: a seat is told of once; says whether it was told now."""
    seat = Seat.objects.select_related("juror").get(pk=seat_id)
    at = clock.now()
    if not seat.is_open or at >= seat.due_at:
        raise Refused("wrong_state", _("That is not possible any more."), state=seat.state)
    key = f"seat:{seat.pk}"
    return notify(seat.juror, "seat_ending", key=key, link=duty_link(), at=at, due_at=seat.due_at)
