"""Panels for tests: cases just before the draw, files that are read, votes in a given order."""

from collections.abc import Iterable
from datetime import datetime

from disputes.actions import copies, drawing, jury, sealing
from disputes.models import Case, CopyState, JurorCopy, JurorProfile, Seat, Vote
from tests.disputes import world
from tests.orders.world import skip

FINDINGS = ("not_proven",)


def sealed(found: Case | None = None) -> Case:
    """72 hours later; every copy that reviewers read is ready."""
    filed = world.answered(found or world.filed())
    skip(hours=72)
    sealing.seal_or_dismiss(filed.pk)
    for copy in JurorCopy.objects.filter(evidence__case=filed, state=CopyState.PENDING):
        copies.make_copy(copy.pk)
    return world.again(filed)


def drawn(found: Case | None = None) -> Case:
    """The seed is there, and nobody is seated yet."""
    return drawing.begin_draw(sealed(found).pk)


def read(case: Case) -> list[Seat]:
    """Every open seat has opened the file a minute ago."""
    for seat in world.open_seats(case):
        jury.open_bundle(seat.pk, by=seat.juror)
    skip(seconds=61)
    return world.open_seats(case)


def cast(seat: Seat, side: str, *, reasons: str = world.RATIONALE) -> Vote:
    return jury.cast_vote(seat.pk, by=seat.juror, side=side, findings=FINDINGS, rationale=reasons)


def cast_all(case: Case, sides: Iterable[str]) -> Case:
    """Votes in this order, by the open seats in the order of their chairs."""
    for seat, side in zip(read(case), sides, strict=False):
        cast(seat, side)
    return world.again(case)


def again(seat: Seat) -> Seat:
    return Seat.objects.select_related("juror", "case").get(pk=seat.pk)


def profile(seat: Seat) -> JurorProfile:
    return JurorProfile.objects.get(pk=seat.juror_id)


def until(moment: datetime | None, now: datetime) -> float:
    """Seconds until a time of a case that must be set."""
    assert moment is not None
    return (moment - now).total_seconds()
