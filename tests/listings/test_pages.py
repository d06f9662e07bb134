"""The pages of listings: for everybody cheap, for the seller complete, and with honest words."""

import re

import pytest
from django.urls import reverse

from listings.actions import moderation, stock
from listings.actions import publish as publishing
from listings.models import SellerFacts
from listings.states import ListingState
from marketplace.lib import clock
from tests.listings import world as given

pytestmark = pytest.mark.django_db

# Words that could be read as "paid" before anything is (orders.md 2.1).
BANNED = re.compile(r"\b(taken|photographed|auctioned|bought|sold)\b|拍下|已拍", re.IGNORECASE)


def text(response):
    page = response.content.decode()
    return re.sub(r"<[^>]+>|\s+", " ", page[page.index("<main") :])


@pytest.fixture
def mei(client):
    mei = given.seller()
    client.force_login(mei)
    return mei


# --- Everybody ------------------------------------------------------------------------------------
def test_the_home_page_shows_what_is_newest(client):
    given.listing(title="First card")
    given.listing(title="Second card")

    page = text(client.get("/"))

    assert page.index("Second card") < page.index("First card")


def test_an_empty_home_page_says_so(client):
    assert "Nothing on sale yet. List the first thing." in text(client.get("/"))


def test_a_category_shows_its_own_cards_only(client):
    given.listing(title="A coupon", category=given.category("coupons").slug)
    given.listing(title="A top-up")

    page = text(client.get("/c/coupons/"))

    assert "A coupon" in page
    assert "A top-up" not in page


def test_an_unknown_category_is_not_found(client):
    assert client.get("/c/nothing/").status_code == 404


def test_search_says_what_it_did_not_find(client):
    assert "Nothing matches “bird”." in text(client.get("/search/", {"q": "bird"}))


def test_a_filter_that_can_not_be_read_is_left_out_with_a_notice(client):
    given.listing(title="Still shown")

    page = text(client.get("/search/", {"price_min": "cheap"}))

    assert "Some filters could not be read and were left out." in page
    assert "Still shown" in page


def test_the_next_page_keeps_the_filters(client):
    for number in range(25):
        given.listing(title=f"Card number-{number}")
    first = client.get("/search/", {"q": "card", "sort": "price_up"})

    second = client.get(first.context["next"])

    assert second.context["q"] == "card"
    assert len(second.context["cards"]) == 1


def test_a_broken_cursor_is_bad_input(client):
    assert client.get("/", {"cursor": "x"}).status_code == 400


def test_a_listing_says_how_it_is_proven(client):
    listing = given.listing(issuer="orchard")

    page = text(client.get(listing.get_absolute_url()))

    assert "Orchard Supermarkets offers no check. You reveal the code, try it, and have" in page


def test_a_listing_carries_its_caution(client):
    page = text(client.get(given.listing(price=4_000).get_absolute_url()))

    assert "This price is far below the face value." in page


def test_the_sellers_sales_are_counted_and_called_no_guarantee(client):
    mei = given.seller()
    listing = given.listing(by=mei)
    SellerFacts.objects.filter(seller=mei).update(completed_sales=3)

    assert "3 completed sales – not a guarantee" in text(client.get(listing.get_absolute_url()))


def test_what_can_be_ordered_has_an_order_button(client):
    listing = given.listing()

    page = client.get(listing.get_absolute_url()).content.decode()

    assert reverse("order_checkout", args=[listing.pk]) in page


def test_a_reserved_listing_says_so_and_has_no_order_button(client):
    listing = given.listing()
    stock.reserve(listing.pk, revision=1, buyer=given.person(), at=clock.now())

    response = client.get(listing.get_absolute_url())

    assert "Someone has ordered this and may still pay." in text(response)
    assert reverse("order_checkout", args=[listing.pk]) not in response.content.decode()


