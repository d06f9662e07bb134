"""The court's clock: late, twice or beside a broken row, it does the same work once."""

import pytest

from disputes import sweeps, tasks
from disputes.actions import evidence
from disputes.models import Draw, DrawEntry, Evidence, Seat
from disputes.states import CaseState
from marketplace.celery import app
from marketplace.run import ROOT
from tests.disputes import panels, world
from tests.orders.world import skip


def queue_of(task: str) -> str:
    queue = app.amqp.router.route({}, task)["queue"]
    return str(queue.name)


def test_every_line_of_the_schedule_names_a_task_whose_queue_a_worker_takes():
    app.loader.import_default_modules()
    procfile = (ROOT / "Procfile").read_text()
    taken = procfile.partition("--queues ")[2].split()[0].split(",")

    lines = [line["task"] for line in app.conf.beat_schedule.values()]

    assert [task for task in lines if task not in app.tasks] == []
    assert {queue_of(task) for task in lines} <= set(taken)
    assert queue_of("disputes.tasks.make_copies") == "media"
    assert queue_of("disputes.tasks.expire_seats") == "court"


@pytest.mark.django_db
@pytest.mark.scenario("A31")
def test_a31_workers_that_were_away_at_the_seal_seal_with_its_own_time_and_draw_once():
    world.pool()
    case = world.answered(world.filed())
    skip(hours=73)
    late = evidence.submit(case.pk, by=case.buyer, item=world.text("Found only now: a receipt."))

    case = world.swept(case)
    before = list(DrawEntry.objects.values_list("counter", flat=True))
    for _twice in range(2):
        tasks.draw(str(case.pk))
        tasks.seat_panel(str(case.pk))
        sweeps.draw_due()

    assert case.sealed_at == case.evidence_due_at
    assert Evidence.objects.get(pk=late.pk).late
    assert list(DrawEntry.objects.values_list("counter", flat=True)) == before
    assert Seat.objects.filter(case=case).count() == 17


@pytest.mark.django_db
def test_a_knock_that_comes_too_early_changes_nothing():
    world.pool()
    case = world.filed()

    tasks.draw(str(case.pk))
    tasks.seat_panel(str(case.pk))
    tasks.execute(str(case.pk))

    assert world.again(case).state == CaseState.EVIDENCE


@pytest.mark.django_db
def test_a_case_that_can_not_be_drawn_holds_up_no_other():
    world.pool()
    broken, whole = world.answered(world.filed()), world.answered(world.filed())
    skip(hours=72)
    for case in (broken, whole):
        panels.begun(panels.copied(case))
    Draw.objects.filter(pk=broken.pk).update(seed=b"not an envelope")

    sweeps.draw_due()

    assert world.again(broken).state == CaseState.DRAWING
    assert world.again(whole).state == CaseState.VOTING


@pytest.mark.django_db
def test_a_roster_is_built_anew_when_a_twentieth_has_changed():
    world.pool(40)
    assert sweeps.build_roster_if_changed() == 0

    world.reviewers(3)

    assert sweeps.build_roster_if_changed() == 1
