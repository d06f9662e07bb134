"""Before the close nobody learns a side, a count or how many have voted; and nobody, ever, who
the reviewers are (court.md promises it).

Each look is taken of every address of the court, for everybody: if nothing, five or sixteen votes
give the same pages to the letter, then nothing that is shown can tell them apart.
"""

import io
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import connection
from django.db.models import F
from django.test import Client

from accounts.inbox.models import Mail, Notice
from accounts.models import User
from accounts.roles import Role
from disputes import statistics
from disputes.actions import jury
from disputes.models import Case, JurorProfile, OpenedVote, Seat
from tests import given
from tests.disputes import world as court
from tests.remembered import remembered
from tests.security.canaries import database
from tests.security.routes import Route, address, routes
from tests.security.test_canaries import Heard, heard
from tests.security.world import World, browser, build

__all__ = ["heard"]

OF_THE_COURT = re.compile(
    r"cases|court|seat|jury|practice|notifications|^inbox|^orders/<uuid:pk>/$|^me/standing"
    r"|^api/v1/orders/<uuid:pk>/$|^api/v1/orders/<uuid:pk>/events|^desk/disputes|^desk/$"
)
REGISTER = (
    "desk/disputes/jurorprofile/"  # who is on duty is known at the desk; on which case is not
)
REASON = "Quillonvax: the record speaks plainly, and neither statement says against it."
NOT_LOOKED_AT = re.compile("staffread|/(?:add|delete|history)/")
# What differs between two looks at the same thing.
MOVING = (
    re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"|"X-CSRFToken": ?"[^"]+"'),
    re.compile(r'"request_id": ?"[^"]*"|nonce="[^"]+"|[?&]cursor=[^"& ]+'),
    re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.\d]*(?:Z|[+-]\d\d:?\d\d)?"),
    re.compile(r' d="[^"]+"'),  # of drawings
    re.compile(r"\d\d:\d\d \(UTC\+8\)"),
    re.compile(r"It is now [^<]+"),  # the sandbox's clock
    re.compile(r"\d+ (?:second|minute)s?|\d+ ?min\b"),
    re.compile(r"<h2>Who of our staff read it</h2>.*?</section>", re.DOTALL),
)
HEADERS = ("ETag", "Last-Modified", "Link", "Location", "Cache-Control")


Look = dict[tuple[str, str], str]
_first_looks: dict[UUID, Look] = {}


@dataclass
class Court:
    """A case that is being voted on, and everybody who might want to know how."""

    world: World
    seats: Sequence[Seat]
    people: dict[str, User | None]

    @property
    def case(self) -> Case:
        return court.again(self.world.case)

    @cached_property
    def clients(self) -> dict[str, Client]:
        return {name: browser(person) for name, person in self.people.items()}

    def first_look(self) -> Look:
        """Before anybody voted: of the same remembered rows one look is enough."""
        pk = self.world.case.pk
        if pk not in _first_looks:
            _first_looks[pk] = self.look()
        return _first_looks[pk]

    def look(self) -> Look:
        """(who, where) → what is shown there now, but for what moves by itself."""
        cache.clear()  # limits count looks; they are no part of this
        statistics.count()
        return {
            (who, f"{method} {where}"): still(answer)
            for who, client in self.clients.items()
            for method, where, answer in self.answers(who, client)
        }

    def answers(self, who: str, client: Client) -> Iterator[tuple[str, str, Any]]:
        is_staff = who in STAFF
        for route in of_the_court():
            if route.is_desk == is_staff or who == "staff":
                yield "GET", str(route), client.get(address(route, self.world))
        for path, body in self.knocks(who):
            yield "POST", path, client.post(path, body, content_type="application/json")

    def knocks(self, who: str) -> list[tuple[str, dict[str, Any]]]:
        """Steps that are refused whatever the count is; a refusal tells nothing either."""
        case, mine = f"/api/v1/cases/{self.world.case.pk}", f"/api/v1/seats/{self.seats[-1].pk}"
        found: list[tuple[str, dict[str, Any]]] = [
            (f"{case}/accept/", {}),
            (f"{case}/appeal/", {"ground": "procedure", "text": "It was counted wrongly. " * 6}),
            (f"{case}/petition/", {"ground": "no_notice", "text": "Nobody told me. " * 3}),
        ]
        if who != "reader":
            ballot = {"side": "buyer", "findings": ["not_proven"], "rationale": REASON}
            found.append((f"{mine}/vote/", ballot))
        return found


