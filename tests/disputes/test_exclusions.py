"""Nobody with a tie to a side, to the case or to another reviewer sits on a panel."""

import hashlib

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions import closure
from accounts.models import User
from disputes import exclusions
from disputes.actions import jury, panel, service
from disputes.chain import canonical
from disputes.models import Case, JurorProfile, Outcome, Seat
from marketplace.lib import clock
from tests import given
from tests.disputes import panels, world
from tests.orders import world as orders

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return panels.drawn_with_pool()


# --- What ties somebody to a case -----------------------------------------------------------------
def pauses(_case: Case, person: User) -> None:
    service.pause(person.pk, by=person)


def closes(_case: Case, person: User) -> None:
    closure.close_account(person.pk, by=person)


def joins_the_staff(_case: Case, person: User) -> None:
    person.is_staff = True
    person.save()


def ordered_from_the_seller(case: Case, person: User) -> None:
    """Never paid: to have met is enough."""
    orders.placed(orders.offer(case.seller), person)


def sold_to_the_buyer(case: Case, person: User) -> None:
    JurorProfile.objects.filter(pk=person.pk).update(served=0)
    orders.placed(given.listing(person, issuer="orchard"), case.buyer)


def shares_a_payout_account(case: Case, person: User) -> None:
    """Put into the table: a reviewer of the pool has no name with which the verb would compare."""
    panels.same_account(case.seller, person)


def sells_the_same_as_a_merchant(_case: Case, person: User) -> None:
    given.listing(person, issuer="orchard")
    User.objects.filter(pk=person.pk).update(level=3)


def is_in_another_case(_case: Case, person: User) -> None:
    world.filed(panels.revealed(orders.offer(), person))


TIES = [
    (pauses, "STALE"),
    (closes, "STALE"),
    (joins_the_staff, "STAFF"),
    (shares_a_payout_account, "LINKED"),
    (ordered_from_the_seller, "TRADED"),
    (sold_to_the_buyer, "TRADED"),
    (sells_the_same_as_a_merchant, "RIVAL"),
    (is_in_another_case, "OPEN_CASE"),
]


@pytest.mark.parametrize(("tie", "code"), TIES, ids=[tie.__name__ for tie, _code in TIES])
def test_whoever_has_a_tie_is_excluded_with_its_code_and_the_chair_goes_to_the_next(
    case, tie, code
):
    sixth = panels.names_in_order(case)[5]
    tie(case, sixth)

    panel.seat_panel(case.pk)

    entry = panels.entry_of(case, sixth)
    assert (entry.outcome, entry.code) == (Outcome.EXCLUDED, code)
    assert Seat.objects.filter(case=case).count() == 17
    assert not Seat.objects.filter(juror=sixth).exists()


def test_the_reason_is_public_only_as_a_hash_that_an_auditor_can_take_again(case):
    first = panels.names_in_order(case)[0]
    order = orders.placed(orders.offer(case.seller), first)

    panel.seat_panel(case.pk)

    entry = panels.entry_of(case, first)
    assert entry.ground == {"orders": [str(order.pk)]}
    salted = bytes(entry.ground_salt or b"") + canonical(entry.ground)
    assert bytes(entry.ground_hash or b"") == hashlib.sha256(salted).digest()


def test_a_party_who_reviews_cases_never_sits_on_his_own(case):
    party = panels.names_in_order(case)[0]
    Case.objects.filter(pk=case.pk).update(buyer=party)

    panel.seat_panel(case.pk)

    assert panels.entry_of(case, party).code == "PARTY"


def test_of_two_who_are_linked_only_the_first_sits(case):
    first, second = panels.names_in_order(case)[:2]
    panels.same_account(first, second)

    panel.seat_panel(case.pk)

    assert panels.entry_of(case, first).outcome == Outcome.SEATED
    assert panels.entry_of(case, second).code == "CLUSTER"


def another_case_of(seller: User) -> Case:
    return world.filed(orders.revealed(orders.offer(seller)))


def test_whoever_read_a_case_of_a_party_sits_on_none_of_that_party_for_a_year(case):
    panel.seat_panel(case.pk)
    readers = [seat.juror for seat in world.open_seats(case)[:5]]
    for seat in world.open_seats(case)[:5]:
        jury.open_bundle(seat.pk, by=seat.juror)

    second = panels.drawn(another_case_of(case.seller))
    panel.seat_panel(second.pk)

    sat = set(Seat.objects.filter(case=second).values_list("juror", flat=True))
    assert not sat & {reader.pk for reader in readers}


# --- Staff ----------------------------------------------------------------------------------------
def test_staff_with_a_tie_to_a_side_are_not_independent(case):
    friend, stranger = given.staff("Friend"), given.staff("Stranger")
    orders.placed(orders.offer(case.seller), friend)

    assert exclusions.conflict(case, friend) == "TRADED"
    assert exclusions.conflict(case, stranger) == ""


def test_a_reviewers_own_seat_is_no_conflict(case):
    panel.seat_panel(case.pk)
    seat = panels.read(case)[0]

    assert exclusions.conflict(case, seat.juror) == ""


# --- Cost -----------------------------------------------------------------------------------------
def batch_of(case: Case) -> CaptureQueriesContext:
    people = [person.pk for person in panels.names_in_order(case)[:48]]
    setting = exclusions.Setting.of(case, at=clock.now())
    with CaptureQueriesContext(connection) as captured:
        exclusions.Batch(setting, people, people[:3])
    return captured


def test_a_batch_of_48_costs_ten_queries_at_most(case):
    assert len(batch_of(case)) <= 10


def test_none_of_them_reads_a_whole_table(case):
    """With sequential reads made dear, a plan that still has one has no index for it."""
    queries = [query["sql"] for query in batch_of(case)]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plans = []
        for query in queries:
            cursor.execute(f"EXPLAIN {query}")
            plans.append("\n".join(row[0] for row in cursor.fetchall()))

    assert [plan for plan in plans if "Seq Scan" in plan] == []
