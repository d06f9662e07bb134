"""Which cases, seats and rosters the clock must look at; a late sweep loses nothing."""

from collections.abc import Callable
from datetime import timedelta

from django.db.models import Exists, OuterRef

from disputes import case_sweeps, publication, roster
from disputes.actions import balloting, ballots, drawing, jury, panel, seats, service
from disputes.models import (
    Case,
    CopyState,
    Evidence,
    JurorProfile,
    JurorState,
    OpenedVote,
    Seat,
    Vote,
)
from disputes.models.jury import OPEN_SEAT
from disputes.states import TERMINAL, CaseState
from marketplace.lib import clock
from marketplace.lib.sweeping import each, each_by_itself, run

SEAT_ENDS_SOON = timedelta(hours=2)


def begin_draws() -> int:
    """Sealed files of which every reviewer's copy is ready; a beacon is asked with no lock held."""
    shown = Evidence.objects.filter(case=OuterRef("pk")).admitted()
    waits_for_a_copy = Exists(shown.exclude(copy__state=CopyState.READY))
    ready = Case.objects.filter(~waits_for_a_copy, state=CaseState.SEALED, paused_at=None)
    return each_by_itself(ready.order_by("state_since"), drawing.begin_draw)


def seat_panels() -> int:
    drawn = Case.objects.filter(state=CaseState.DRAWING, paused_at=None)
    return each(drawn.order_by("state_since"), panel.seat_panel)


def retry() -> int:
    again = Case.objects.filter(state=CaseState.MISTRIAL, round=1, paused_at=None)
    return each(again.order_by("state_since"), panel.retry)


def draw_due() -> int:
    return run((retry, begin_draws, seat_panels))


def close_ballots() -> int:
    """Before `expire_seats`: chairs that end with the ballot are filled for the extension."""
    due = Case.objects.due("ballot_due_at", CaseState.VOTING, now=clock.now())
    return each(due, balloting.close_ballot)


def expire_seats() -> int:
    due = Seat.objects.filter(state__in=OPEN_SEAT, due_at__lte=clock.now())
    voting = due.filter(case__state=CaseState.VOTING, case__paused_at=None)
    return each(voting.select_related("case").order_by("due_at"), jury.expire, of="case")


def remind_reviewers() -> int:
    now = clock.now()
    ending = Seat.objects.filter(state__in=OPEN_SEAT, due_at__gt=now)
    soon = ending.filter(due_at__lte=now + SEAT_ENDS_SOON, case__paused_at=None)
    return each_by_itself(soon.order_by("due_at"), seats.remind)


def end_pauses() -> int:
    due = JurorProfile.objects.filter(state=JurorState.PAUSED, paused_until__lte=clock.now())
    return each(due.order_by("paused_until"), service.end_pause)


def open_ballots() -> int:
    """Hung ballots that staff have decided over: they are part of the record now."""
    votes = Vote.objects.filter(seat__case=OuterRef("pk"), seat__round=OuterRef("round"), void=None)
    opened = OpenedVote.objects.filter(case=OuterRef("pk"), round=OuterRef("round"))
    ruled = Case.objects.filter(Exists(votes), ~Exists(opened), award_source="ruling")
    sealed = ruled.filter(winner_votes=None, state__in=_AFTER_A_RULING)
    return each(sealed.order_by("state_since"), ballots.open_after_ruling)


_AFTER_A_RULING = (CaseState.ESCALATED, CaseState.APPEALED, CaseState.FINAL, CaseState.EXECUTED)


def keep_paths() -> int:
    ended = Case.objects.filter(
        state__in=TERMINAL, draw__published_at__isnull=False, draw__paths__isnull=True
    )
    return each(ended.order_by("state_since"), publication.keep_paths)


def build_roster() -> int:
    return int(roster.build_roster(at=clock.now()) is not None)


def build_roster_if_changed() -> int:
    return build_roster() if roster.has_changed(at=clock.now()) else 0


def purge_rosters() -> int:
    return sum(roster.purge(version) > 0 for version in roster.purgeable())


# In the order in which the work of one makes that of the next.
SWEEPS: tuple[Callable[[], int], ...] = (
    case_sweeps.ask_issuers,
    case_sweeps.make_copies,
    case_sweeps.remind_parties,
    case_sweeps.seal_due,
    draw_due,
    close_ballots,
    expire_seats,
    open_ballots,
    remind_reviewers,
    end_pauses,
    case_sweeps.end_requests,
    case_sweeps.remind_losers,
    case_sweeps.lapse_appeals,
    case_sweeps.overdue_desks,
    case_sweeps.late_copies,
    case_sweeps.execute_due,
    keep_paths,
    case_sweeps.count_statistics,
)


def everything_due() -> int:
    """All sweeps once, as the sandbox does after it moved its clock."""
    return run(SWEEPS)
