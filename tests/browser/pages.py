"""Every page of the site as one of the people of a small world sees it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from django.core.cache import cache
from playwright.sync_api import Page

from accounts.models import User
from listings.actions import publish
from listings.categories import CATEGORIES
from listings.facts import CardFacts
from listings.models import Category, Listing
from marketplace.sandbox import issuer
from orders.actions import checkout, delivery, reports
from orders.models import Order
from tests import given

Act = Callable[[Page], None]


@dataclass(frozen=True)
class Look:
    """One page: its name in reports, its address, and what is done there before one looks."""

    name: str
    path: str
    act: Act | None = None

    def at(self, page: Page) -> None:
        cache.clear()  # the limits count by address; here everybody has the same
        page.goto(self.path)
        if self.act is not None:
            self.act(page)
            page.wait_for_load_state()


@dataclass(frozen=True)
class World:
    seller: User
    buyer: User
    new: User
    looks: Mapping[str, list[Look]]  # by role: anybody, buyer, seller, new

    def person(self, role: str) -> User | None:
        return {"buyer": self.buyer, "seller": self.seller, "new": self.new}.get(role)


def world() -> World:
    """Orders in every state, listings in every state; the slow ones first, then the clock moves."""
    Category.objects.bulk_create(
        Category(slug=slug, name=name, name_zh=name_zh, position=position)
        for position, (slug, name, name_zh) in enumerate(CATEGORIES, start=1)
    )
    seller, buyer, new = given.person("Mei"), given.person("Bo"), given.person("Nin", level=0)
    listings = _listings(seller)
    orders = _orders(listings["many"], buyer)
    return World(
        seller,
        buyer,
        new,
        {
            "anybody": _anybody(listings),
            "buyer": _buyer(listings, orders),
            "seller": _seller(listings, orders),
            "new": _new(),
        },
    )


def _listings(seller: User) -> dict[str, Listing]:
    cheap = {"face_value": 1_000, "price": 900, "issuer": "sandbox"}
    facts = CardFacts("Draft 草稿", "", "coupons", "sandbox", 1_000, 900, 1)
    made = {
        "many": given.listing(seller, **cheap, quantity=12, title="Game card 10 游戏充值卡"),
        "far below": given.listing(seller, **(cheap | {"price": 700, "issuer": "orchard"})),
        "held": given.listing(seller, **(cheap | {"price": 400})),
        "withdrawn": given.listing(seller, **cheap, title="Withdrawn"),
        "draft": publish.create_draft(by=seller, facts=facts),
        "reserved": given.listing(seller, **cheap, title="Reserved"),
    }
    publish.withdraw(made["withdrawn"].pk, by=seller)
    return made


def _orders(offer: Listing, buyer: User) -> dict[str, Order]:
    late = given.paid_order(offer, buyer)
    given.skip(25)
    made = {
        "late": late,
        "completed": given.completed_order(offer, buyer),
        "refunded": _reported(offer, buyer),
        "asked": _reported(offer, buyer, mode="down"),
        "ready": given.delivered_order(offer, buyer),
        "revealed": given.revealed_order(offer, buyer),
        "paid": given.paid_order(offer, buyer),
        "cancelled": checkout.cancel(given.placed_order(offer, buyer).pk, by=buyer),
    }
    reserved = Listing.objects.get(current__title="Reserved")
    made["unpaid"] = given.placed_order(reserved, buyer)
    given.sealed_code(offer)
    return made


def _reported(offer: Listing, buyer: User, *, mode: str = "") -> Order:
    """A report that the issuer settles for the buyer, or that waits for it."""
    card = given.card(offer.current.face_value)
    order = given.delivered_order(offer, buyer, of=card)
    if not mode:
        issuer.redeem(card.number)
        given.skip(1)
    delivery.reveal_code(order.pk, by=buyer, skip_check=True) if not mode else None
    if mode:
        delivery.reveal_code(order.pk, by=buyer)
        issuer.set_mode(mode)
    reports.report_code(order.pk, by=buyer, problem="used", text="It was refused at the till.")
    given.settled(order)
    issuer.set_mode("up")
    return order
