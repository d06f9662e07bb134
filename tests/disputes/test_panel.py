"""The draw of a panel: bound early, seated at once or not at all, replayable by anybody."""

import json

import pytest
from django.db import DatabaseError, transaction

from accounts.inbox.models import Mail, Notice
from disputes import beacons, checking, draw, publication, roster
from disputes.actions import drawing, jury, panel
from disputes.models import (
    CaseEvent,
    Draw,
    DrawEntry,
    JurorProfile,
    JurorState,
    Outcome,
    Roster,
    Seat,
    Verdict,
)
from disputes.states import CaseState
from marketplace.lib import clock
from tests import given
from tests.conftest import refused
from tests.disputes import panels, world
from tests.orders.world import skip

pytestmark = pytest.mark.django_db


def counters(case) -> list[int]:
    return list(
        DrawEntry.objects.filter(draw=case.pk).order_by("counter").values_list("counter", flat=True)
    )


# --- Seating --------------------------------------------------------------------------------------
def test_seventeen_different_people_are_invited_for_twelve_hours():
    case = world.voting()

    seats = Seat.objects.filter(case=case)
    assert len({seat.juror_id for seat in seats}) == 17
    assert sorted(seat.chair for seat in seats) == list(range(1, 18))
    assert {(seat.due_at - seat.invited_at).total_seconds() for seat in seats} == {12 * 3600}
    lasts = given.known(case.ballot_due_at) - given.known(case.ballot_opened_at)
    assert lasts.total_seconds() == 48 * 3600


def test_every_counter_has_one_entry_and_the_chairs_follow_the_stream():
    case = world.voting()

    assert counters(case) == list(range(case.draw.next_counter))
    seated = DrawEntry.objects.filter(draw=case.pk, outcome=Outcome.SEATED).order_by("counter")
    assert [entry.chair for entry in seated] == list(range(1, 18))
    drawn = panels.names_in_order(case)[:17]
    assert [seat.juror for seat in Seat.objects.filter(case=case).order_by("chair")] == drawn


def test_an_invitation_names_no_party_and_its_mail_comes_at_no_telling_time():
    case = world.voting()

    notices = Notice.objects.filter(kind="seat_offered")
    assert notices.count() == 17
    told = json.dumps([[notice.facts, notice.link] for notice in notices])
    assert case.buyer.name not in told
    assert case.seller.name not in told
    assert case.order.number not in told
    mails = Mail.objects.filter(notice__in=notices)
    waits = {(mail.next_at - mail.created_at).total_seconds() for mail in mails}
    assert len(waits) > 1
    assert max(waits) <= 600


def test_two_workers_find_one_draw():
    case = panels.drawn_with_pool()
    panel.seat_panel(case.pk)
    before = counters(case)

    with refused("wrong_state"):
        panel.seat_panel(case.pk)

    assert counters(case) == before


@pytest.mark.scenario("A20")
@pytest.mark.parametrize(("eligible", "state"), [(99, "NO_PANEL"), (100, "VOTING")])
def test_a_pool_under_a_hundred_makes_no_panel_and_never_a_smaller_one(eligible, state):
    world.pool(105)
    case = panels.drawn()
    away = panels.names_in_order(case)[eligible:]
    JurorProfile.objects.filter(person__in=away).update(state=JurorState.PAUSED)

    seated = panel.seat_panel(case.pk)

    assert seated.state == state
    assert Seat.objects.count() == (17 if state == "VOTING" else 0)
    if state == "NO_PANEL":
        assert seated.staff_due_at is not None
        assert set(Notice.objects.filter(kind="no_panel").values_list("person", flat=True)) == {
            case.buyer_id,
            case.seller_id,
        }


def test_a_panel_that_can_not_be_filled_seats_nobody_and_its_entries_still_hold():
    """So many belong together that no 17 are independent of each other."""
    world.pool(120)
    case = panels.drawn()
    panels.same_account(*panels.names_in_order(case)[:105])

    ended = panel.seat_panel(case.pk)

    assert (ended.state, Seat.objects.count()) == (CaseState.NO_PANEL, 0)
    entries = DrawEntry.objects.filter(draw=case.pk)
    assert entries.filter(outcome=Outcome.SEATED).count() == 16
    assert entries.filter(code="CLUSTER").count() == 104
    drawing.publish(ended, at=clock.now())
    assert checking.check(publication.draw_document(ended)).line == "OK 7/7"


