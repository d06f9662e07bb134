"""From a draft to a listing on sale and back: who may, what is refused, what is kept."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from listings.actions import moderation, stock
from listings.actions import publish as publishing
from listings.facts import facts_of
from listings.models import Hold, Listing, SellerFacts, Text
from listings.states import ListingState
from marketplace.lib import clock
from tests.conftest import refused
from tests.listings import world as given
from tests.listings.world import changed

pytestmark = pytest.mark.django_db


def test_a_published_card_is_on_sale_with_its_first_revision():
    listing = given.listing()

    assert listing.state == ListingState.ON_SALE
    assert listing.current.number == 1
    assert listing.current.is_intact
    assert listing.verification_mode == "issuer"


def test_the_proof_of_an_issuer_without_a_check_is_the_buyers_own_try():
    listing = given.listing(issuer="orchard")

    assert listing.current.verification_mode == "buyer_attests"


def test_a_draft_exists_for_its_seller_alone():
    mei = given.seller()
    draft = given.draft(by=mei)

    assert Listing.objects.visible_to(mei).filter(pk=draft.pk).exists()
    assert not Listing.objects.visible_to(given.person()).filter(pk=draft.pk).exists()


def test_level_one_may_not_offer_cards():
    with refused("level_too_low"):
        given.draft(by=given.person(level=1))


def test_level_one_may_not_publish_a_draft_from_better_days():
    mei = given.seller()
    draft = given.draft(by=mei)
    mei.level = 1
    mei.save()

    with refused("level_too_low"):
        publishing.publish(draft.pk, by=mei, guidance_read=True)


def test_who_closes_the_account_may_not_publish():
    mei = given.seller(state="PENDING_CLOSURE")

    with refused("account_closing"):
        given.draft(by=mei)


def test_the_first_card_needs_the_guidance_read():
    mei = given.seller()
    draft = given.draft(by=mei)

    with refused("invalid") as refusal:
        publishing.publish(draft.pk, by=mei)

    assert refusal.value.facts["errors"][0]["pointer"] == "/guidance"


def test_the_second_card_needs_no_guidance():
    mei = given.seller()
    given.listing(by=mei)
    draft = given.draft(by=mei)

    listing = publishing.publish(draft.pk, by=mei)

    assert listing.state == ListingState.ON_SALE


def test_somebody_elses_draft_does_not_exist():
    draft = given.draft(by=given.seller())

    with refused("not_found"):
        publishing.publish(draft.pk, by=given.seller(), guidance_read=True)


def test_somebody_elses_listing_is_not_mine_to_withdraw():
    listing = given.listing()

    with refused("not_your_step"):
        publishing.withdraw(listing.pk, by=given.seller())


def test_an_edit_of_the_price_writes_a_revision_and_keeps_the_old_one():
    mei = given.seller()
    listing = given.listing(by=mei)

    after = publishing.edit(listing.pk, by=mei, facts=changed(listing, price=4_700))

    assert [each.price for each in after.revisions.order_by("number")] == [4_800, 4_700]
    assert after.current.number == 2


def test_an_edit_that_changes_nothing_writes_no_revision():
    mei = given.seller()
    listing = given.listing(by=mei)

    after = publishing.edit(listing.pk, by=mei, facts=facts_of(listing))

    assert after.revisions.count() == 1


def test_an_edit_of_what_was_changed_meanwhile_is_refused():
    mei = given.seller()
    listing = given.listing(by=mei)
    publishing.edit(listing.pk, by=mei, facts=changed(listing, price=4_700))

    with refused("precondition_failed"):
        publishing.edit(
            listing.pk, by=mei, facts=changed(listing, price=4_600), version=listing.version
        )


def test_a_description_is_stored_once():
    given.listing(description="The same words.")
    given.listing(description="The same words.")

    assert Text.objects.filter(body="The same words.").count() == 1


@pytest.mark.parametrize("table", ["listings_revision", "listings_text"])
@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET sha256 = ''"])
def test_what_a_listing_said_is_never_changed_or_removed(table, change):
    given.listing()

    with pytest.raises(DatabaseError, match="never changed or removed"), transaction.atomic():
        connection.cursor().execute(change.format(table))


def test_a_code_is_not_even_kept_in_a_draft():
    mei = given.seller()

    with refused("red_flag") as refusal:
        given.draft(by=mei, description="Here it is: 4821 7730 1192 6604")

    assert "4821" not in str(refusal.value.facts)
    assert not Text.objects.filter(body__contains="4821").exists()


def test_a_refused_flag_names_its_field_and_its_words():
    mei = given.seller()
    draft = given.draft(by=mei, title="Game card from the No. 1 shop")

    with refused("red_flag") as refusal:
        publishing.publish(draft.pk, by=mei, guidance_read=True)

    assert refusal.value.facts["flags"] == [
        {"flag": "false_guarantee", "field": "title", "words": "No. 1 shop"}
    ]


def test_a_price_of_eighty_percent_carries_the_caution():
    listing = given.listing(price=4_000)

    assert listing.state == ListingState.ON_SALE
    assert listing.current.cautions == ["price_too_low"]


def test_a_price_above_eighty_percent_carries_none():
    assert given.listing(price=4_001).current.cautions == []


def test_half_the_face_value_is_still_only_cautioned():
    assert given.listing(price=2_500).state == ListingState.ON_SALE


def test_less_than_half_the_face_value_waits_for_a_person():
    listing = given.listing(price=2_499)

    assert listing.state == ListingState.REVIEW
    assert Hold.objects.get(listing=listing).flags[0]["flag"] == "price_too_low"


def test_a_price_can_not_be_lowered_past_the_rule_while_on_sale():
    mei = given.seller()
    listing = given.listing(by=mei)

    with refused("red_flag"):
        publishing.edit(listing.pk, by=mei, facts=changed(listing, price=2_000))


def test_an_edit_does_not_remove_a_caution_whose_cause_stays():
    mei = given.seller()
    listing = given.listing(by=mei, price=4_000)

    after = publishing.edit(listing.pk, by=mei, facts=changed(listing, title="Another title"))

    assert after.current.cautions == ["price_too_low"]


def test_an_approved_listing_is_on_sale_with_its_caution():
    staff = given.staff()
    held = given.listing(price=2_000)

    listing = moderation.approve(held.pk, by=staff)

    assert listing.state == ListingState.ON_SALE
    assert listing.current.cautions == ["price_too_low"]


def test_what_was_approved_may_be_edited_without_another_look():
    mei = given.seller()
    held = given.listing(by=mei, price=2_000)
    moderation.approve(held.pk, by=given.staff())

    after = publishing.edit(held.pk, by=mei, facts=changed(held, description="More words."))

    assert after.state == ListingState.ON_SALE


def test_a_listing_is_sent_back_with_a_reason_only():
    held = given.listing(price=2_000)

    with refused("reason_required"):
        moderation.send_back(held.pk, by=given.staff(), reason=" ")


def test_staff_do_not_decide_about_their_own_listing():
    staff = given.seller(is_staff=True)
    held = given.listing(by=staff, price=2_000)

    with refused("not_your_step"):
        moderation.approve(held.pk, by=staff)


def test_withdrawing_ends_an_open_look():
    mei = given.seller()
    held = given.listing(by=mei, price=2_000)

    publishing.withdraw(held.pk, by=mei)

    assert not Hold.objects.filter(decided_at=None).exists()


def test_a_listing_with_a_live_order_can_be_withdrawn_and_the_unit_stays_reserved():
    mei = given.seller()
    listing = given.listing(by=mei)
    stock.reserve(listing.pk, revision=1, buyer=given.person(), at=clock.now())

    after = publishing.withdraw(listing.pk, by=mei)

    assert (after.state, after.reserved, after.free) == (ListingState.WITHDRAWN, 1, 0)


def test_a_withdrawn_listing_becomes_no_draft_while_an_order_is_live():
    mei = given.seller()
    listing = given.listing(by=mei)
    stock.reserve(listing.pk, revision=1, buyer=given.person(), at=clock.now())
    publishing.withdraw(listing.pk, by=mei)

    with refused("wrong_state"):
        publishing.reopen(listing.pk, by=mei)


def test_a_withdrawn_listing_can_be_offered_again():
    mei = given.seller()
    listing = given.listing(by=mei)
    publishing.withdraw(listing.pk, by=mei)
    publishing.reopen(listing.pk, by=mei)

    after = publishing.publish(listing.pk, by=mei)

    assert after.state == ListingState.ON_SALE


def test_a_hidden_listing_is_shown_again_where_its_units_say():
    staff = given.staff()
    listing = given.listing()
    stock.reserve(listing.pk, revision=1, buyer=given.person(), at=clock.now())
    moderation.hide(listing.pk, by=staff)

    after = moderation.lift(listing.pk, by=staff)

    assert after.state == ListingState.RESERVED


def test_open_card_value_is_capped():
    mei = given.seller()
    given.listing(by=mei, face_value=50_000, price=49_000)

    with refused("card_limit") as refusal:
        given.listing(by=mei, price=4_800)

    assert refusal.value.facts == {"value": 53_800, "limit": 50_000}


def test_units_in_live_orders_count_towards_the_cap():
    mei = given.seller()
    first = given.listing(by=mei, face_value=50_000, price=49_000)
    stock.reserve(first.pk, revision=1, buyer=given.person(level=2), at=clock.now())
    publishing.withdraw(first.pk, by=mei)

    with refused("card_limit"):
        given.listing(by=mei)


def test_completed_sales_make_room_under_the_cap():
    mei = given.seller()
    first = given.listing(by=mei, face_value=50_000, price=49_000)
    stock.reserve(first.pk, revision=1, buyer=given.person(level=2), at=clock.now())
    stock.use_up(first.pk, at=clock.now())

    assert given.listing(by=mei).state == ListingState.ON_SALE


def test_a_refused_offer_leaves_no_draft_behind():
    mei = given.seller()

    with refused("red_flag"):
        given.listing(by=mei, title="Official store card")

    assert not Listing.objects.exists()
    assert not SellerFacts.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"price": 0}, "price"),
        ({"price": -1}, "price"),
        ({"price": 200_001, "face_value": 300_000}, "price"),
        ({"price": 5_501}, "price"),
        ({"price": 48.0}, "price"),
        ({"price": True}, "price"),
        ({"face_value": 0}, "face_value"),
        ({"expiry": date(2020, 1, 1)}, "expiry"),
        ({"issuer": "nobody"}, "issuer"),
        ({"category": "nothing"}, "category"),
        ({"verification_mode": "buyer_attests"}, "verification_mode"),
        ({"title": "  "}, "title"),
        ({"title": "x" * 81}, "title"),
        ({"title": "Card\u202e05"}, "title"),
        ({"title": "Card\n50"}, "title"),
        ({"description": " \n "}, "description"),
        ({"description": "a\x00b"}, "description"),
        ({"description": "x" * 4_001}, "description"),
        ({"quantity": 0}, "quantity"),
        ({"quantity": 201}, "quantity"),
    ],
)
def test_what_can_not_be_so_is_refused_at_its_field(changes, field):
    mei = given.seller()

    with refused("invalid") as refusal:
        given.draft(by=mei, **changes)

    assert field in {error["pointer"].removeprefix("/") for error in refusal.value.facts["errors"]}


def test_eleven_tenths_of_the_face_value_is_the_dearest():
    assert given.listing(price=5_500).state == ListingState.ON_SALE
