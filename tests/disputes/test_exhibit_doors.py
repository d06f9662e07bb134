"""Who may open which picture: its owner, the other side, a seated reviewer, and nobody else."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from disputes import reading, seat_page
from disputes.actions import copies, evidence, jury
from disputes.models import Case, Evidence, EvidenceKind, Seat
from disputes.page import page_for
from tests import given
from tests.disputes import panels, world
from tests.orders.world import skip
from tests.security import pictures

pytestmark = pytest.mark.django_db


@pytest.fixture
def row() -> Evidence:
    return shown(world.filed(by="seller"))


def shown(case: Case, *, side: str = "buyer") -> Evidence:
    kind = EvidenceKind.PICTURE
    item = evidence.Item(kind=kind, description="The app's screen", picture=pictures.with_place())
    made = evidence.submit(case.pk, by=getattr(case, side), item=item)
    copies.make_copy(made.pk)
    return Evidence.objects.select_related("case__buyer", "case__seller").get(pk=made.pk)


def opened(person: User, path: str, **headers: str) -> tuple[int, bytes]:
    browser = Client()
    browser.force_login(person)
    answer = browser.get(path, headers=headers)
    return answer.status_code, answer.content


def copy_of(row: Evidence) -> str:
    return reverse("exhibit_copy", args=[row.case_id, row.pk])


def own(row: Evidence) -> str:
    return reverse("exhibit_own", args=[row.case_id, row.pk])


def test_both_sides_open_the_copy(row):
    for person in (row.case.buyer, row.case.seller):
        status, content = opened(person, copy_of(row))

        assert status == 200
        assert not pictures.opened(content).getexif()


def test_only_the_owner_opens_what_he_sent_and_even_that_is_written_new(row):
    status, content = opened(row.case.buyer, own(row))

    assert status == 200
    assert not pictures.opened(content).getexif()
    assert opened(row.case.seller, own(row))[0] == 404


def test_for_strangers_and_other_cases_there_is_no_picture(row):
    other = world.filed(by="seller")

    assert opened(given.person("Nosy"), copy_of(row))[0] == 404
    wrong = reverse("exhibit_copy", args=[other.pk, row.pk])
    assert opened(other.buyer, wrong)[0] == 404
    assert Client().get(copy_of(row)).status_code == 302


def test_no_other_site_embeds_a_private_picture(row):
    status, _content = opened(row.case.buyer, copy_of(row), sec_fetch_site="cross-site")

    assert status == 404


def test_a_picture_is_kept_nowhere_and_runs_nothing(row):
    browser = Client()
    browser.force_login(row.case.seller)

    answer = browser.get(copy_of(row))

    assert answer["Content-Type"] == "image/webp"
    assert answer["Content-Disposition"] == 'inline; filename="exhibit-B1.webp"'
    assert answer["Cache-Control"] == "no-store, private"
    assert "default-src 'none'" in answer["Content-Security-Policy"]


# --- Reviewers ------------------------------------------------------------------------------------
@pytest.fixture
def seat() -> Seat:
    world.pool()
    case = world.filed()
    shown(case)
    skip(hours=72)
    late = shown(case, side="seller")
    assert late.late
    return world.open_seats(world.swept(case))[0]


def of_seat(seat: Seat, row: Evidence) -> str:
    return reverse("seat_copy", args=[seat.pk, row.pk])


def test_a_reviewer_opens_the_copy_once_the_file_is_open_and_never_an_original(seat):
    row = Evidence.objects.get(case=seat.case, kind="picture", party="buyer")
    assert opened(seat.juror, of_seat(seat, row))[0] == 404

    jury.open_bundle(seat.pk, by=seat.juror)

    assert opened(seat.juror, of_seat(seat, row))[0] == 200
    assert opened(seat.juror, own(row))[0] == 404
    assert opened(seat.juror, copy_of(row))[0] == 404


def test_a_reviewer_sees_neither_what_was_late_nor_anothers_seat(seat):
    jury.open_bundle(seat.pk, by=seat.juror)
    late = Evidence.objects.get(case=seat.case, kind="picture", party="seller")
    in_time = Evidence.objects.get(case=seat.case, kind="picture", party="buyer")

    assert opened(seat.juror, of_seat(seat, late))[0] == 404
    other = world.open_seats(world.again(seat.case))[1]
    assert opened(other.juror, of_seat(seat, in_time))[0] == 404
    assert late.label not in {each.label for each in reading.for_seat(panels.again(seat))}


def test_a_reviewer_reads_no_name_of_either_side(seat):
    bundle = repr(seat_page.bundle_of(panels.again(seat)))

    for person in (seat.case.buyer, seat.case.seller):
        assert person.name not in bundle
        assert person.email not in bundle
        assert str(person.pk) not in bundle


# --- Queries --------------------------------------------------------------------------------------
def test_a_file_costs_the_same_few_queries_however_long_it_is(django_assert_max_num_queries):
    world.pool()
    case = world.filed()
    for number in range(15):
        evidence.submit(case.pk, by=case.buyer, item=world.text(f"Number {number}"))
        evidence.submit(case.pk, by=case.seller, item=world.text(f"Number {number}"))
    case = world.later(case, hours=72)
    seat = panels.again(world.open_seats(case)[0])

    with django_assert_max_num_queries(10):
        seat_page.bundle_of(seat)
    with django_assert_max_num_queries(15):
        page = page_for(case, case.buyer, case.filed_at)

    assert len(page.exhibits) == 32