# --- What it is bound to --------------------------------------------------------------------------
def test_the_roster_of_the_filing_is_used_although_there_is_a_newer_one():
    first = world.pool()
    case = world.filed()

    roster.build_roster(at=clock.now())

    assert panels.drawn(case).draw.roster == first


def test_a_young_site_binds_its_roster_at_the_seal_and_both_sides_can_read_that():
    case = world.filed()
    assert case.draw.roster is None
    late = world.pool()

    drawn = panels.drawn(case)

    assert (drawn.draw.roster, drawn.draw.roster_bound_at_seal) == (late, True)
    facts = CaseEvent.objects.get(case=case, step="begin_draw").facts
    assert (facts["roster"], facts["roster_bound_at"]) == (late.version, "seal")


def test_without_any_roster_staff_decide():
    case = panels.drawn()

    assert panel.seat_panel(case.pk).state == CaseState.NO_PANEL


def test_what_a_draw_was_bound_to_can_not_be_changed_by_sql_either():
    world.pool()
    case = world.filed()

    with pytest.raises(DatabaseError, match="a draw is bound"), transaction.atomic():
        Draw.objects.filter(pk=case.pk).update(commitment=b"x" * 32)


def test_the_commitment_is_that_of_a_seed_that_nobody_can_read_in_the_table():
    case = world.filed()

    seed = drawing.server_seed(case.draw)

    assert draw.commitment(seed) == bytes(case.draw.commitment)
    assert seed not in bytes(case.draw.server_seed)


# --- Words ----------------------------------------------------------------------------------------
def test_each_side_adds_its_words_once():
    case = world.filed()
    drawing.set_words(case.pk, by=case.seller, words="four apples")

    with refused("words_set"):
        drawing.set_words(case.pk, by=case.seller, words="five apples")

    assert Draw.objects.get(pk=case.pk).words_seller == "four apples"


@pytest.mark.parametrize("words", ["", "   ", "x" * 201, "a\x00b", "two\nlines"])
def test_words_that_are_no_words_are_refused(words):
    case = world.filed()

    with refused("invalid"):
        drawing.set_words(case.pk, by=case.buyer, words=words)


def test_words_after_the_72_hours_come_too_late_though_no_sweep_has_run():
    case = world.filed()
    skip(hours=72)

    with refused("evidence_closed"):
        drawing.set_words(case.pk, by=case.buyer, words="too late")


def test_a_strangers_words_are_no_words():
    case = world.filed()

    with refused("not_found"):
        drawing.set_words(case.pk, by=world.reviewers(1)[0], words="mine")


# --- The beacon -----------------------------------------------------------------------------------
class Down:
    """A beacon that does not answer."""

    name = "down"

    def round_after(self, moment):
        raise beacons.NoRound


class Lighthouse:
    """A beacon whose rounds are known to everybody, one a minute."""

    name = "lighthouse"

    def round_after(self, moment):
        return int(moment.timestamp()) // 60, draw.sha256(b"light")


@pytest.fixture
def use(settings, monkeypatch):
    def choose(adapter):
        monkeypatch.setitem(beacons.BEACONS, adapter.name, adapter)
        settings.COURT_BEACON = adapter.name

    return choose


@pytest.mark.scenario("A32")
def test_a32_a_beacon_is_waited_for_thirty_minutes_and_then_openly_done_without(use):
    use(Down())
    world.pool()
    case = panels.sealed()
    skip(minutes=29)
    with refused("too_early"):
        drawing.begin_draw(case.pk)
    skip(minutes=1)

    drawn = drawing.begin_draw(case.pk)

    assert drawn.draw.beacon_source == "none"
    assert CaseEvent.objects.get(case=case, step="begin_draw").facts["beacon_given_up"] is True
    told = Notice.objects.filter(kind="beacon_given_up").values_list("person", flat=True)
    assert sorted(told) == sorted([case.buyer_id, case.seller_id])
    ended = panels.cast_all(panel.seat_panel(case.pk), ["buyer"] * 9)
    document = publication.draw_document(ended)
    assert document["beacon"]["source"] == "none"
    assert checking.check(document).line == "OK 8/8"


