"""The seller's pages: draft, publish, change, withdraw; refused with the input kept."""

import pytest
from django.urls import reverse

from listings.actions import moderation
from listings.actions import publish as publishing
from listings.models import Listing
from listings.states import ListingState
from tests.listings import world as given
from tests.listings.test_pages import text

pytestmark = pytest.mark.django_db


def form(**changes):
    typed = {
        "title": "Game card 50",
        "description": "Top-up for any game.",
        "category": given.category().slug,
        "issuer": "sandbox",
        "face_value": "50",
        "price": "48.00",
        "quantity": "1",
        "expiry": "2099-12-31",
        "guidance": "on",
        "then": "publish",
    }
    return typed | changes


@pytest.fixture
def mei(client):
    mei = given.seller()
    client.force_login(mei)
    return mei


def test_selling_asks_who_is_not_signed_in_to_sign_in(client):
    assert client.get("/sell/").status_code == 302


def test_who_is_not_checked_is_shown_the_way_to_verification(client):
    client.force_login(given.person(level=1))

    assert "Have your real name checked first" in text(client.get("/sell/"))
    assert client.post("/sell/", form()).status_code == 403


def test_a_card_is_published_from_the_page(client, mei):
    response = client.post("/sell/", form(), follow=True)

    listing = Listing.objects.get(seller=mei)
    assert listing.state == ListingState.ON_SALE
    assert response.redirect_chain[-1][0] == listing.get_absolute_url()


def test_the_three_sentences_stand_on_the_first_sale_only(client, mei):
    first = text(client.get("/sell/"))
    given.listing(by=mei)

    second = text(client.get("/sell/"))

    assert "An order is not a payment." in first
    assert "An order is not a payment." not in second


def test_without_the_tick_nothing_is_published_and_the_input_stays(client, mei):
    response = client.post("/sell/", form(guidance="", title="My own title"))

    assert response.status_code == 400
    assert "Read the three sentences and tick the box first." in text(response)
    assert "My own title" in response.content.decode()
    assert not Listing.objects.exists()


def test_a_flag_is_named_with_its_words_at_its_field(client, mei):
    response = client.post("/sell/", form(description="My QQ: 1234567"))

    assert response.status_code == 400
    assert "QQ: 1234567" in str(response.context["form"].errors["description"])


def test_a_held_card_tells_its_seller_why(client, mei):
    response = client.post("/sell/", form(price="20"), follow=True)

    page = text(response)
    assert "A person will look at this within 24 hours. Reason:" in page
    assert "The price is below half of the face value. “40 %”" in page


def test_what_staff_sent_back_shows_their_reason(client, mei):
    held = given.listing(by=mei, price=2_000)
    moderation.send_back(held.pk, by=given.staff(), reason="Show the receipt first.")

    page = text(client.get(reverse("sell_edit", args=[held.pk])))

    assert "Sent back by Fairhand. Reason:" in page
    assert "Show the receipt first." in page


def test_a_draft_is_kept_and_published_later(client, mei):
    client.post("/sell/", form(then="draft"))
    draft = Listing.objects.get(seller=mei)
    assert draft.state == ListingState.DRAFT

    client.post(reverse("sell_edit", args=[draft.pk]), form(version=str(draft.version)))

    assert Listing.objects.get(pk=draft.pk).state == ListingState.ON_SALE


def test_a_change_saved_over_a_newer_one_is_refused(client, mei):
    listing = given.listing(by=mei)
    publishing.edit(listing.pk, by=mei, facts=given.changed(listing, price=4_700))

    stale = form(version=str(listing.version), then="save")
    response = client.post(reverse("sell_edit", args=[listing.pk]), stale)

    assert response.status_code == 412
    assert Listing.objects.get(pk=listing.pk).price == 4_700


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("price", "48.005"),
        ("price", "-1"),
        ("price", "4,8e1"),
        ("price", "99"),
        ("face_value", "0"),
        ("quantity", "201"),
        ("expiry", "2020-01-01"),
        ("issuer", "nobody"),
        ("title", " "),
        ("title", "Card\u202e05"),
    ],
)
def test_bad_input_is_told_at_its_field(client, mei, field, typed):
    response = client.post("/sell/", form(**{field: typed}))

    assert response.status_code == 400
    assert field in response.context["form"].errors


def test_withdrawing_asks_first_and_keeps_everything(client, mei):
    listing = given.listing(by=mei)
    address = reverse("listing_withdraw", args=[listing.pk])

    assert "Take it out of search and stop new orders?" in text(client.get(address))
    client.post(address)

    kept = Listing.objects.get(pk=listing.pk)
    assert kept.state == ListingState.WITHDRAWN
    assert kept.revisions.count() == 1


def test_somebody_elses_listing_is_not_found_on_my_side(client, mei):
    other = given.listing()

    for name in ("sell_edit", "listing_withdraw"):
        assert client.get(reverse(name, args=[other.pk])).status_code == 404
    assert client.post(reverse("listing_reopen", args=[other.pk])).status_code == 404


def test_a_get_changes_nothing(client, mei):
    listing = given.listing(by=mei)

    assert client.get(reverse("listing_reopen", args=[listing.pk])).status_code == 405


def test_my_listings_are_told_apart_by_section(client, mei):
    given.listing(by=mei, title="Offered card")
    given.draft(by=mei, title="Drafted card")

    offered, drafts = (
        text(client.get("/listings/mine/", {"show": show})) for show in ("offered", "drafts")
    )

    assert "Offered card" in offered
    assert "Drafted card" not in offered
    assert "Drafted card" in drafts