STAFF = ("staff", *(str(role) for role in Role))


def of_the_court() -> list[Route]:
    """Each look at the desk is itself one more row among those of who looked."""
    found = [route for route in routes() if OF_THE_COURT.search(route.pattern)]
    return [route for route in found if not NOT_LOOKED_AT.search(route.pattern)]


def still(answer: Any) -> str:
    text = words_of(answer)
    for moving in MOVING:
        text = moving.sub("", text)
    told = {name: answer.headers.get(name) for name in HEADERS}
    return f"{answer.status_code} {told} {text}"


def words_of(answer: Any) -> str:
    if answer.headers.get("Content-Type") == "application/zip":
        with zipfile.ZipFile(io.BytesIO(answer.content)) as pack:
            return "\n".join(f"{name}: {pack.read(name)!r}" for name in pack.namelist())
    return str(answer.content.decode("utf-8", "replace"))


@pytest.fixture
def voting(market: str) -> Court:
    return being_voted_on()


@remembered
def being_voted_on() -> Court:
    """Everybody in the roster has a name that occurs nowhere else."""
    world = build()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_user SET name = 'Zephyrine' || substr(md5(id::text), 1, 8),"
            " email = 'zephyr.' || substr(md5(id::text), 9, 8) || '@hidden.example'"
            " WHERE id IN (SELECT person_id FROM disputes_jurorprofile)"
        )
    seats = court.open_seats(world.case)
    world.things["court/seat/"] = world.things["seats/"] = seats[-1].pk
    undrawn = JurorProfile.objects.exclude(person__in=[seat.juror for seat in seats])
    people: dict[str, User | None] = {
        "nobody": None,
        "buyer": world.buyer,
        "seller": world.seller,
        "stranger": given.person("Yao"),
        "undrawn": User.objects.get(pk=undrawn.values("person")[:1]),
        "reader": seats[-1].juror,
        "staff": world.staff,
        **{role: _at_the_desk(role) for role in map(str, Role)},
    }
    return Court(world, seats, people)


def _at_the_desk(role: str) -> User:
    person = given.person(f"Desk {role}", level=0)
    person.is_staff = True
    person.save()
    person.groups.add(Group.objects.get(name=role))
    return person


def cast(seats: Sequence[Seat], sides: Sequence[str]) -> None:
    """Read for a minute, which nobody waits for here: the clock of everybody stands where it is."""
    for seat, side in zip(seats, sides, strict=True):
        jury.open_bundle(seat.pk, by=seat.juror)
        Seat.objects.filter(pk=seat.pk).update(opened_at=F("opened_at") - timedelta(seconds=61))
        chosen = {"findings": ["not_proven"]}
        jury.cast_vote(seat.pk, by=seat.juror, side=side, rationale=REASON, **chosen)


def differing(one: dict[Any, str], other: dict[Any, str]) -> list[Any]:
    """Where two looks are not the same, with the first lines that are not."""
    assert one.keys() == other.keys()
    return [
        (place, *_first(one[place], other[place])) for place in one if one[place] != other[place]
    ]


def _first(one: str, other: str) -> tuple[str, ...]:
    pairs = zip(one.splitlines(), other.splitlines(), strict=False)
    return next(((a[:300], b[:300]) for a, b in pairs if a != b), ())


@pytest.mark.django_db(transaction=True)
@pytest.mark.scenario("A21")
def test_a21_none_five_and_sixteen_votes_look_alike_to_everybody(voting: Court, heard: Heard):
    none = voting.first_look()
    told = (Mail.objects.count(), Notice.objects.count())
    heard.raw.clear()
    heard.lines.clear()
    cast(voting.seats[:5], ["buyer"] * 3 + ["seller"] * 2)
    spoken = "\n".join([*heard.raw, *heard.lines])
    five = voting.look()
    cast(voting.seats[5:16], ["buyer"] * 5 + ["seller"] * 6)
    sixteen = voting.look()

    assert voting.case.state == "VOTING"
    assert differing(none, five) == []
    assert differing(none, sixteen) == []
    assert len(none) > 300  # it did look
    assert (Mail.objects.count(), Notice.objects.count()) == told
    assert not re.search(r"quillonvax|'buyer'|'seller'|\"(?:buyer|seller)\"", spoken.casefold())


