"""Pages of a growing list by keyset: no OFFSET, no totals, stable while rows are added.

A cursor is signed and belongs to one list, so that nobody makes one up or carries it elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core import signing
from django.db.models import Model, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from marketplace.lib.errors import Refused

Row = TypeVar("Row", bound=Model)
Value = datetime | int


@dataclass(frozen=True)
class Order:
    """By `field`, then by id; both in the same direction."""

    field: str
    newest_first: bool = True

    def names(self, *, backwards: bool) -> tuple[str, str]:
        sign = "-" if self.newest_first != backwards else ""
        return f"{sign}{self.field}", f"{sign}pk"


@dataclass(frozen=True)
class Cursor:
    """The row that a page starts behind; `backwards` for the page before it."""

    value: Value
    pk: UUID
    backwards: bool = False


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows in the list's order, and the cursors of its neighbours ("" where there is none)."""

    rows: Sequence[Row]
    next: str
    previous: str


@dataclass(frozen=True)
class Links:
    """The addresses of the neighbours, for components/pager.html; "" where there is none."""

    previous: str
    next: str


def links(query: QueryDict, page_of: Page[Any]) -> Links:
    """The same address with another cursor; everything else in `query` stays."""
    return Links(_address(query, page_of.previous), _address(query, page_of.next))


def _address(query: QueryDict, cursor: str) -> str:
    if not cursor:
        return ""
    changed = query.copy()
    changed["cursor"] = cursor
    return f"?{changed.urlencode()}"


def encode(cursor: Cursor, name: str) -> str:
    """The cursor as text for an address; `name` is the list's."""
    value = cursor.value.isoformat() if isinstance(cursor.value, datetime) else cursor.value
    return _signer(name).sign_object([value, str(cursor.pk), cursor.backwards])


def decode(text: str, name: str) -> Cursor:
    """The cursor again.

    Raises:
        Refused: `bad_cursor`, when it is broken or another list's.
    """
    try:
        value, pk, backwards = _signer(name).unsign_object(text)
        moment = datetime.fromisoformat(value) if isinstance(value, str) else int(value)
        return Cursor(moment, UUID(pk), bool(backwards))
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise Refused("bad_cursor", _("This page does not exist. Start from the first.")) from error


def _signer(name: str) -> signing.Signer:
    return signing.Signer(salt=f"cursor of {name}")


def page(rows: QuerySet[Row], order: Order, *, name: str, cursor: str = "", size: int) -> Page[Row]:
    """One page of `rows`; one query.

    Args:
        rows: the list, filtered, in any order; `order.field` is never null in it.
        name: the list's name, the same for all its pages.

    Raises:
        Refused: `bad_cursor`.
    """
    start = decode(cursor, name) if cursor else None
    backwards = start is not None and start.backwards
    if start is not None:
        rows = rows.filter(_behind(start, order))
    found = list(rows.order_by(*order.names(backwards=backwards))[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_next = more or backwards if found else False
    has_previous = (more if backwards else start is not None) if found else False
    return Page(
        found,
        next=_cursor_at(found[-1], order, name, backwards=False) if has_next else "",
        previous=_cursor_at(found[0], order, name, backwards=True) if has_previous else "",
    )


def _behind(start: Cursor, order: Order) -> Q:
    """The rows after `start`, written so that the index on (field, id) gives them at once."""
    side = "lt" if order.newest_first != start.backwards else "gt"
    return Q(**{f"{order.field}__{side}e": start.value}) & (
        Q(**{f"{order.field}__{side}": start.value}) | Q(**{f"pk__{side}": start.pk})
    )


def _cursor_at(row: Any, order: Order, name: str, *, backwards: bool) -> str:
    return encode(Cursor(getattr(row, order.field), row.pk, backwards), name)
