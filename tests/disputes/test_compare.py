"""Pictures of both sides beside each other: what each reader sees, and what is passed over."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from disputes import case_sweeps
from disputes.actions import evidence
from disputes.models import Case, EvidenceKind, Seat
from tests import given
from tests.disputes import panels, world
from tests.doors import Browser, Page
from tests.security.pictures import jpeg

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    """Each side has shown a statement or a text, and two pictures."""
    found = world.answered(world.filed())
    for side in ("buyer", "seller"):
        for number in (1, 2):
            words = f"Picture {number} of the {side}"
            picture = jpeg(quality=70 + number)
            item = evidence.Item(kind=EvidenceKind.PICTURE, description=words, picture=picture)
            evidence.submit(found.pk, by=getattr(found, side), item=item)
    case_sweeps.make_copies()
    return found


def compared(case: Case, side: str, asked: str = "") -> Page:
    address = reverse("case_compare", args=[case.pk])
    return Browser(getattr(case, side)).get(f"{address}{asked}")


def read(case: Case) -> Seat:
    world.pool()
    return panels.read(world.voting(case))[0]


def test_one_picture_of_each_side_is_shown_and_the_others_are_linked(case):
    page = compared(case, "buyer")

    assert "Picture 1 of the buyer" in page.text
    assert "Picture 1 of the seller" in page.text
    assert "Picture 2 of the buyer" not in page.text
    assert page.source.count("viewer__picture--100") == 2


def test_the_address_says_which_pictures_and_how_large(case):
    page = compared(case, "seller", "?buyer=B4&seller=S3&zoom=400")

    assert "Picture 2 of the buyer" in page.text
    assert "Picture 2 of the seller" in page.text
    assert page.source.count("viewer__picture--400") == 2


@pytest.mark.parametrize("asked", ["?buyer=B99&zoom=150", "?buyer=%00&zoom=", "?zoom=-1&seller=B3"])
def test_what_does_not_exist_is_passed_over(case, asked):
    page = compared(case, "buyer", asked)

    assert page.status == 200
    assert "Picture 1 of the seller" in page.text
    assert page.source.count("viewer__picture--100") == 2


def test_a_side_without_pictures_says_so():
    assert "No picture from this side." in compared(world.answered(world.filed()), "buyer").text


def test_each_side_reads_its_own_picture_and_the_covered_one_of_the_other(case):
    source = compared(case, "buyer").source

    assert source.count("/own/") == 2  # the picture, and the link to the whole of it
    assert source.count(".webp") == 2


def looks(seat: Seat) -> Any:
    client = Client()
    client.force_login(seat.juror, "accounts.backends.PasswordBackend")
    return client.get(reverse("seat_compare", args=[seat.pk]))


def test_a_reviewer_compares_once_the_file_is_open(case):
    seat = read(case)

    source = looks(seat).content.decode()

    assert "Picture 1 of the buyer" in source
    assert "/own/" not in source
    assert f"/court/seat/{seat.pk}/exhibits/" in source


def test_before_the_file_is_open_and_after_the_vote_there_is_nothing_to_compare(case):
    world.pool()
    closed = world.open_seats(world.voting(case))[0]

    assert looks(closed).status_code == 302
    world.cast(closed, "buyer")
    assert looks(closed).status_code == 302


def test_nobody_else_compares_anything(case):
    stranger = Browser(given.person("Yao"))
    seat = read(case)

    assert stranger.get(reverse("case_compare", args=[case.pk])).status == 404
    assert stranger.get(reverse("seat_compare", args=[seat.pk])).status == 404
