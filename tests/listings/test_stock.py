"""Units: reserved by orders, given back, used up; and what a buyer has seen."""

import pytest

from listings.actions import publish as publishing
from listings.actions import stock
from listings.models import Listing, SellerFacts
from listings.states import ListingState
from marketplace.lib import clock
from tests.conftest import refused
from tests.listings import world as given

pytestmark = pytest.mark.django_db


def reserve(listing, buyer=None, revision=1):
    return stock.reserve(
        listing.pk, revision=revision, buyer=buyer or given.person(), at=clock.now()
    )


def units(listing):
    fresh = Listing.objects.get(pk=listing.pk)
    return fresh.state, fresh.free, fresh.reserved, fresh.used


def test_the_last_unit_reserves_the_listing():
    listing = given.listing()

    reserve(listing)

    assert units(listing) == (ListingState.RESERVED, 0, 1, 0)


def test_one_of_two_units_leaves_it_on_sale():
    listing = given.listing(quantity=2)

    reserve(listing)

    assert units(listing) == (ListingState.ON_SALE, 1, 1, 0)


def test_a_unit_given_back_is_on_sale_again():
    listing = given.listing()
    reserve(listing)

    stock.give_back(listing.pk, at=clock.now())

    assert units(listing) == (ListingState.ON_SALE, 1, 0, 0)


def test_a_unit_given_back_to_a_withdrawn_listing_is_not_on_sale():
    mei = given.seller()
    listing = given.listing(by=mei)
    reserve(listing)
    publishing.withdraw(listing.pk, by=mei)

    stock.give_back(listing.pk, at=clock.now())

    assert units(listing) == (ListingState.WITHDRAWN, 1, 0, 0)


def test_the_last_unit_used_up_finishes_the_listing():
    listing = given.listing()
    reserve(listing)

    stock.use_up(listing.pk, at=clock.now())

    assert units(listing) == (ListingState.SOLD, 0, 0, 1)


def test_each_unit_used_up_is_one_completed_sale():
    mei = given.seller()
    listing = given.listing(by=mei, quantity=2)
    for _i in range(2):
        reserve(listing)
        stock.use_up(listing.pk, at=clock.now())

    assert SellerFacts.objects.get(seller=mei).completed_sales == 2


def test_more_units_free_a_reserved_listing():
    mei = given.seller()
    listing = given.listing(by=mei)
    reserve(listing)

    publishing.edit(listing.pk, by=mei, facts=given.changed(listing, quantity=3))

    assert units(listing) == (ListingState.ON_SALE, 2, 1, 0)


def test_units_in_orders_can_not_be_edited_away():
    mei = given.seller()
    listing = given.listing(by=mei, quantity=3)
    reserve(listing)
    reserve(listing)

    with refused("invalid"):
        publishing.edit(listing.pk, by=mei, facts=given.changed(listing, quantity=1))


def test_nobody_orders_from_himself():
    mei = given.seller()
    listing = given.listing(by=mei)

    with refused("own_listing"):
        reserve(listing, buyer=mei)


def test_what_is_not_on_sale_can_not_be_ordered():
    listing = given.listing()
    reserve(listing)

    with refused("listing_not_on_sale"):
        reserve(listing)


def test_who_saw_another_revision_is_told_what_has_changed():
    mei = given.seller()
    listing = given.listing(by=mei)
    publishing.edit(listing.pk, by=mei, facts=given.changed(listing, price=5_000, title="Other"))

    with refused("listing_changed") as refusal:
        reserve(listing, revision=1)

    assert refusal.value.facts["revision"] == 2
    assert refusal.value.facts["diff"] == {
        "price": {"was": 4_800, "now": 5_000},
        "title": {"was": "Game card 50", "now": "Other"},
    }


def test_who_saw_a_revision_that_never_was_gets_nothing():
    with refused("listing_changed"):
        reserve(given.listing(), revision=99)
