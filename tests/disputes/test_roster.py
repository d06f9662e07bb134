"""A roster numbers everybody who can be drawn; its root, its paths and its chain hold."""

import pytest

from disputes import eligibility, merkle, roster
from disputes.models import JurorProfile, JurorState, Roster, RosterSeat
from marketplace.lib import clock, crypto
from tests.disputes import world

pytestmark = pytest.mark.django_db


def rows(found: Roster) -> list[tuple[int, bytes]]:
    seats = RosterSeat.objects.filter(version=found.version).order_by("number")
    return [(number, bytes(name)) for number, name in seats.values_list("number", "pseudonym")]


def test_everybody_who_can_be_drawn_has_one_number():
    people = world.reviewers(30)

    found = roster.build_roster(at=clock.now())

    assert found is not None
    seats = RosterSeat.objects.filter(version=found.version)
    assert set(seats.values_list("juror", flat=True)) == {person.pk for person in people}
    assert [number for number, _name in rows(found)] == list(range(30))


def test_a_number_is_the_rank_of_a_pseudonym_that_only_the_key_gives():
    found = world.pool(30)

    key = crypto.open_("court", kind="roster", id=found.pk, sealed=bytes(found.pseudonym_key))

    seats = RosterSeat.objects.filter(version=found.version).order_by("number")
    people = list(seats.values_list("juror", flat=True))
    names = [name for _number, name in rows(found)]
    assert names == sorted(names)
    assert names == [merkle.pseudonym(key, person) for person in people]


@pytest.mark.parametrize("number", [0, 1, 28, 29])
def test_a_path_leads_from_any_number_to_the_root(number):
    found = world.pool(30)

    path = roster.path_of(found, number)

    assert merkle.climb(number, rows(found)[number][1], path) == bytes(found.root)


def test_a_path_of_a_roster_of_several_chunks_costs_one_range_of_rows(
    django_assert_num_queries, monkeypatch
):
    monkeypatch.setattr(merkle, "CHUNK", 8)
    found = world.pool(30)

    with django_assert_num_queries(1):
        path = roster.path_of(found, 29)

    assert merkle.climb(29, rows(found)[29][1], path) == bytes(found.root)


def test_each_version_is_chained_to_the_one_before():
    first = world.pool(5)
    second = roster.build_roster(at=clock.now())

    assert second is not None
    assert (first.version, second.version) == (1, 2)
    expected = merkle.chain_hash(bytes(first.chain_hash), 2, second.size, bytes(second.root))
    assert bytes(second.chain_hash) == expected
    assert [each.version for each in roster.chain()] == [2, 1]


def test_the_same_people_have_other_pseudonyms_in_the_next_version():
    first = world.pool(5)

    second = roster.build_roster(at=clock.now())

    assert second is not None
    assert not {name for _number, name in rows(first)} & {name for _number, name in rows(second)}


def test_without_anybody_there_is_no_roster():
    assert roster.build_roster(at=clock.now()) is None
    assert not Roster.objects.exists()


def test_whoever_paused_is_in_no_new_roster():
    people = world.reviewers(5)
    JurorProfile.objects.filter(pk=people[0].pk).update(state=JurorState.PAUSED)

    found = roster.build_roster(at=clock.now())

    assert found is not None
    assert found.size == 4
    assert [row.code for row in eligibility.unmet(people[0], at=clock.now())] == ["duty"]
