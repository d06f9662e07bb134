"""Finding listings on sale: words through the 2-gram index, filters, pages by keyset."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db import OperationalError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Q, QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.utils.translation import gettext_lazy as _

from listings.models import Listing
from listings.tokens import query_tokens, quoted, tsquery
from marketplace.lib import paging
from marketplace.lib.errors import Refused
from marketplace.lib.verbs import sqlstate

PAGE_SIZE = 24
COUNTED_TO = 1_000  # more are told as "1000+"
LONGEST_QUERY = 100  # characters
MOST_TOKENS = 20
SLOWEST = "2s"
TOOK_TOO_LONG = "57014"

ORDERS: Mapping[str, paging.Order] = {
    "newest": paging.Order("published_at"),
    "price_up": paging.Order("price", newest_first=False),
    "price_down": paging.Order("price"),
}


class _OwnTokens(SearchQuery):
    """A query of our own tokens, taken as it is: PostgreSQL's parser would cut it anew."""

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *args: Any, **more: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        more["template"] = "%(expressions)s::tsquery"
        return super().as_sql(compiler, connection, *args, **more)


@dataclass(frozen=True)
class Filters:
    """What people narrow a list by; empty = no matter. Several of one kind = any of them."""

    q: str = ""
    category: tuple[str, ...] = ()
    price_min: int | None = None  # fen
    price_max: int | None = None
    issuer: tuple[str, ...] = ()
    verification_mode: tuple[str, ...] = ()
    seller_level: int | None = None
    seller: str = ""
    sort: str = "newest"


@dataclass(frozen=True)
class Found:
    page: paging.Page[Listing]
    count: int | None  # up to COUNTED_TO; None = more than that, or not counted

    @property
    def many(self) -> bool:
        return self.count is None


def narrowed(filters: Filters) -> QuerySet[Listing]:
    """Listings on sale that pass the filters, without the words."""
    tests = {
        "category__slug__in": filters.category,
        "price__gte": filters.price_min,
        "price__lte": filters.price_max,
        "issuer__in": filters.issuer,
        "verification_mode__in": filters.verification_mode,
        "seller__level__gte": filters.seller_level,
        "seller_id": filters.seller,
    }
    asked: dict[str, Any] = {n: test for n, test in tests.items() if test not in (None, (), "")}
    return Listing.objects.on_sale().filter(**asked).defer("search")


def matching(rows: QuerySet[Listing], q: str) -> QuerySet[Listing]:
    """The rows whose words hold all of `q`; quoted phrases must stand in the text as they are."""
    words = query_tokens(q)[:MOST_TOKENS]
    if not words:
        return rows.none()
    rows = rows.filter(search=_OwnTokens(tsquery(words)))
    for phrase in quoted(q):
        rows = rows.filter(
            Q(current__title__icontains=phrase) | Q(current__text__body__icontains=phrase)
        )
    return rows


def search(
    filters: Filters,
    *,
    cursor: str = "",
    size: int = PAGE_SIZE,
    rows: QuerySet[Listing] | None = None,
) -> Found:
    """One page of what is on sale, newest first or by price.

    Args:
        rows: a list to search in instead of all (for example with more relations selected).

    Raises:
        Refused: `bad_cursor`, `busy` (the words took too long to find).
    """
    rows = narrowed(filters) if rows is None else rows
    order = ORDERS.get(filters.sort, ORDERS["newest"])
    name = f"listings by {order.field} {order.newest_first}"
    q = filters.q.strip()[:LONGEST_QUERY]
    if not q:
        return Found(paging.page(rows, order, name=name, cursor=cursor, size=size), count=None)
    with _in_time():
        count, rows = _probed(matching(rows, q))
        return Found(paging.page(rows, order, name=name, cursor=cursor, size=size), count)


def _probed(rows: QuerySet[Listing]) -> tuple[int | None, QuerySet[Listing]]:
    """Few hits are fetched by id; of many, the newest-first index is walked until a page is full.

    The planner can't know which it is, because pairs of one word always come together: left
    alone, it sorts all hits of a common word.
    """
    ids = list(rows.values_list("pk", flat=True)[: COUNTED_TO + 1])
    if len(ids) <= COUNTED_TO:
        return len(ids), Listing.objects.on_sale().filter(pk__in=ids).defer("search")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_bitmapscan = off")  # GIN is read by bitmaps only
    return None, rows


@contextmanager
def _in_time() -> Iterator[None]:
    """A read that may take two seconds and no more."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [SLOWEST])
            yield
    except OperationalError as error:
        if sqlstate(error) == TOOK_TOO_LONG:
            raise Refused("busy", _("That search took too long. Try other words.")) from error
        raise
