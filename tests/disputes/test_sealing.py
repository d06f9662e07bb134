"""The end of the 72 hours: sealed with its own due time, or dismissed; silence is no admission."""

from datetime import timedelta

import pytest

from accounts.inbox.models import Notice
from accounts.standing.models import StandingEvent
from disputes import case_sweeps, draw
from disputes.actions import evidence, sealing
from disputes.models import Case, CaseEvent, Draw, Seat
from orders.escrow import movements
from orders.escrow.models import Code
from tests import given
from tests.conftest import refused
from tests.disputes import panels, world
from tests.orders import world as orders
from tests.orders.world import skip

pytestmark = pytest.mark.django_db


def test_a_file_is_not_sealed_a_moment_too_early():
    case = world.answered(world.filed())
    skip(hours=71, minutes=59)

    with refused("too_early"):
        sealing.seal_or_dismiss(case.pk)

    assert world.again(case).state == "EVIDENCE"


def test_a_late_sweep_seals_with_the_due_time_and_what_came_meanwhile_is_late():
    case = world.answered(world.filed())
    skip(hours=72, minutes=40)
    late = evidence.submit(case.pk, by=case.buyer, item=world.text("Forty minutes too late."))

    case_sweeps.seal_due()
    case_sweeps.seal_due()

    found = world.again(case)
    assert (found.state, found.sealed_at) == ("SEALED", case.evidence_due_at)
    assert late.late
    assert CaseEvent.objects.filter(case=case, step="seal").count() == 1
    assert Notice.objects.filter(kind="case_sealed").count() == 2
    assert Draw.objects.filter(case=case).count() == 1


def test_the_root_is_taken_over_what_reviewers_read_and_nothing_else():
    case = world.answered(world.filed())
    before = evidence.root_of(case)
    skip(hours=72)
    evidence.submit(case.pk, by=case.buyer, item=world.text("Too late."))

    case = panels.copied(case)

    admitted = [evidence.own_hash(row) for row in case.evidence.admitted()]
    assert bytes(case.evidence_root or b"") == draw.evidence_root(admitted)
    assert len(admitted) == 4  # both statements, the buyer's text, the record as it is now
    assert bytes(case.evidence_root or b"") != before


# --- Dismissed ------------------------------------------------------------------------------------
def dismissed() -> Case:
    return world.later(world.filed(), hours=72)


def test_when_nobody_shows_anything_the_case_ends_and_nothing_else_changes():
    case = dismissed()

    order = given.again(case.order)
    assert (case.state, order.state) == ("DISMISSED", "DELIVERED")
    assert not Seat.objects.exists()
    assert not StandingEvent.objects.filter(kind="case_lost").exists()
    assert movements.holds(order.pk) == order.price
    assert Code.objects.get().state == "REVEALED"


def test_after_a_dismissal_each_date_of_the_order_is_48_hours_away_at_least():
    case = dismissed()

    order = given.again(case.order)

    ended = case.events.get(step="dismiss").at
    assert order.paused_at is None
    assert given.known(order.inspect_due_at) >= ended + timedelta(hours=48)


def test_both_sides_read_why_it_ended():
    dismissed()

    told = Notice.objects.filter(kind="case_closed")

    assert [row.facts["step"] for row in told] == ["dismiss", "dismiss"]


def test_a_statement_of_the_other_side_is_something_shown():
    case = world.filed()
    evidence.submit(case.pk, by=case.seller, item=world.statement())

    case = world.later(case, hours=72)

    assert case.state != "DISMISSED"


def test_what_came_late_does_not_save_a_case_from_being_dismissed():
    case = world.filed()
    skip(hours=72)
    evidence.submit(case.pk, by=case.seller, item=world.statement())

    case = world.swept(case)

    assert case.state == "DISMISSED"


def test_a_case_whose_order_was_completed_goes_back_to_completed():
    case = world.later(world.filed(orders.completed()), hours=72)

    assert given.again(case.order).state == "COMPLETED"
