"""Mr. Xu lost a narrow vote, appealed, and staff asked only the winner for proof.

Here both sides have the same hours and the same questions, the right to appeal is told before the
vote, and what staff decide stands in writing with the exhibits that carry it.
"""

import io
import zipfile
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from accounts.models import User
from disputes.actions import deciding, desk, issuing, jury
from disputes.models import Case, EvidenceRequest, OpenedVote, RequestPair, Ruling, Seat, Vote
from marketplace.lib import clock
from tests import given
from tests.conftest import refused
from tests.disputes import desk as at
from tests.disputes import world
from tests.doors import Doors
from tests.orders import world as orders
from tests.stories.court import claim

pytestmark = pytest.mark.django_db

LONG_ENOUGH = "The reviewers read the times of the record in the wrong order. " * 3


def item(words: str) -> dict[str, Any]:
    return {"kind": "text", "description": "What it shows", "text": words}


def appeal_by_api(case: Case, side: str) -> tuple[int, str]:
    body = {"ground": "procedure", "text": LONG_ENOUGH}
    answer = Doors(getattr(case, side)).api.post(f"/cases/{case.pk}/appeal/", body)
    return answer.status, "" if answer.status < 300 else answer["code"]


# --- A case can be opened after confirming, by either side ----------------------------------------
@pytest.mark.story("R4")
def test_a_confirmation_waives_nothing_for_fifteen_days():
    soon, late = orders.completed(), orders.completed()
    orders.skip(days=14, hours=23)

    answer = Doors(soon.buyer).api.post("/cases/", claim(soon))

    assert answer.status == 201, answer.raw
    assert given.again(soon).state == "DISPUTED"
    orders.skip(hours=1, seconds=1)
    answer = Doors(late.buyer).api.post("/cases/", claim(late))
    assert (answer.status, answer["code"]) == (409, "too_late")


# --- 72 hours, 17 drawn, nine win -----------------------------------------------------------------
@pytest.mark.story("R43")
@pytest.mark.parametrize("side", ["buyer", "seller"])
def test_what_comes_in_the_last_second_counts_and_later_is_late_for_both(side: str):
    case = world.filed()
    party = Doors(getattr(case, side))
    orders.skip(hours=71, minutes=59)

    in_time = party.api.post(f"/cases/{case.pk}/evidence/", item("It said 0.00 in the app."))
    orders.skip(minutes=1)
    too_late = party.api.post(f"/cases/{case.pk}/evidence/", item("And here is another text."))

    assert in_time.status == too_late.status == 201, too_late.raw
    assert [row.late for row in case.evidence.filter(party=side).order_by("received_at")][-2:] == [
        False,
        True,
    ]


@pytest.mark.story("R44")
def test_seventeen_are_drawn_and_the_ninth_vote_closes_the_case_once():
    case = world.voting()
    assert Seat.objects.filter(case=case).count() == 17

    case = world.decided(buyer=8, seller=9, case=case)

    assert (case.winner, case.winner_votes, case.loser_votes) == ("seller", 9, 8)
    assert OpenedVote.objects.filter(case=case).count() == 17
    assert not world.open_seats(case)


@pytest.mark.story("R44")
def test_who_is_late_to_a_closed_case_adds_no_vote():
    case = world.voting()
    *_, last = world.open_seats(case)
    jury.open_bundle(last.pk, by=last.juror)
    world.decided(buyer=0, seller=9, case=case)
    orders.skip(seconds=61)

    answer = Doors(last.juror).api.post(
        f"/seats/{last.pk}/vote/",
        {"side": "buyer", "findings": ["not_proven"], "rationale": world.RATIONALE},
    )

    assert answer.status == 409, answer.raw
    assert Vote.objects.filter(seat__case=case).count() == 9


# --- The appeal -----------------------------------------------------------------------------------
@pytest.mark.story("R45")
@pytest.mark.story("R46")
@pytest.mark.parametrize("votes", [5, 6, 8])
def test_a_margin_under_four_may_be_appealed_by_the_loser_and_the_verdict_says_so(votes: int):
    case = world.decided(buyer=votes, seller=9)
    page = Doors(case.buyer).page.get(f"{case.get_absolute_url()}verdict/")
    may = votes > 5

    assert page.status == 200
    assert (f"{case.get_absolute_url()}appeal/" in page.source) is may
    assert appeal_by_api(case, "buyer") == ((200, "") if may else (403, "margin_not_below_4"))


