"""After an outage every running case gets its time back, for both sides alike, once."""

from datetime import timedelta

import pytest

from accounts.inbox.models import Notice
from disputes.actions import outages
from disputes.models import CaseEvent
from marketplace.lib import clock
from tests.conftest import refused
from tests.disputes import panels, world
from tests.orders.world import skip

pytestmark = pytest.mark.django_db

WHAT = "The database could not be reached from anywhere."


@pytest.fixture
def one():
    return panels.of_the_desk("One", "supervisor")


@pytest.fixture
def two():
    return panels.of_the_desk("Two", "supervisor")


def reported(by, hours=2):
    skip(hours=hours)
    now = clock.now()
    return outages.report(by=by, began_at=now - timedelta(hours=hours), ended_at=now, text=WHAT)


def test_a_running_case_gets_exactly_the_time_of_the_outage(one, two):
    case = world.filed()
    incident = reported(one)

    moved = outages.confirm(incident.pk, by=two)

    after = world.again(case)
    lost = incident.ended_at - max(incident.began_at, case.state_since)
    assert moved == 1
    assert after.evidence_due_at - case.evidence_due_at == lost
    assert after.paused_at is None
    steps = CaseEvent.objects.filter(case=case).order_by("seq").values_list("step", flat=True)
    assert list(steps)[-2:] == ["pause", "resume"]
    told = Notice.objects.filter(kind="case_resumed").values_list("person", flat=True)
    assert set(told) == {case.buyer_id, case.seller_id}


def test_open_seats_get_it_too(one, two):
    case = world.voting()
    before = {seat.pk: seat.due_at for seat in world.open_seats(case)}

    outages.confirm(reported(one).pk, by=two)

    moved = {seat.due_at - before[seat.pk] for seat in world.open_seats(case)}
    assert len(moved) == 1
    assert moved.pop() > timedelta(hours=1)


def test_a_case_that_began_after_it_gets_nothing(one, two):
    incident = reported(one)
    case = world.filed()

    assert outages.confirm(incident.pk, by=two) == 0
    assert world.again(case).evidence_due_at == case.evidence_due_at


def test_nobody_gives_time_back_alone_or_twice(one, two):
    incident = reported(one)
    with refused("second_person_needed"):
        outages.confirm(incident.pk, by=one)

    outages.confirm(incident.pk, by=two)

    with refused("wrong_state"):
        outages.confirm(incident.pk, by=two)


@pytest.mark.parametrize("minutes", [29, -30])
def test_a_short_outage_or_one_that_is_not_over_is_none(one, minutes):
    now = clock.now()
    ends = now if minutes > 0 else now + timedelta(hours=1)

    with refused("invalid"):
        outages.report(
            by=one, began_at=now - timedelta(minutes=abs(minutes)), ended_at=ends, text=WHAT
        )


def test_who_is_no_supervisor_reports_no_outage(one):
    with refused("not_your_step"):
        reported(panels.of_the_desk("Agent", "agent"))