def test_a_beacons_round_is_one_that_nobody_knew_at_the_seal(use):
    use(Lighthouse())
    world.pool()

    case = panels.drawn()

    assert case.draw.beacon_source == "lighthouse"
    sealed_at = given.known(case.sealed_at).timestamp()
    assert (case.draw.beacon_round or 0) >= (sealed_at + 60) // 60
    assert bytes(case.draw.beacon or b"") == draw.sha256(b"light")


# --- The public document --------------------------------------------------------------------------
HIDDEN = ("server_seed", "seed", "words", "beacon", "entries", "vacated", "ballots", "tally")


def test_while_it_is_voting_the_document_holds_no_seed_no_number_and_no_word():
    case = world.filed()
    world.pool()
    drawing.set_words(case.pk, by=case.buyer, words="my own words")
    case = world.voting(case)
    panels.cast(panels.read(case)[0], "buyer")

    document = publication.draw_document(world.again(case))

    assert [name for name in HIDDEN if document[name] is not None] == []
    assert document["outcomes"]["SEATED"] == 17
    assert "my own words" not in json.dumps(document)
    assert checking.check(document).exit_code == 2


@pytest.mark.parametrize("leaves", [0, 2])
def test_the_document_of_a_closed_case_holds_eight_times(leaves):
    case = world.voting()
    for seat in world.open_seats(case)[:leaves]:
        jury.recuse(seat.pk, by=seat.juror, reason="no_time")

    ended = panels.cast_all(case, ["seller"] * 7 + ["buyer"] * 9)

    document = json.loads(json.dumps(publication.draw_document(ended)))
    assert checking.check(document).line == "OK 8/8"
    assert len(document["vacated"]) == leaves
    verdict = Verdict.objects.get(case=case)
    assert verdict.document["draw"]["entries_hash"] == document["entries_hash"]


def test_the_document_names_nobody_and_no_vote_is_tied_to_a_number():
    case = world.voting()
    ended = panels.cast_all(case, ["buyer"] * 9)

    text = json.dumps(publication.draw_document(ended))

    people = Seat.objects.filter(case=case).values_list("juror__email", "juror__name", "juror")
    assert not any(str(each) in text for person in people for each in person)
    assert not any("chair" in row or "number" in row for row in json.loads(text)["ballots"])


def test_a_roster_is_purged_only_after_its_paths_are_kept_and_the_draw_still_holds():
    case = world.swept(panels.cast_all(world.voting(), ["buyer"] * 9))
    assert case.state == CaseState.EXECUTED
    old = panels.roster_of(case)
    roster.build_roster(at=clock.now())

    assert roster.purgeable() == [old.version]
    assert roster.purge(old.version) == old.size
    assert checking.check(publication.draw_document(case)).line == "OK 8/8"
    assert Roster.objects.count() == 2


def test_a_roster_that_a_live_case_needs_is_never_purged():
    case = world.voting()
    roster.build_roster(at=clock.now())

    assert roster.purgeable() == []
    with pytest.raises(DatabaseError, match="still draws"), transaction.atomic():
        roster.purge(panels.roster_of(case).version)


# --- The command ----------------------------------------------------------------------------------
def test_verify_draw_says_what_holds_what_does_not_and_what_is_not_public(tmp_path):
    case = world.voting()
    assert panels.verify(str(case.pk)) == (2, "NOT PUBLISHED YET")

    ended = panels.cast_all(case, ["buyer"] * 9)

    assert panels.verify(str(case.pk)) == (0, "OK 8/8")
    document = publication.draw_document(ended)
    document["entries"][3]["number"] += 1
    file = tmp_path / "draw.json"
    file.write_text(json.dumps(document))
    code, line = panels.verify("--file", str(file))
    assert code == 1
    assert line.startswith("MISMATCH V5 counter=3 number expected=")


def test_verify_draw_of_a_file_that_is_none_is_a_mismatch(tmp_path):
    file = tmp_path / "draw.json"
    file.write_text("[1, 2")

    assert panels.verify("--file", str(file))[0] == 1
