"""Planted codes are written into a case, in every field and in many spellings, and stay nowhere."""

from collections.abc import Iterator

import pytest
from django.test import Client

from disputes.actions import appealing, drawing, evidence, filing, jury, petitions
from disputes.models import Case, Evidence, EvidenceKind
from marketplace.sandbox import clock
from tests import given
from tests.conftest import refused
from tests.disputes import world as court
from tests.orders import world as orders
from tests.security import journeys
from tests.security.canaries import Canary, database, found_in, plant, redis
from tests.security.journeys import Person
from tests.security.test_canaries import Heard, everything_at_the_desk, heard, words_of
from tests.security.test_secrecy import words_of as unpacked
from tests.security.world import browser, with_every_right

__all__ = ["heard"]

CODES = 12


def spelled(own: Canary, other: Canary, n: int) -> str:
    """The order's own code and the number of another one: whole, in groups, with dots or lines."""
    between = ("", " ", ".", "-")[n % 4]
    numbers = [
        between.join(card.number[at : at + 4] for at in range(0, 16, 4)) for card in (own, other)
    ]
    return f"The card is {numbers[0]}, PIN {own.secret}, and not {numbers[1]}, as all can see."


@pytest.mark.long(15)
@pytest.mark.django_db(transaction=True)
def test_codes_written_into_a_case_stay_nowhere_but_in_the_vault(market: str, heard: Heard):
    court.pool()
    canaries = plant(CODES, face_value=journeys.FACE)
    seller, buyer = Person(given.person("Mei")), Person(given.person("Guo"))
    offer = journeys.offered(seller)
    for canary in canaries[1:]:
        journeys.seal_by_verb(seller, offer, canary)
    order = journeys.delivered(seller, buyer, canaries[0])
    buyer.page(f"/orders/{order.pk}/reveal/")
    own = canaries[0]
    texts = [spelled(own, other, n) for n, other in enumerate(canaries[1:])]

    case = _heard_of(
        filing.Filing("code_used_or_invalid", texts[0]), order.pk, buyer, seller, texts
    )
    _voted(case, buyer, seller, texts)

    staff = browser(with_every_right(given.person("Desk", level=0)))
    by_buyer, by_seller = {own, *canaries[1:4]}, {own, *canaries[4:6]}
    everybody = set(canaries)
    places = {
        "log": ("\n".join([*heard.lines, *heard.raw]), everybody),
        **{f"table {name}": (words, everybody) for name, words in database().items()},
        **{f"redis {name}": (words, everybody) for name, words in redis().items()},
        **{f"desk {name}": (words, everybody) for name, words in everything_at_the_desk(staff)},
        # One's own exhibits are shown as one sent them; nobody else's codes are among them.
        **{f"buyer {name}": (words, everybody - by_buyer) for name, words in told(buyer, case)},
        **{f"seller {name}": (words, everybody - by_seller) for name, words in told(seller, case)},
        **{f"public {name}": (words, everybody) for name, words in in_public(case)},
    }

    leaks = {
        place: found
        for place, (words, planted) in places.items()
        if (found := found_in(words, set().union(*(canary.traces() for canary in planted))))
    }
    assert leaks == {}


def _heard_of(
    wish: filing.Filing, order_id: object, buyer: Person, seller: Person, texts: list[str]
) -> Case:
    """Both sides write codes into all that they may write."""
    case = filing.file(order_id, by=buyer.user, filing=wish)  # type: ignore[arg-type]
    item = court.text(texts[1], description=texts[2][:300])
    evidence.submit(case.pk, by=buyer.user, item=item)
    named = evidence.Item(
        kind=EvidenceKind.STATEMENT, description=texts[3], text=texts[4], file_name=texts[4][:120]
    )
    evidence.submit(case.pk, by=seller.user, item=named)
    with refused("invalid"):
        drawing.set_words(case.pk, by=buyer.user, words=texts[5])
    for _round in range(3):
        clock.skip(24)
    found = court.swept(case)
    assert found.state == "VOTING"
    return found


def _voted(case: Case, buyer: Person, seller: Person, texts: list[str]) -> None:
    """Reviewers write codes into their reasons, the loser into his appeal and his petition."""
    for n, seat in enumerate(court.open_seats(case)):
        jury.open_bundle(seat.pk, by=seat.juror)
        orders.skip(seconds=61)
        ballot = {"side": "buyer" if n < 8 else "seller", "findings": ["not_proven"]}
        jury.cast_vote(seat.pk, by=seat.juror, rationale=texts[n % len(texts)], **ballot)  # type: ignore[arg-type]
    ground = appealing.Ground("procedure", texts[6] * 2)
    shown = court.text(texts[2] + " Once more.")
    appealing.appeal(case.pk, by=buyer.user, ground=ground, items=[shown])
    petitions.petition(case.pk, by=seller.user, ground="no_notice", text=texts[8])
    court.swept(case)


def told(person: Person, case: Case) -> Iterator[tuple[str, str]]:
    pages = ("", "verdict/", "pack/", "evidence/", "settle/", "appeal/", "petition/")
    for page in pages:
        yield page, unpacked(person.browser.get(f"/cases/{case.pk}/{page}"))
    for path in ("", "events/", "verdict/", "pack/", "draw/"):
        yield f"api {path}", unpacked(person.api("GET", f"/cases/{case.pk}/{path}"))
    for exhibit in Evidence.objects.filter(case=case):
        yield (
            str(exhibit.label),
            words_of(person.browser.get(f"/cases/{case.pk}/evidence/{exhibit.pk}/cover/")),
        )
    yield "inbox", words_of(person.browser.get("/inbox/"))


def in_public(case: Case) -> Iterator[tuple[str, str]]:
    for path in (f"/court/cases/{case.pk}/", f"/court/draw/{case.pk}/", "/court/verdicts/"):
        yield path, words_of(Client().get(path))
    yield "draw", words_of(Client().get(f"/api/v1/cases/{case.pk}/draw/"))
