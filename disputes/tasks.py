"""Celery's doors to the court: each loads by id, calls one verb, and may run twice or late."""

from uuid import UUID

from celery import shared_task

from disputes import case_sweeps, sweeps
from disputes.actions import ballots, copies, drawing, execution, panel
from disputes.models import Case, JurorCopy
from disputes.models.case import CaseQuerySet
from marketplace.lib.sweeping import each_by_itself

LONG = 15 * 60  # seconds: a roster of millions takes longer than a page may


# --- Knocks for one row, which may well come too early: then the sweep comes later ----------------
@shared_task
def make_copy(exhibit_id: str) -> None:
    each_by_itself(JurorCopy.objects.filter(pk=UUID(exhibit_id)), copies.make_copy)


@shared_task
def draw(case_id: str) -> None:
    each_by_itself(_case(case_id), drawing.begin_draw)


@shared_task
def seat_panel(case_id: str) -> None:
    each_by_itself(_case(case_id), panel.seat_panel)


@shared_task
def open_ballots(case_id: str) -> None:
    each_by_itself(_case(case_id), ballots.open_after_ruling)


@shared_task
def execute(case_id: str) -> None:
    each_by_itself(_case(case_id), execution.execute)


def _case(case_id: str) -> CaseQuerySet:
    return Case.objects.filter(pk=UUID(case_id))


# --- Sweeps ---------------------------------------------------------------------------------------
@shared_task
def ask_issuers() -> int:
    return case_sweeps.ask_issuers()


@shared_task
def seal_due() -> int:
    return case_sweeps.seal_due()


@shared_task
def make_copies() -> int:
    return case_sweeps.make_copies()


@shared_task
def draw_due() -> int:
    return sweeps.draw_due()


@shared_task
def close_ballots() -> int:
    return sweeps.close_ballots()


@shared_task
def expire_seats() -> int:
    return sweeps.expire_seats()


@shared_task
def open_ruled_ballots() -> int:
    return sweeps.open_ballots()


@shared_task
def lapse_appeals() -> int:
    return case_sweeps.lapse_appeals()


@shared_task
def end_requests() -> int:
    return case_sweeps.end_requests()


@shared_task
def execute_due() -> int:
    return case_sweeps.execute_due()


@shared_task
def remind_parties() -> int:
    return case_sweeps.remind_parties()


@shared_task
def remind_losers() -> int:
    return case_sweeps.remind_losers()


@shared_task
def remind_reviewers() -> int:
    return sweeps.remind_reviewers()


@shared_task
def end_pauses() -> int:
    return sweeps.end_pauses()


@shared_task
def overdue_desks() -> int:
    return case_sweeps.overdue_desks()


@shared_task
def late_copies() -> int:
    return case_sweeps.late_copies()


@shared_task
def count_statistics() -> int:
    return case_sweeps.count_statistics()


@shared_task
def keep_paths() -> int:
    return sweeps.keep_paths()


@shared_task(soft_time_limit=LONG, time_limit=LONG + 60)
def build_roster() -> int:
    return sweeps.build_roster()


@shared_task(soft_time_limit=LONG, time_limit=LONG + 60)
def build_roster_if_changed() -> int:
    return sweeps.build_roster_if_changed()


@shared_task(soft_time_limit=LONG, time_limit=LONG + 60)
def purge_rosters() -> int:
    return sweeps.purge_rosters()