def test_a_withdrawn_listing_keeps_its_page(client):
    mei = given.seller()
    listing = given.listing(by=mei)
    publishing.withdraw(listing.pk, by=mei)

    response = client.get(listing.get_absolute_url())

    assert response.status_code == 200
    assert "The seller has withdrawn this listing." in text(response)


def test_a_hidden_listing_shows_strangers_nothing_of_its_words(client):
    listing = given.listing(title="Lure")
    moderation.hide(listing.pk, by=given.staff())

    page = client.get(listing.get_absolute_url()).content.decode()

    assert "Lure" not in page


def test_a_draft_is_not_found_by_a_stranger(client):
    draft = given.draft(by=given.seller())

    assert client.get(draft.get_absolute_url()).status_code == 404
    assert client.get(draft.current.get_absolute_url()).status_code == 404


def test_the_current_revision_shows_its_hash(client):
    listing = given.listing()

    assert listing.current.sha256 in text(client.get(listing.current.get_absolute_url()))


def test_an_old_revision_is_not_for_strangers(client):
    mei = given.seller()
    listing = given.listing(by=mei)
    publishing.edit(listing.pk, by=mei, facts=given.changed(listing, price=4_700))

    assert client.get(reverse("revision", args=[listing.pk, 1])).status_code == 404


def test_what_a_seller_writes_is_text_and_never_markup(client):
    listing = given.listing(title="<b>Card</b>", description="<script>x</script>")

    for address in ("/", listing.get_absolute_url(), listing.current.get_absolute_url()):
        page = client.get(address).content.decode()
        assert "<b>Card" not in page
        assert "<script>x" not in page


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_no_page_uses_a_word_that_sounds_like_paid(client, mei, language):
    client.cookies["language"] = language
    listing = given.listing(by=mei)
    addresses = ["/", "/search/", "/sell/", "/listings/mine/", listing.get_absolute_url()]
    addresses += [reverse(name, args=[listing.pk]) for name in ("sell_edit", "listing_withdraw")]

    for address in addresses:
        assert not BANNED.search(text(client.get(address))), address


def test_the_words_of_every_state_say_nothing_that_sounds_like_paid():
    assert not any(BANNED.search(str(label)) for label in ListingState.labels)


# --- Budgets --------------------------------------------------------------------------------------
@pytest.fixture
def no_sandbox(settings):
    """The bar that shows the sandbox's time costs one query more on every page."""
    settings.SANDBOX = False


@pytest.mark.parametrize("count", [10, 50])
def test_the_feed_takes_three_queries_however_many_listings(
    client, no_sandbox, django_assert_num_queries, count
):
    for number in range(count):
        given.listing(title=f"Card number-{number}")

    with django_assert_num_queries(3):
        client.get("/")


def test_a_feed_of_cards_rendered_before_takes_two_queries(
    client, no_sandbox, django_assert_num_queries
):
    given.listing()
    client.get("/")

    with django_assert_num_queries(2):
        client.get("/")


@pytest.mark.parametrize("count", [10, 50])
def test_a_listing_takes_one_query_for_who_is_not_signed_in(
    client, no_sandbox, django_assert_num_queries, count
):
    mei = given.seller()
    listing = given.listing(by=mei)
    for number in range(count):
        facts = given.changed(listing, title=f"Card number-{number}")
        listing = publishing.edit(listing.pk, by=mei, facts=facts)

    with django_assert_num_queries(1):
        client.get(listing.get_absolute_url())


@pytest.mark.parametrize("count", [10, 20])
def test_my_listings_take_the_same_queries_however_many(
    client, mei, no_sandbox, django_assert_num_queries, count
):
    for _i in range(count):
        given.draft(by=mei)
    client.get("/listings/mine/")

    with django_assert_num_queries(2):
        client.get("/listings/mine/?show=drafts")


def test_a_changed_listing_has_a_new_card_at_once(client):
    mei = given.seller()
    listing = given.listing(by=mei, title="Old name")
    client.get("/")
    publishing.edit(listing.pk, by=mei, facts=given.changed(listing, title="New name"))

    assert "New name" in text(client.get("/"))
