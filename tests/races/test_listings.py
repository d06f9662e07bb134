"""Two at once on one listing: one unit is never promised twice, and no order is at a price unseen.

Each race has its control: the same moment without the lock, which must show the damage.
"""

import threading

import pytest
from django.db import close_old_connections, connection

from listings.actions import publish as publishing
from listings.actions import stock
from listings.models import Listing
from listings.models.listing import ListingQuerySet
from marketplace.lib import clock
from marketplace.lib.errors import Refused
from tests.listings import world as given

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def at_once(*acts):
    """Runs each act on a connection of its own; what it returned, or the code of its refusal."""
    outcomes: list[object] = [None] * len(acts)
    ready = threading.Barrier(len(acts))

    def run(place, act):
        try:
            ready.wait(5)
            outcomes[place] = act()
        except Refused as refusal:
            outcomes[place] = refusal.code
        finally:
            close_old_connections()
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(15)
    return outcomes


def without_lock(monkeypatch, count):
    """Nobody locks the listing; all have read it before the first writes."""
    all_have_read = threading.Barrier(count)

    def only_read(rows, pk):
        found = (
            rows.select_related("current__text", "seller", "category").defer("search").get(pk=pk)
        )
        all_have_read.wait(5)
        return found

    monkeypatch.setattr(ListingQuerySet, "lock", only_read)


def ordering(listing, buyer):
    return lambda: stock.reserve(listing.pk, revision=1, buyer=buyer, at=clock.now()).current.price


def test_two_buyers_of_the_last_unit_get_one_between_them():
    listing = given.listing()

    outcomes = at_once(ordering(listing, given.person()), ordering(listing, given.person()))

    assert sorted(map(str, outcomes)) == ["4800", "listing_not_on_sale"]


def test_without_the_lock_both_would_be_promised_the_last_unit(monkeypatch):
    listing = given.listing()
    buyers = given.person(), given.person()
    without_lock(monkeypatch, 2)

    outcomes = at_once(*(ordering(listing, buyer) for buyer in buyers))

    assert outcomes == [4_800, 4_800]
    assert Listing.objects.get(pk=listing.pk).reserved == 1


def test_an_order_is_made_at_the_price_seen_or_not_at_all():
    mei = given.seller()
    listing = given.listing(by=mei)
    dearer = given.changed(listing, price=5_000)

    ordered, edited = at_once(
        ordering(listing, given.person()),
        lambda: publishing.edit(listing.pk, by=mei, facts=dearer).current.price,
    )

    assert (ordered, edited) in [(4_800, 5_000), ("listing_changed", 5_000)]
    after = Listing.objects.get(pk=listing.pk)
    assert after.price == 5_000
    assert after.reserved == (1 if ordered == 4_800 else 0)


def test_without_the_lock_an_edit_would_lose_the_order(monkeypatch):
    mei = given.seller()
    listing = given.listing(by=mei)
    dearer = given.changed(listing, price=5_000)
    buyer = given.person()
    without_lock(monkeypatch, 2)

    ordered, edited = at_once(
        ordering(listing, buyer),
        lambda: publishing.edit(listing.pk, by=mei, facts=dearer).current.price,
    )

    after = Listing.objects.get(pk=listing.pk)
    assert (ordered, edited) == (4_800, 5_000)
    assert (after.reserved, after.price) != (1, 5_000)


def test_two_cards_published_at_once_keep_within_the_limit():
    mei = given.seller()
    drafts = [given.draft(by=mei, face_value=30_000, price=29_000) for _i in range(2)]

    outcomes = at_once(
        *(
            lambda pk=each.pk: publishing.publish(pk, by=mei, guidance_read=True).state
            for each in drafts
        )
    )

    assert sorted(outcomes) == ["ON_SALE", "card_limit"]


def test_without_the_sellers_row_locked_both_would_pass_the_limit(monkeypatch):
    mei = given.seller()
    drafts = [given.draft(by=mei, face_value=30_000, price=29_000) for _i in range(2)]
    all_have_counted = threading.Barrier(2)
    count = ListingQuerySet.open_value

    def counted(rows, seller_id):
        value = count(rows, seller_id)
        all_have_counted.wait(5)
        return value

    monkeypatch.setattr(ListingQuerySet, "open_value", counted)
    monkeypatch.setattr(publishing, "facts_of_seller", lambda seller: None)
    monkeypatch.setattr(publishing, "_require_guidance", lambda *_args, **_more: None)

    outcomes = at_once(
        *(lambda pk=each.pk: publishing.publish(pk, by=mei).state for each in drafts)
    )

    assert outcomes == ["ON_SALE", "ON_SALE"]