@pytest.mark.django_db(transaction=True)
@pytest.mark.scenario("A21")
def test_a21_a_dump_of_the_ballots_tells_no_side_and_no_reason(voting: Court):
    cast(voting.seats[:16], ["buyer"] * 8 + ["seller"] * 8)
    tables = database()

    votes = json.loads(tables["disputes_vote"])
    assert len(votes) == 16
    assert len({len(vote["sealed"]) for vote in votes}) == 1
    hidden = [REASON.encode().hex(), REASON.casefold(), "quillonvax", "not_proven"]
    found = {
        name: [word for word in hidden if word in text.casefold()]
        for name, text in tables.items()
        if name.startswith(("disputes_", "inbox_", "accounts_", "standing_"))
    }
    assert {name: words for name, words in found.items() if words} == {}


@pytest.mark.django_db(transaction=True)
@pytest.mark.scenario("A19")
def test_a_hung_ballot_stays_sealed_for_staff_and_sides(voting: Court):
    cast(voting.seats[:16], ["buyer"] * 8 + ["seller"] * 8)
    Seat.objects.filter(pk=voting.seats[-1].pk).update(
        due_at=F("due_at") + timedelta(hours=80)
    )  # nobody takes the chair in the meantime
    hung = court.later(court.later(voting.case, hours=48), hours=24)

    assert hung.state == "HUNG"
    assert not OpenedVote.objects.exists()
    telling = re.compile(r"\b8 ?[-–:] ?8\b|\b16 (?:of|votes|have)|Quillonvax|not_proven")
    shown = {
        place: [text[max(found.start() - 60, 0) : found.end() + 20] for found in finds]
        for place, text in voting.look().items()
        if "practice" not in place[1] and (finds := list(telling.finditer(text)))
    }
    assert shown == {}


@pytest.mark.django_db(transaction=True)
@pytest.mark.scenario("A33")
@pytest.mark.parametrize("is_closed", [False, True])
def test_a33_nobody_learns_who_the_reviewers_are_nor_they_who_the_parties(voting: Court, is_closed):
    if is_closed:
        cast(voting.seats, ["buyer"] * 8 + ["seller"] * 9)
        assert voting.case.state == "ESCALATED"
    traces = traces_of(seat.juror for seat in voting.seats)

    look = voting.look() if is_closed else voting.first_look()
    seen = {
        (who, where): [trace for trace in traces - own_traces(voting, who) if trace in text]
        for (who, where), text in look.items()
        if REGISTER not in where
    }

    assert {place: found for place, found in seen.items() if found} == {}
    parties = re.compile("|".join(rf"\b{re.escape(each)}\b" for each in traces_of_parties(voting)))
    named = {place: parties.findall(text) for place, text in look.items() if place[0] in REVIEWERS}
    assert {place: found for place, found in named.items() if found} == {}
    assert parties.search(look["buyer", "GET /cases/<uuid:pk>/settle/"])  # where one is named
    if is_closed:
        assert "9-8" in voting.clients["buyer"].get(f"/api/v1/cases/{voting.case.pk}/").text


@pytest.mark.django_db(transaction=True)
def test_the_search_finds_a_reviewer_where_one_is_named(voting: Court):
    """The register of the desk names everybody on duty: there the search must find them."""
    traces = traces_of(JurorProfile.objects.get(pk=seat.juror_id).person for seat in voting.seats)
    register = words_of(voting.clients["staff"].get(f"/{REGISTER}?all="))

    assert [trace for trace in traces if trace in register]
    assert differing({"a": "3 have voted"}, {"a": "4 have voted"}) == [
        ("a", "3 have voted", "4 have voted")
    ]


REVIEWERS = ("reader", "undrawn")


def traces_of_parties(voting: Court) -> set[str]:
    return traces_of([voting.world.buyer, voting.world.seller])


def traces_of(people: Any) -> set[str]:
    return {
        trace
        for person in people
        for trace in (person.name, person.email, str(person.pk), person.pk.hex)
    }


def own_traces(voting: Court, who: str) -> set[str]:
    return traces_of([voting.seats[-1].juror]) if who == "reader" else set()
