"""Pages by keyset: nothing twice, nothing missing, while rows are added; cursors are one list's."""

from datetime import timedelta

import pytest

from accounts.models import User
from marketplace.lib import clock, paging
from marketplace.lib.ids import uuid7
from tests.conftest import refused

pytestmark = pytest.mark.django_db
NEWEST = paging.Order("date_joined")
OLDEST = paging.Order("date_joined", newest_first=False)


def people(count):
    """Several of them at the same moment, so that the id must decide."""
    start = clock.now()
    made = [User(id=uuid7(), email=f"{uuid7()}@people.example") for _i in range(count)]
    User.objects.bulk_create(made)
    for place, each in enumerate(made):
        User.objects.filter(pk=each.pk).update(date_joined=start + timedelta(seconds=place // 3))
    return [each.pk for each in made]


def walk(order, *, size=4, between=lambda: None):
    """The ids of all pages, forwards; and the last page's cursor backwards."""
    seen, cursor, page = [], "", None
    while True:
        page = paging.page(User.objects.all(), order, name="people", cursor=cursor, size=size)
        seen += [each.pk for each in page.rows]
        between()
        if not page.next:
            return seen, page
        cursor = page.next


def test_every_row_comes_once_newest_first():
    made = people(11)

    seen, _last = walk(NEWEST)

    assert seen == list(reversed(made))


def test_every_row_comes_once_oldest_first():
    made = people(11)

    seen, _last = walk(OLDEST)

    assert seen == made


def test_rows_added_meanwhile_neither_repeat_nor_push_out_the_old_ones():
    made = people(11)

    seen, _last = walk(NEWEST, between=lambda: people(2))

    assert len(seen) == len(set(seen))
    assert set(made) <= set(seen)


def test_the_way_back_shows_the_same_pages():
    made = list(reversed(people(11)))
    _seen, page = walk(NEWEST)

    while page.previous:
        cursor = page.previous
        page = paging.page(User.objects.all(), NEWEST, name="people", cursor=cursor, size=4)

    assert [each.pk for each in page.rows] == made[:4]


def test_a_first_page_has_no_previous_and_a_last_no_next():
    people(3)

    page = paging.page(User.objects.all(), NEWEST, name="people", size=4)

    assert (page.next, page.previous) == ("", "")


@pytest.mark.parametrize("text", ["x", "W10:abc", "é", "a" * 500])
def test_a_broken_cursor_is_refused(text):
    with refused("bad_cursor"):
        paging.page(User.objects.all(), NEWEST, name="people", cursor=text, size=4)


def test_another_lists_cursor_is_refused():
    cursor = paging.encode(paging.Cursor(clock.now(), uuid7()), "orders")

    with refused("bad_cursor"):
        paging.decode(cursor, "people")
