"""Sellers and cards for the tests of this app, which need no orders and no issuer."""

from dataclasses import replace
from datetime import date
from typing import Any

from accounts.models import User
from listings.actions import publish as publishing
from listings.categories import CATEGORIES
from listings.facts import CardFacts, facts_of
from listings.models import Category, Listing
from marketplace.lib.ids import uuid7


def person(name: str = "Somebody", *, level: int = 0, **fields: Any) -> User:
    email = f"{name.lower()}.{uuid7().hex[-10:]}@people.example"
    return User.objects.create_user(email, name=name, level=level, **fields)


def seller(name: str = "Mei", **fields: Any) -> User:
    """Somebody who may offer cards."""
    return person(name, level=2, **fields)


def staff() -> User:
    return person("Ada", is_staff=True)


def category(slug: str = "top-up") -> Category:
    """A category; tests that commit empty the table that the migration filled."""
    place, name, name_zh = next(
        (place, *names) for place, (own, *names) in enumerate(CATEGORIES, start=1) if own == slug
    )
    facts = {"name": name, "name_zh": name_zh, "position": place}
    return Category.objects.get_or_create(slug=slug, defaults=facts)[0]


def facts(**changes: Any) -> CardFacts:
    """An honest card: 50 yuan of sandbox credit for 48."""
    honest = CardFacts(
        title="Game card 50",
        description="Top-up for any game of the house.",
        category=category().slug,
        issuer="sandbox",
        face_value=5_000,
        price=4_800,
        expiry=date(2099, 12, 31),
    )
    return replace(honest, **changes)


def changed(listing: Listing, **changes: Any) -> CardFacts:
    return replace(facts_of(listing), **changes)


def draft(*, by: User, **changes: Any) -> Listing:
    return publishing.create_draft(by=by, facts=facts(**changes))


def listing(*, by: User | None = None, **changes: Any) -> Listing:
    """A card on sale, or held where its facts ask for a look."""
    return publishing.offer(by=by or seller(), facts=facts(**changes), guidance_read=True)