@pytest.mark.story("R46")
def test_the_rule_of_the_margin_stands_where_a_case_is_opened_and_where_it_is_read():
    order = orders.revealed()
    before = Doors(order.buyer).page.get(f"{order.get_absolute_url()}case/")
    case = world.filed(order)
    during = Doors(order.buyer).page.get(f"{case.get_absolute_url()}evidence/")

    assert "below 4" in before.text
    assert "below 4" in during.text


@pytest.mark.story("R47")
def test_staff_ask_both_sides_the_same_or_nothing_is_saved():
    case = at.appeal(at.narrow())
    ada = at.member()
    desk.take(case.pk, by=ada)

    with pytest.raises(DatabaseError, match="asked of both"):
        ask_the_seller_alone(case)

    for pair in RequestPair.objects.filter(case=case):
        assert {half.party for half in pair.requests.all()} == {"buyer", "seller"}
        assert {half.due_at for half in pair.requests.all()} == {pair.due_at}


@transaction.atomic
def ask_the_seller_alone(case: Case) -> None:
    pair = RequestPair.objects.create(
        case=case,
        kind="document",
        text="A certificate of the carrier, please.",
        rule_id="court/staff",
        asked_at=clock.now(),
        due_at=clock.now() + timedelta(hours=72),
    )
    EvidenceRequest.objects.create(pair=pair, party="seller", due_at=pair.due_at)
    transaction.get_connection().check_constraints()


@pytest.fixture
def ada() -> User:
    return at.coming(name="Ada")


@pytest.fixture
def appealed(ada: User) -> Case:
    return at.taken(at.appeal(at.narrow()), ada)


@pytest.mark.story("R48")
@pytest.mark.story("R49")
def test_not_sure_carries_nobody_and_with_nothing_new_the_verdict_stands(appealed, ada):
    unsure = at.cited(at.exhibit(appealed, "B2"), "buyer", conclusive=False)

    with refused("invalid"):
        deciding.prepare(appealed.pk, by=ada, decision=at.decision("buyer", unsure))
    stands = at.decision("stands", at.cited(at.exhibit(appealed, "S1"), "seller", conclusive=True))
    deciding.prepare(appealed.pk, by=ada, decision=stands)

    case = world.swept(appealed)
    assert (case.state, case.winner) == ("EXECUTED", "seller")
    page = Doors(case.buyer).page.get(f"{case.get_absolute_url()}verdict/")
    assert at.WHY[:60] in page.text


@pytest.mark.story("R49")
@pytest.mark.story("R68")
def test_an_overturn_takes_a_second_person_and_the_database_says_so_too(appealed, ada):
    ruling = deciding.prepare(appealed.pk, by=ada, decision=at.overturning(appealed))

    with refused("second_person_needed"):
        issuing.approve(ruling.pk, by=ada)
    with pytest.raises(IntegrityError), transaction.atomic():
        Ruling.objects.filter(pk=ruling.pk).update(approved_by=ada)

    issuing.approve(ruling.pk, by=at.member(name="Ben"))
    assert world.swept(appealed).winner == "buyer"


@pytest.mark.story("R66")
def test_a_cited_exhibit_was_checked_in_three_ways_or_nothing_is_decided(appealed, ada):
    whole = at.cited(at.exhibit(appealed, "B2"), "buyer", conclusive=True)

    for missing in ("authentic", "legal", "relevant"):
        with refused("invalid"):
            unchecked = at.replaced(whole, **{missing: ""})
            deciding.prepare(appealed.pk, by=ada, decision=at.decision("buyer", unchecked))

    assert not Ruling.objects.exists()


# --- Afterwards -----------------------------------------------------------------------------------
@pytest.mark.story("R50")
@pytest.mark.story("R69")
def test_the_loser_takes_the_file_with_him_and_is_told_where_else_to_go():
    case = world.swept(world.decided(buyer=0, seller=9))
    buyer = Doors(case.buyer)

    page = buyer.page.get(f"{case.get_absolute_url()}verdict/")
    pack = buyer.page.client.get(f"{case.get_absolute_url()}pack/")

    assert "Outside Fairhand" in page.text
    assert f"{case.get_absolute_url()}pack/" in page.source
    body = pack.content
    names = zipfile.ZipFile(io.BytesIO(body)).namelist()
    assert any("manifest" in name for name in names), names
    assert any("timeline" in name for name in names), names
    stranger = Doors(given.person("Nobody")).page
    assert stranger.get(f"{case.get_absolute_url()}pack/").status == 404
    assert stranger.get(f"/cases/{uuid4()}/pack/").status == 404
