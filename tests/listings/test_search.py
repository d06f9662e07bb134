"""Search: two Chinese characters suffice, filters narrow, the index answers, pages are stable."""

import pytest
from django.db import connection

from listings import search as searching
from listings.actions import publish as publishing
from listings.models import Listing
from listings.search import Filters, matching, narrowed, search
from listings.tokens import query_tokens, quoted, tokens
from tests.listings import world as given

pytestmark = pytest.mark.django_db


def titles(**filters):
    found = search(Filters(**filters)).page.rows
    return [each.current.title for each in found]


def crowd(count, title="Another card"):
    """Many rows copied from one listing, each a second older and with a word of its own."""
    one = given.listing(title=title)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(
            "CREATE TEMP TABLE more ON COMMIT DROP AS"
            " SELECT n, gen_random_uuid() AS l, gen_random_uuid() AS r"
            " FROM generate_series(2, %s) AS n",
            [count + 1],
        )
        copy(cursor, "listings_revision", one.current_id, id="r", number="n")
        copy(
            cursor,
            "listings_listing",
            one.pk,
            id="l",
            current_id="r",
            published_at="published_at - n * interval '1 second'",
            search="search || array_to_tsvector(ARRAY['w' || n])",
        )
        cursor.execute("ANALYZE listings_listing")
    return one


def copy(cursor, table, pk, **changed):
    """The row once for each row of `more`, with some columns changed."""
    described = connection.introspection.get_table_description(cursor, table)
    columns = [column.name for column in described]
    names = ", ".join(f'"{column}"' for column in columns)
    picked = ", ".join(changed.get(column, f'"{column}"') for column in columns)
    cursor.execute(
        f"INSERT INTO {table} ({names}) SELECT {picked} FROM {table}, more WHERE id = %s",  # noqa: S608
        [pk],
    )


def plan(rows):
    return rows.explain()


def test_two_chinese_characters_find_a_card():
    given.listing(title="原神 创世结晶 充值卡")
    given.listing(title="Something else")

    assert titles(q="结晶") == ["原神 创世结晶 充值卡"]


def test_characters_that_do_not_stand_together_find_nothing():
    given.listing(title="原神 创世结晶 充值卡")

    assert titles(q="世晶") == []


def test_one_chinese_character_finds_a_card():
    given.listing(title="创世结晶")

    assert titles(q="晶") == ["创世结晶"]


def test_words_are_found_in_any_order_case_and_width():
    given.listing(title="Star Harbour gift card")

    assert titles(q="\uff28\uff21\uff32\uff22\uff2f\uff35\uff32 star") == ["Star Harbour gift card"]


def test_the_description_the_issuer_and_both_names_of_the_category_are_searched():
    given.listing(title="One", description="works in the bakery")

    assert (
        titles(q="bakery") == titles(q="Sandbox") == titles(q="充值") == titles(q="top") == ["One"]
    )


def test_a_quoted_phrase_must_stand_as_it_is():
    given.listing(title="gift card for games")
    given.listing(title="card gift for games")

    assert titles(q="“gift card”") == ["gift card for games"]


def test_signs_alone_find_nothing_and_break_nothing():
    given.listing()

    assert titles(q="'&|!:*()\\") == []


def test_a_changed_title_is_found_by_its_new_words_alone():
    mei = given.seller()
    listing = given.listing(by=mei, title="Old words")
    publishing.edit(listing.pk, by=mei, facts=given.changed(listing, title="Fresh words"))

    assert titles(q="old") == []
    assert titles(q="fresh") == ["Fresh words"]


def test_only_what_is_on_sale_is_found():
    mei = given.seller()
    listing = given.listing(by=mei)
    given.draft(by=mei)
    publishing.withdraw(listing.pk, by=mei)

    assert titles() == titles(q="game") == []


def test_filters_narrow():
    given.listing(title="Cheap", price=4_100)
    given.listing(title="Dear", price=5_200, category=given.category("coupons").slug)
    given.listing(title="Unchecked", issuer="orchard", by=given.person(level=3))

    assert titles(price_max=4_500) == ["Cheap"]
    assert titles(price_min=5_000) == ["Dear"]
    assert titles(category=("coupons",)) == ["Dear"]
    assert titles(verification_mode=("buyer_attests",)) == ["Unchecked"]
    assert titles(issuer=("orchard",)) == ["Unchecked"]
    assert titles(seller_level=3) == ["Unchecked"]
    assert titles(sort="price_up") == ["Cheap", "Unchecked", "Dear"]
    assert titles(sort="price_down") == ["Dear", "Unchecked", "Cheap"]


def test_a_rare_word_is_answered_by_the_index():
    crowd(4_000)

    shown = plan(matching(narrowed(Filters()), "w1234"))

    assert "listing_words" in shown
    assert "Seq Scan" not in shown


def test_a_chinese_word_that_nobody_wrote_is_answered_by_the_index():
    crowd(4_000)

    assert "listing_words" in plan(matching(narrowed(Filters()), "鹦鹉"))


def test_the_feed_walks_the_newest_first_index():
    crowd(4_000)

    shown = plan(narrowed(Filters()).order_by("-published_at", "-pk")[:25])

    assert "listing_newest" in shown
    assert "Sort" not in shown


def test_a_category_walks_an_index_of_its_own_order():
    one = crowd(4_000)

    rows = Listing.objects.on_sale().filter(category_id=one.category_id)
    shown = plan(rows.order_by("-published_at", "-pk")[:25])

    assert "Sort" not in shown


def test_many_hits_are_counted_no_further_than_a_thousand():
    crowd(1_500)

    found = search(Filters(q="another"))

    assert found.count is None
    assert len(found.page.rows) == searching.PAGE_SIZE


def test_many_hits_are_walked_newest_first_without_a_sort():
    crowd(4_000)
    rows = matching(narrowed(Filters()), "another")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_bitmapscan = off")

    shown = plan(rows.order_by("-published_at", "-pk")[:25])

    assert "listing_newest" in shown


def test_few_hits_are_counted_exactly():
    given.listing(title="Rare bird")

    assert search(Filters(q="bird")).count == 1


def test_every_hit_comes_on_exactly_one_page():
    crowd(60)
    seen, cursor = [], ""
    while True:
        page = search(Filters(q="another"), cursor=cursor).page
        seen += [each.pk for each in page.rows]
        if not page.next:
            break
        cursor = page.next

    assert len(seen) == len(set(seen)) == 61


def test_chinese_is_cut_into_characters_and_pairs():
    assert tokens("充值卡A1") == {"充", "值", "卡", "充值", "值卡", "a1"}
    assert query_tokens("充值卡 A1") == ["充值", "值卡", "a1"]


def test_phrases_are_what_stands_between_quotation_marks():
    assert quoted('a "b c" “d” 「e f」') == ["b c", "d", "e f"]
