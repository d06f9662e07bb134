"""A hundred planted codes, with identities and tokens, pass through all of it and stay nowhere."""

import base64
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from django.contrib import admin
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.identity.actions import verification
from accounts.models import User
from marketplace import logs
from orders.escrow import payouts
from orders.models import Order
from tests import given
from tests.security import journeys
from tests.security.canaries import Canary, database, found_in, plant, redis
from tests.security.journeys import JOURNEYS, Person
from tests.security.world import browser, with_every_right

IN_STOCK, REFUSED = 69, 20
TRADED = 100 - IN_STOCK - REFUSED
DOCUMENT = "E73915081"
LEGAL_NAME = "Zhuyinxia Qiaomei"
BANK_NUMBER = "6217739150820000012345"
PAGES = ("/orders/{}/", "/orders/{}/reveal/", "/orders/{}/problem/", "/orders/{}/refund/")
ROWS = 6  # of each section of the desk
ANSWERS = ("/orders/{}/", "/orders/{}/events/")
OWN = ("/orders/", "/codes/", "/codes/seal/", "/inbox/", "/wallet/", "/me/")
LISTS = ("/codes/", "/notifications/", "/wallet/entries/", "/me/", "/me/tokens/", "/sandbox/mail/")


@dataclass
class Heard:
    """All that was ever handed to a logger, and what became of it in a line of the log."""

    raw: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


class Listener(logging.Handler):
    def __init__(self, heard: Heard) -> None:
        super().__init__(logging.DEBUG)
        self.heard, self.line = heard, logs.formatter(json=True)

    def emit(self, record: logging.LogRecord) -> None:
        trouble = logging.Formatter().formatException(record.exc_info) if record.exc_info else ""
        self.heard.raw.append(f"{record.msg!r} {record.args!r} {trouble}")
        self.heard.lines.append(self.line.format(record))


@pytest.fixture
def heard() -> Iterator[Heard]:
    """Every logger at its most talkative."""
    root, heard = logging.getLogger(), Heard()
    listener, level = Listener(heard), root.level
    root.addHandler(listener)
    root.setLevel(logging.DEBUG)
    yield heard
    root.setLevel(level)
    root.removeHandler(listener)


@dataclass
class Traded:
    seller: Person
    buyers: list[Person]
    canaries: list[Canary]
    orders: list[Order]
    heard: Heard

    @property
    def traces(self) -> set[str]:
        """Of the codes, of who the seller really is, and of what opens the doors."""
        codes = set().union(*(canary.traces() for canary in self.canaries))
        people = {DOCUMENT, LEGAL_NAME, BANK_NUMBER, given.PASSWORD}
        tokens = {person.token[12:] for person in (self.seller, *self.buyers)}
        return codes | {word.casefold() for word in people | tokens}


@pytest.fixture
def traded(market: str, heard: Heard) -> Traded:
    canaries = plant(100, face_value=journeys.FACE)
    seller = Person(_known_person())
    buyers = [Person(given.person(name)) for name in ("Guo", "Liu", "Xu")]  # ten reveals an hour
    payouts.add_account(seller.user.pk, number=BANK_NUMBER, holder=LEGAL_NAME, by=seller.user)
    rest = iter(canaries)
    _fill_the_stock(seller, rest)
    orders = [JOURNEYS[n % len(JOURNEYS)](seller, buyers[n % 3], next(rest)) for n in range(TRADED)]
    _be_refused(rest)
    return Traded(seller, buyers, canaries, orders, heard)


def _known_person() -> User:
    user = given.person("Mei", level=1)
    return verification.verify_identity(
        user.pk,
        name=LEGAL_NAME,
        document_type="passport",
        number=DOCUMENT,
        birth_date=date(1990, 1, 1),
        by=user,
    )


def _fill_the_stock(seller: Person, rest: Iterator[Canary]) -> None:
    seals = (journeys.seal_by_verb, journeys.seal_by_page, journeys.seal_by_api)
    offer = journeys.offered(seller)
    for n in range(IN_STOCK):
        seals[n % 3](seller, offer, next(rest))


