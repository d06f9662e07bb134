"""Panels for tests: cases just before the draw, files that are read, votes in a given order."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from io import StringIO
from itertools import islice

from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command

from accounts.models import User
from disputes.actions import copies, drawing, jury, sealing
from disputes.draw import stream
from disputes.models import (
    Case,
    CopyState,
    DrawEntry,
    JurorCopy,
    JurorProfile,
    Outcome,
    Roster,
    RosterSeat,
    Seat,
    Vote,
)
from listings.models import Listing
from marketplace.lib import clock, crypto
from orders.actions import delivery
from orders.escrow.models import PayoutAccount
from orders.models import Order
from tests import given
from tests.disputes import world
from tests.orders import world as orders
from tests.orders.world import skip
from tests.remembered import remembered

FINDINGS = ("not_proven",)


def sealed(found: Case | None = None) -> Case:
    """72 hours later; every copy that reviewers read is ready."""
    filed = world.answered(found or world.filed())
    skip(hours=72)
    return copied(filed)


def copied(case: Case) -> Case:
    """The 72 hours are over: the file is sealed, and its copies are made."""
    sealing.seal_or_dismiss(case.pk)
    for copy in JurorCopy.objects.filter(evidence__case=case, state=CopyState.PENDING):
        copies.make_copy(copy.pk)
    return world.again(case)


@remembered
def drawn(found: Case | None = None) -> Case:
    """The seed is there, and nobody is seated yet."""
    return drawing.begin_draw(sealed(found).pk)


def opened(case: Case) -> list[Seat]:
    """Every open seat has opened the file just now."""
    for seat in world.open_seats(case):
        jury.open_bundle(seat.pk, by=seat.juror)
    return world.open_seats(case)


def read(case: Case) -> list[Seat]:
    """Every open seat has opened the file a minute ago."""
    seats = opened(case)
    skip(seconds=61)
    return seats


def cast(seat: Seat, side: str, *, reasons: str = world.RATIONALE) -> Vote:
    return jury.cast_vote(seat.pk, by=seat.juror, side=side, findings=FINDINGS, rationale=reasons)


def cast_all(case: Case, sides: Iterable[str]) -> Case:
    """Votes in this order, by the open seats in the order of their chairs."""
    for seat, side in zip(read(case), sides, strict=False):
        cast(seat, side)
    return world.again(case)


def revealed(listing: Listing, buyer: User) -> Order:
    """An order of this very buyer, up to the reveal."""
    order = orders.placed(listing, buyer)
    orders.sealed(listing)
    delivery.reveal_code(orders.captured(order).pk, by=buyer)
    return given.again(order)


def again(seat: Seat) -> Seat:
    return Seat.objects.select_related("juror", "case").get(pk=seat.pk)


def profile(seat: Seat) -> JurorProfile:
    return JurorProfile.objects.get(pk=seat.juror_id)


def until(moment: datetime | None, now: datetime) -> float:
    """Seconds until a time of a case that must be set."""
    assert moment is not None
    return (moment - now).total_seconds()


def names_in_order(case: Case) -> list[User]:
    """Whom the draw of a case will meet, in the order of its stream; nobody else can know this."""
    roster = roster_of(case)
    numbers = dict.fromkeys(numbers_of(case, 20 * roster.size))
    seats = RosterSeat.objects.filter(version=roster.version).select_related("juror")
    jurors = {seat.number: seat.juror for seat in seats}
    return [jurors[number] for number in numbers if number is not None]


def numbers_of(case: Case, count: int) -> list[int | None]:
    """The first numbers of a case's stream; none stands where a value was unfair."""
    sealed = bytes(case.draw.seed or b"")
    seed = crypto.open_("court", kind="draw", id=case.pk, sealed=sealed)
    return [each.number for each in islice(stream(seed, roster_of(case).size), count)]


def roster_of(case: Case) -> Roster:
    """What the case is drawn from; it must have been bound."""
    roster = case.draw.roster
    assert roster is not None
    return roster


def entry_of(case: Case, person: User) -> DrawEntry:
    roster = roster_of(case)
    number = RosterSeat.objects.get(version=roster.version, juror=person).number
    entries = DrawEntry.objects.filter(draw=case.draw, number=number)
    return entries.exclude(outcome=Outcome.DUP).get()


@remembered
def drawn_with_pool() -> Case:
    world.pool()
    return drawn()


def begun(case: Case) -> Case:
    return drawing.begin_draw(case.pk)


def of_the_desk(name: str, role: str) -> User:
    """A member of staff with one role."""
    person = given.staff(name)
    person.groups.add(Group.objects.get(name=role))
    return person


def same_account(*people: User, number: str = "one account") -> None:
    """Put into the table: a reviewer of the pool has no name with which the verb would compare."""
    now = clock.now()
    for owner in people:
        PayoutAccount.objects.create(
            owner=owner,
            sealed_number=b"sealed",
            number_key="k",
            number_hash=hashlib.sha256(number.encode()).digest(),
            last4="1234",
            holder="*",
            added_at=now,
            usable_at=now,
        )


def verify(*args: str) -> tuple[int, str]:
    """How the command ends, and what it says last."""
    out = StringIO()
    try:
        call_command("verify_draw", *args, stdout=out)
    except CommandError as error:
        return error.returncode, str(error)
    return 0, out.getvalue().strip()
