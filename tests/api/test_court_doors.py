"""Seats and cases through the API while a case is voted on: who is told that they are there."""

from uuid import uuid4

import pytest

from accounts.models import User
from disputes.models import Case, JurorProfile, Seat, Vote
from marketplace.lib import clock
from tests import given
from tests.api.client import Answer, Api
from tests.api.conftest import token_of
from tests.disputes import world
from tests.security.world import with_every_right

pytestmark = pytest.mark.django_db

BALLOT = {"side": "buyer", "findings": ["not_proven"], "rationale": world.RATIONALE}
# What stands in the file, and every way into a seat; all with a valid body.
OF_THE_CASE = ("", "events/", "verdict/", "pack/")
STEPS_OF_A_SEAT: dict[str, object] = {
    "bundle/": {},
    "vote/": BALLOT,
    "recuse/": {"reason": "no_time"},
    "flag/": {"exhibit": str(uuid4()), "what": "A telephone number."},
}


@pytest.fixture
def case() -> Case:
    return world.voting()


@pytest.fixture
def seat(case: Case) -> Seat:
    return world.open_seats(case)[0]


def strangers(case: Case, seat: Seat) -> dict[str, User]:
    """Everybody but the reviewer of this very seat."""
    drawn = [each.juror_id for each in world.open_seats(case)]
    closing = given.person("Closing")
    return {
        "buyer": case.buyer,
        "seller": case.seller,
        "another reviewer": world.open_seats(case)[1].juror,
        "undrawn reviewer": JurorProfile.objects.exclude(person__in=drawn)[0].person,
        "staff": with_every_right(given.person("Desk", level=0)),
        "somebody": closing,
    }


def test_a_seat_is_there_for_its_reviewer_alone(api: Api, case: Case, seat: Seat):
    address = f"/seats/{seat.pk}"

    found = {
        (who, path): answer.status
        for who, person in strangers(case, seat).items()
        for client in [api.signed_in(token_of(person))]
        for path, answer in [
            ("", client.get(f"{address}/")),
            *((step, client.post(f"{address}/{step}", b)) for step, b in STEPS_OF_A_SEAT.items()),
        ]
    }

    assert {place: status for place, status in found.items() if status != 404} == {}
    seat.refresh_from_db()
    assert seat.state == "INVITED"


def test_a_case_is_there_for_its_sides_alone(api: Api, case: Case, seat: Seat):
    others = strangers(case, seat)
    readers = {who: others[who] for who in others if who not in {"buyer", "seller"}}
    readers["reviewer"] = seat.juror

    found = {
        (who, path): api.signed_in(token_of(person)).get(f"/cases/{case.pk}/{path}").status
        for who, person in readers.items()
        for path in OF_THE_CASE
    }

    assert {place: status for place, status in found.items() if status != 404} == {}


def reader(api: Api, seat: Seat) -> Api:
    return api.signed_in(token_of(seat.juror))


def codes(*answers: Answer) -> list[tuple[int, str]]:
    return [(answer.status, answer["code"]) for answer in answers]


def test_a_reviewer_reads_for_a_minute_and_votes_once(api: Api, case: Case, seat: Seat):
    client, address = reader(api, seat), f"/seats/{seat.pk}"

    unread = client.post(f"{address}/vote/", BALLOT)
    bundle = client.post(f"{address}/bundle/")
    hasty = client.post(f"{address}/vote/", BALLOT)
    Seat.objects.filter(pk=seat.pk).update(opened_at=seat.invited_at - clock.hours(1))
    cast = client.post(f"{address}/vote/", BALLOT, key="mine")
    replayed = client.post(f"{address}/vote/", BALLOT, key="mine")
    again = client.post(f"{address}/vote/", BALLOT)
    reopened = client.post(f"{address}/bundle/")

    assert codes(unread, hasty) == [(409, "too_quick")] * 2
    assert {side["party"] for side in bundle["sides"]} == {"buyer", "seller"}
    assert cast.status == 200
    assert set(cast.body) == {"receipt", "cast_at"}  # never a count
    assert (replayed.raw, replayed.headers["Idempotent-Replayed"]) == (cast.raw, "true")
    assert codes(again, reopened) == [(409, "already_voted")] * 2
    assert Vote.objects.filter(seat=seat).count() == 1


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"side": "Buyer"}, "/side"),
        ({"side": None}, "/side"),
        ({"side": ["buyer"]}, "/side"),
        ({"findings": []}, "/findings"),
        ({"findings": ["record_out_complete"]}, "/findings"),  # of another claim
        ({"rationale": "x" * 29}, "/rationale"),
        ({"rationale": " \n" * 40}, "/rationale"),
        ({"rationale": "\u200b" * 40}, "/rationale"),
        ({"rationale": "x" * 1001}, "/rationale"),
    ],
)
def test_a_ballot_that_cannot_be_so(api: Api, change: dict[str, object], pointer: str):
    seat = world.open_seats(world.voting())[0]
    client = reader(api, seat)
    client.post(f"/seats/{seat.pk}/bundle/")
    Seat.objects.filter(pk=seat.pk).update(opened_at=seat.invited_at - clock.hours(1))

    answer = client.post(f"/seats/{seat.pk}/vote/", BALLOT | change)

    assert (answer.status, answer["code"]) == (400, "invalid")
    assert answer["errors"][0]["pointer"].startswith(pointer)
    assert not Vote.objects.exists()
