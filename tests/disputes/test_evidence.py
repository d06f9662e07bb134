"""Showing something: one form, one set of limits and the same 72 hours for both sides."""

from datetime import timedelta

import pytest

from accounts.inbox.models import Notice
from disputes import case_sweeps, reading
from disputes.actions import evidence
from disputes.models import Case, CaseEvent, Evidence, EvidenceKind, JurorCopy
from marketplace.lib import clock
from tests import given
from tests.conftest import refused
from tests.disputes import world
from tests.orders.world import skip
from tests.security import pictures

pytestmark = pytest.mark.django_db
SIDES = ["buyer", "seller"]


@pytest.fixture
def case() -> Case:
    return world.filed(by="seller")


def show(case: Case, side: str, item: evidence.Item | None = None) -> Evidence:
    return evidence.submit(case.pk, by=getattr(case, side), item=item or world.text())


def picture(data: bytes | None = None) -> evidence.Item:
    facts = {"kind": EvidenceKind.PICTURE, "description": "The app's screen", "text": ""}
    return world.text(picture=data or pictures.jpeg(), file_name="screen.jpg", **facts)


def to_the_end(case: Case, *, less: timedelta) -> None:
    """Stands so much before the end of the 72 hours."""
    left = case.evidence_due_at - clock.now() - less
    skip(seconds=left.total_seconds())


# --- The 72 hours ---------------------------------------------------------------------------------
@pytest.mark.parametrize("side", SIDES)
def test_what_comes_in_the_last_second_counts(case, side):
    to_the_end(case, less=timedelta(seconds=1))

    row = show(case, side)

    assert not row.late
    assert row in case.evidence.admitted()


@pytest.mark.parametrize("side", SIDES)
def test_what_comes_after_72_hours_is_kept_and_not_heard(case, side):
    to_the_end(case, less=timedelta(0))

    row = show(case, side)

    assert row.late
    assert row not in case.evidence.admitted()
    other = "seller" if side == "buyer" else "buyer"
    assert str(row.pk) in {str(each.id) for each in reading.for_party(world.again(case), other)}


def test_at_the_very_moment_of_the_end_it_is_late_and_a_moment_before_it_is_not(case):
    due = case.evidence_due_at

    assert evidence.is_open(case, due - timedelta(microseconds=1))
    assert not evidence.is_open(case, due)


@pytest.mark.parametrize(("hours", "noted"), [(6.01, False), (5.99, True)])
@pytest.mark.parametrize("side", SIDES)
def test_the_last_six_hours_are_noted_for_both_sides_alike(case, side, hours, noted):
    to_the_end(case, less=timedelta(hours=hours))

    assert show(case, side).in_last_6h is noted


def test_after_a_decision_nothing_comes_by_this_door():
    case = world.decided(buyer=9, seller=0)

    with refused("evidence_closed"):
        show(case, "seller")

    assert not case.evidence.filter(late=True).exists()


def test_while_reviewers_read_a_late_item_is_still_taken_in():
    case = world.voting()

    row = show(case, "seller", world.text("Found it in a drawer."))

    assert row.late
    assert world.again(case).state == "VOTING"


# --- Who ------------------------------------------------------------------------------------------
def test_a_stranger_finds_no_case(case):
    with refused("not_found"):
        evidence.submit(case.pk, by=given.person("Nosy"), item=world.text())

    assert not case.evidence.filter(kind="text").exists()


def test_the_other_side_is_told_at_once_and_the_event_holds_no_words(case):
    row = show(case, "buyer", world.text("Nobody but me has seen this."))

    told = Notice.objects.get(kind="exhibit_added")
    event = CaseEvent.objects.filter(case=case, step="submit").latest("seq")

    assert (told.person_id, told.facts["exhibit"]) == (case.seller_id, row.label)
    assert event.facts == {"label": "B1", "sha256": bytes(row.sha256).hex(), "late": False}


def test_numbers_run_for_each_side_and_are_never_used_twice(case):
    labels = [
        show(case, "buyer", world.text("one")).label,
        show(case, "seller", world.text("two")).label,
        show(case, "buyer", world.text("three")).label,
    ]

    assert labels == ["B1", "S2", "B2"]


# --- Limits ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("side", SIDES)
def test_each_side_shows_twenty_exhibits_and_not_one_more(case, side):
    for number in range(20):
        show(case, side, world.text(f"Number {number}"))

    with refused("invalid") as caught:
        show(case, side, world.text("One more"))

    assert caught.value.facts["errors"][0]["code"] == "too_long"
    assert case.evidence.filter(party=side, kind="text").count() == 20


@pytest.mark.parametrize("item", [world.text(), picture()], ids=["text", "picture"])
def test_the_same_twice_is_one_exhibit(case, item):
    first = show(case, "buyer", item)

    again = show(case, "buyer", item)

    assert again.pk == first.pk
    assert JurorCopy.objects.filter(evidence__case=case, evidence__party="buyer").count() == 1


def test_both_sides_may_show_the_same_thing(case):
    show(case, "buyer")

    row = show(case, "seller")

    assert row.label == "S2"


def test_a_side_has_one_statement(case):
    with refused("invalid"):
        show(case, "seller", world.statement())

    assert case.evidence.filter(party="seller").count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"description": "1234"},
        {"description": "x" * 301},
        {"description": "\u200b\u200b\u200b\u200b\u200b\u200b"},
        {"text": ""},
        {"text": "\u200b"},
        {"text": "x" * 5_001},
        {"text": "bell\x07"},
    ],
    ids=str,
)
def test_what_nobody_could_read_is_no_exhibit(case, changes):
    with refused("invalid"):
        show(case, "buyer", world.text(**({"words": "a text"} | _words(changes))))

    assert not case.evidence.filter(party="buyer").exists()


def _words(changes: dict[str, str]) -> dict[str, str]:
    return {("words" if name == "text" else name): value for name, value in changes.items()}


@pytest.mark.parametrize("data", [b"not a picture", b"<svg/>", b"%PDF-1.7"], ids=str)
def test_what_is_no_picture_is_never_an_exhibit(case, data):
    with refused("bad_picture"):
        show(case, "buyer", picture(data))

    assert not case.evidence.filter(party="buyer").exists()


# --- Reminders ------------------------------------------------------------------------------------
def test_who_has_shown_nothing_is_reminded_after_24_48_and_66_hours_and_nobody_else(case):
    told = []
    for hours in (23, 1, 1, 23, 18):
        skip(hours=hours)
        case_sweeps.remind_parties()
        case_sweeps.remind_parties()
        told.append(Notice.objects.filter(kind="evidence_reminder").count())

    assert told == [0, 1, 1, 2, 3]
    people = Notice.objects.filter(kind="evidence_reminder").values_list("person", flat=True)
    assert set(people) == {case.buyer_id}


def test_who_has_shown_something_is_left_in_peace(case):
    show(case, "buyer")
    skip(hours=25)

    case_sweeps.remind_parties()

    assert not Notice.objects.filter(kind="evidence_reminder").exists()
