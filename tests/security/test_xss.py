"""Whatever people write is shown as text: none of it becomes an element or a handler (A11)."""

import base64
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.test import Client

from accounts.actions.tokens import create_token
from accounts.inbox.models import Mail
from accounts.inbox.outbox import content
from accounts.models import User
from disputes.actions import appealing, drawing, evidence, jury
from disputes.models import Evidence
from marketplace.sandbox import deliveries
from orders.actions import checkout, reports
from orders.models import CodeReport, Order, OrderEvent
from tests import given
from tests.disputes import panels
from tests.disputes import world as court
from tests.orders import world as orders
from tests.remembered import remembered
from tests.security.routes import address, routes
from tests.security.world import World, browser, build

PROBE = "probe-77"
# Ends whatever an attribute, a comment, a title or a script could have begun.
ATTACK = f"\"'>--></title></textarea></script><{PROBE} onclick=alert(1) src=x>{{{{7919*7907}}}}"
SHORT = f"\"'><{PROBE} onclick=x>"  # for columns of 40 characters
VISIT = {"User-Agent": ATTACK, "Referer": f"https://{PROBE}.example/?{ATTACK}"}


class Reader(HTMLParser):
    """Notes every element of the attack, every handler, and every script that is not a file."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if tag == PROBE or (tag == "script" and "src" not in names and "type" not in names):
            self.found.append(tag)
        self.found += [f"{tag} {name}" for name in names if name.startswith("on")]
        links = [names.get(name) or "" for name in ("href", "src", "action", "formaction")]
        self.found += [
            f"{tag} {link}" for link in links if link.startswith(("javascript:", "data:"))
        ]


def elements_of(page: str) -> list[str]:
    reader = Reader()
    reader.feed(page)
    return [found for found in reader.found if not found.startswith("img data:image/png")]


@pytest.fixture
def attacked(market: str) -> World:
    return built_and_attacked()


@remembered
def built_and_attacked() -> World:
    """Everything that a person can type holds the attack."""
    world = build()
    User.objects.filter(pk__in=[world.seller.pk, world.buyer.pk]).update(name=SHORT)
    offer = given.listing(world.seller, title=ATTACK[:120], description=ATTACK, quantity=3)
    world.things["listings/"] = world.things["sell/"] = offer.pk
    cancelled = given.placed_order(offer, world.buyer)
    checkout.cancel(cancelled.pk, by=world.buyer, reason=ATTACK)
    Order.objects.filter(state="PLACED").update(came_from=ATTACK[:60])
    revealed = given.revealed_order(offer, world.buyer)
    reports.report_code(revealed.pk, by=world.buyer, problem="invalid", text=ATTACK)
    world.things["orders/"] = revealed.pk
    create_token(world.buyer.pk, name=SHORT, scopes=["read"], by=world.buyer)
    deliveries.wait()
    _attacked_at_court(world)
    return world


def _attacked_at_court(world: World) -> None:
    """A decided case whose statement, exhibits, words, reasons and appeal hold the attack."""
    order = panels.revealed(orders.offer(world.seller), world.buyer)
    case = court.filed(order, statement=ATTACK)
    evidence.submit(case.pk, by=world.seller, item=court.statement(ATTACK))
    item = court.text(f"{ATTACK} again", description=ATTACK)
    evidence.submit(case.pk, by=world.buyer, item=item)
    drawing.set_words(case.pk, by=world.buyer, words=ATTACK)
    voting = court.later(case, hours=72)
    for seat, side in zip(court.open_seats(voting), ["buyer"] * 8 + ["seller"] * 9, strict=True):
        jury.open_bundle(seat.pk, by=seat.juror)
        orders.skip(seconds=61)
        jury.cast_vote(seat.pk, by=seat.juror, side=side, findings=["not_proven"], rationale=ATTACK)
    ground = appealing.Ground("procedure", ATTACK * 2)
    appealing.appeal(case.pk, by=world.buyer, ground=ground)
    exhibit = Evidence.objects.get(case=case, party="buyer", kind="text")
    world.things["exhibit"] = exhibit.pk
    for start in ("cases/", "court/cases/", "court/draw/", "desk/disputes/case/"):
        world.things[start] = case.pk


def pages(world: World, visitors: dict[str, Client]) -> Iterator[tuple[str, str, str]]:
    """(who, where, page) of everything that is HTML."""
    for route in routes():
        for who in ["staff"] if route.is_desk else ["buyer", "seller", "juror"]:
            answer = visitors[who].get(address(route, world), headers=VISIT)
            if answer.headers.get("Content-Type", "").startswith("text/html"):
                yield who, str(route), answer.text


DRAWN = "img data:image/svg+xml;base64,"


def _drawn(where: str, found: str) -> bool:
    """The code for the app, which allauth draws on its one page: lines, and nothing that runs."""
    if "totp/activate" not in where or not found.startswith(DRAWN):
        return False
    drawing = base64.b64decode(found.removeprefix(DRAWN)).decode()
    return set(re.findall(r"<(\w+)", drawing)) <= {"svg", "path"} and " on" not in drawing


@pytest.mark.long(15)
@pytest.mark.django_db(transaction=True)
def test_no_page_of_anybody_runs_what_people_wrote(attacked: World):
    visitors = attacked.visitors()
    del visitors["nobody"]
    shown: set[str] = set()
    run = []

    for who, where, page in pages(attacked, visitors):
        run += [(who, where, found) for found in elements_of(page) if not _drawn(where, found)]
        if f"&lt;{PROBE}" in page:
            shown.add(where)
        if str(7919 * 7907) in page:
            run.append((who, where, "a template of theirs"))

    assert run == []
    # It was there to be run: on the pages that show these texts.
    assert {"/", "/listings/<uuid:pk>/", "/orders/<uuid:pk>/", "/inbox/", "/sandbox/mail/"} <= shown
    of_the_case = {
        "/cases/<uuid:pk>/",
        "/cases/<uuid:pk>/verdict/",
        "/desk/disputes/case/<path:object_id>/change/",
    }
    assert of_the_case <= shown


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "path",
    [
        "/search/?q={}",
        "/?cursor={}",
        "/orders/?side={}",
        "/accounts/login/?next={}",
        "/codes/seal/?order={}",
        "/c/{}/",
        "/problems/{}/",
        "/api/v1/listings/?q={}",
        "/api/v1/docs/?url={}",
    ],
)
def test_no_page_runs_what_stands_in_its_address(world: World, path: str):
    client = browser(world.buyer)

    page = client.get(path.format(ATTACK.replace("#", "%23"))).text

    assert elements_of(page) == []


@pytest.mark.django_db(transaction=True)
def test_no_mail_runs_what_people_wrote(attacked: World):
    mails = [content(mail) for mail in Mail.objects.all()]

    assert [mail.subject for mail in mails if "\n" in mail.subject] == []
    assert [elements_of(mail.html) for mail in mails if elements_of(mail.html)] == []


@pytest.mark.django_db(transaction=True)
def test_what_people_wrote_is_kept_as_they_wrote_it(attacked: World):
    """Shown as text, and not mangled: the honest twin with a < in its title loses nothing."""
    assert CodeReport.objects.filter(text=ATTACK).exists()
    assert OrderEvent.objects.filter(note=ATTACK).exists()
