"""The court's acceptance about who is drawn: nobody who is tied, and anybody can check it."""

import copy
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from accounts.identity.models import Mark
from accounts.models import User
from disputes import publication
from disputes.actions import drawing, panel
from disputes.models import Case, DrawEntry, JurorProfile, Outcome, Seat
from tests.disputes import panels, world
from tests.disputes.test_exclusions import TIES
from tests.orders import world as orders

pytestmark = pytest.mark.django_db


# --- Who sits -------------------------------------------------------------------------------------
@pytest.mark.scenario("A06")
def test_a06_of_a_pool_with_every_tie_seventeen_different_strangers_sit():
    world.pool()
    seller, earlier = read_before()
    case = panels.drawn(world.filed(orders.revealed(orders.offer(seller))))
    people = panels.names_in_order(case)
    free = [each for each in people if each not in earlier]
    tied = {next(each for each in people if each in earlier): "SAT_PARTY", free[0]: "PARTY"}
    takes_the_identity_of(seller, free.pop(0))
    for tie, code in TIES:
        tied[free[0]] = code
        tie(case, free.pop(0))
    first, second = free[:2]
    panels.same_account(first, second, number="another account")
    tied[second] = "CLUSTER"

    panel.seat_panel(case.pk)

    entries = {person: panels.entry_of(case, person) for person in tied}
    assert {person: entry.code for person, entry in entries.items()} == tied
    sit = list(Seat.objects.filter(case=case).values_list("juror", flat=True))
    assert len(set(sit)) == len(sit) == 17
    assert not set(sit) & {person.pk for person in tied}
    codes = DrawEntry.objects.filter(draw=case.pk, outcome=Outcome.SEATED).values_list("code")
    assert set(codes) == {("",)}


def read_before() -> tuple[User, list[User]]:
    """A seller, and the reviewers who have opened another case of his."""
    case = world.voting()
    return case.seller, [seat.juror for seat in panels.opened(case)]


def takes_the_identity_of(party: User, person: User) -> None:
    """Put into the table: a reviewer of the pool has shown no document."""
    mark = Mark.objects.get(person=party)
    JurorProfile.objects.filter(pk=person.pk).update(identity_hash=mark.value)


@pytest.mark.scenario("A08")
def test_a08_a_former_buyer_at_counter_five_is_passed_over_and_the_18th_takes_the_last_chair():
    world.pool()
    case = drawn_without_repeats()
    former = panels.names_in_order(case)[5]
    orders.placed(orders.offer(case.seller), former)

    panel.seat_panel(case.pk)

    entries = list(DrawEntry.objects.filter(draw=case.pk).order_by("counter"))
    assert [entry.counter for entry in entries] == list(range(18))
    assert (entries[5].outcome, entries[5].code, entries[5].chair) == ("EXCLUDED", "TRADED", None)
    assert {entry.outcome for entry in entries if entry.counter != 5} == {"SEATED"}
    last = Seat.objects.get(case=case, chair=17)
    assert (last.entry.counter, last.juror) == (17, panels.names_in_order(case)[17])
    assert not Seat.objects.filter(juror=former).exists()


def drawn_without_repeats() -> Case:
    """A case of whose stream the first 18 numbers are all different; one in three is so."""
    for _try in range(60):
        case = panels.drawn()
        if len({*panels.numbers_of(case, 18)} - {None}) == 18:
            return case
    raise AssertionError("sixty streams, each with a repeat among its first 18")


@pytest.mark.scenario("A35")
def test_a35_whoever_was_invited_three_times_in_twelve_hours_is_logged_as_cap():
    """Three panels of 17 out of 19: at least 13 people have sat in all of them."""
    world.pool(19)
    cases = [small(world.filed()) for _each in range(4)]
    orders.skip(hours=72)
    drawn = [panels.begun(panels.copied(case)) for case in cases]
    for case in drawn[:3]:
        assert panel.seat_panel(case.pk).state == "VOTING"

    ended = panel.seat_panel(drawn[3].pk)

    seats = Counter(Seat.objects.values_list("juror", flat=True))
    tired = [person for person in panels.names_in_order(drawn[3]) if seats[person.pk] == 3]
    entries = [panels.entry_of(drawn[3], person) for person in tired]
    assert len(tired) >= 13
    assert {(entry.outcome, entry.code) for entry in entries} == {("EXCLUDED", "CAP")}
    assert (ended.state, max(seats.values())) == ("NO_PANEL", 3)


def small(case: Case) -> Case:
    """However few are left, the draw begins; it still needs 17 for a panel."""
    Case.objects.filter(pk=case.pk).update(rules=case.rules | {"min_pool": 1})
    return world.answered(case)


# --- Checking it ----------------------------------------------------------------------------------
def changed(document: dict[str, Any], where: tuple[Any, ...], place: int) -> dict[str, Any]:
    """The document with one byte of one value changed."""
    other = copy.deepcopy(document)
    inner: Any = other
    for step in where[:-1]:
        inner = inner[step]
    value = inner[where[-1]]
    if isinstance(value, int):
        inner[where[-1]] = value ^ 1
    else:
        inner[where[-1]] = (
            value[:place] + ("1" if value[place] != "1" else "2") + value[place + 1 :]
        )
    return other


# What is changed, and by which name the answer calls it.
BYTES: list[tuple[tuple[Any, ...], str]] = [
    (("server_seed",), "V1 commitment"),
    (("seed",), "V4 seed"),
    (("roster", "root"), "V4 seed"),
    (("evidence", "root"), "V3 evidence_root"),
    (("words", "buyer"), "V2 nonce_buyer"),
    (("words", "seller"), "V2 nonce_seller"),
    (("entries", 3, "number"), "V5 counter=3 number"),
    (("entries", 3, "outcome"), "V5 counter=3 outcome"),
    (("entries", 0, "pseudonym"), "V6 counter=0 path"),
    (("entries", 0, "path", 0, 1), "V6 counter=0 path"),
]


@pytest.mark.scenario("A07")
def test_a07_a_closed_draw_verifies_and_any_changed_byte_is_named(tmp_path: Path):
    world.pool()
    case = world.filed()
    drawing.set_words(case.pk, by=case.buyer, words="four apples")
    drawing.set_words(case.pk, by=case.seller, words="five pears")
    ended = world.decided(buyer=9, seller=2, case=world.voting(case))
    document = json.loads(json.dumps(publication.draw_document(ended)))
    file = tmp_path / "draw.json"

    assert panels.verify(str(case.pk)) == (0, "OK 8/8")
    for where, name in BYTES:
        for place in (0, 2):
            file.write_text(json.dumps(changed(document, where, place)))
            code, line = panels.verify("--file", str(file))
            assert (code, line[: len(f"MISMATCH {name}")]) == (1, f"MISMATCH {name}"), where