def _be_refused(rest: Iterator[Canary]) -> None:
    """Five refusals a day and person: four sellers."""
    for name in ("Ann", "Bea", "Cai", "Dou"):
        seller = Person(given.person(name))
        offer = journeys.offered(seller)
        for way in range(REFUSED // 4):
            journeys.refused_in_every_way(seller, offer, next(rest), way + ord(name[0]))


def words_of(answer: Any) -> str:
    return f"{answer.content.decode('utf-8', 'replace')} {dict(answer.headers)}"


def everything_at_the_desk(staff: Client) -> Iterator[tuple[str, str]]:
    """(where, page): the index, every list and every row of every section."""
    yield "index", words_of(staff.get(reverse("admin:index")))
    for model in admin.site._registry:  # noqa: SLF001 - what the desk shows
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"  # noqa: SLF001
        yield name, words_of(staff.get(reverse(f"{name}_changelist")))
        for row in model._default_manager.all()[:ROWS]:  # noqa: SLF001
            yield f"{name} {row.pk}", words_of(staff.get(reverse(f"{name}_change", args=[row.pk])))


def everything_told(traded: Traded) -> Iterator[tuple[str, str]]:
    """(where, answer): what seller, buyer and a stranger are told when the codes have been seen."""
    stranger = Person(given.person("Yao"))
    for person in (traded.seller, traded.buyers[0], stranger):
        orders = traded.orders[: 3 if person is stranger else None]
        paths = [path.format(order.pk) for order in orders for path in ANSWERS]
        pages = [page.format(order.pk) for order in orders for page in PAGES]
        for path in [*LISTS, *paths]:
            yield f"{person.user} api {path}", words_of(person.api("GET", path))
        for page in [*OWN, *pages]:
            yield f"{person.user} {page}", words_of(person.browser.get(page))
        if person is not traded.buyers[0]:
            yield from _asking_for_what_is_not_theirs(person, orders)


def _asking_for_what_is_not_theirs(
    person: Person, orders: list[Order]
) -> Iterator[tuple[str, str]]:
    for order in orders:
        path = f"/orders/{order.pk}/reveal/"
        yield f"{person.user} api POST {path}", words_of(person.api("POST", path))
        yield f"{person.user} POST {path}", words_of(person.page(path))


@pytest.mark.long(20)
@pytest.mark.django_db(transaction=True)
def test_a_hundred_planted_codes_stay_nowhere_but_in_the_vault(traded: Traded):
    staff = browser(with_every_right(given.person("Desk", level=0)))
    traces = traded.traces

    places = {
        "log": "\n".join(traded.heard.lines),
        "loggers": "\n".join(traded.heard.raw),
        **{f"table {name}": words for name, words in database().items()},
        **{f"redis {name}": words for name, words in redis().items()},
        **{f"desk {name}": words for name, words in everything_at_the_desk(staff)},
        **{f"told {name}": words for name, words in everything_told(traded)},
    }

    leaks = {place: found for place, words in places.items() if (found := found_in(words, traces))}
    assert leaks == {}
    assert len(places) > 250  # it did look


def redis_word(canary: Canary) -> str:
    """A code as a queue would carry it: inside base64, inside JSON."""
    body = base64.b64encode(json.dumps([canary.number, canary.secret]).encode()).decode()
    cache.set("a-task", body)
    return "".join(redis().values())


@pytest.mark.django_db(transaction=True)
def test_the_search_finds_a_code_wherever_it_lies(market: str):
    """The search itself: a planted trace in each kind of place is seen."""
    canary = plant(1)[0]
    person = given.person("Li")
    grouped = " ".join(canary.number[n : n + 4] for n in range(0, 16, 4))
    User.objects.filter(pk=person.pk).update(name=f"x {grouped}")

    tables = [name for name, words in database().items() if found_in(words, canary.traces())]

    assert tables == ["accounts_user"]
    assert found_in(f"a half: {canary.secret[1:].lower()}", canary.traces())
    assert not found_in(f"the card ending in {canary.number[-4:]}", canary.traces())
    assert found_in(redis_word(canary), canary.traces())
