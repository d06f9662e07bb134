"""The lists of orders: buying and selling, and the filters that answer "what must I do?"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from marketplace.lib import clock
from marketplace.lib.paging import Order as By
from marketplace.lib.paging import Page, page
from marketplace.lib.states import Side
from orders import words
from orders.deadlines import Deadline, next_deadline
from orders.models import CodeReport, Order
from orders.states import OrderState

SIZE = 20
NEWEST = By("placed_at")
Filters = Mapping[str, tuple[str | Promise, Q]]

_TROUBLED = (
    Q(Exists(CodeReport.objects.filter(order=OuterRef("pk"))))
    | Q(state__in=[OrderState.REFUNDED, OrderState.DISPUTED])
    | Q(settled_by_case__isnull=False)
)

BUYING: Filters = {
    "all": (_("All"), Q()),
    "pay": (_("To pay"), Q(state=OrderState.PLACED)),
    "receive": (_("To receive"), Q(state=OrderState.PAID)),
    "check": (_("To check"), Q(state=OrderState.DELIVERED)),
    "problems": (_("Problems"), _TROUBLED),
}
SELLING: Filters = {
    "all": (_("All"), Q()),
    "deliver": (_("To deliver"), Q(state=OrderState.PAID)),
    "unpaid": (_("Ordered – NOT PAID"), Q(state=OrderState.PLACED)),
    "delivered": (_("Delivered"), Q(state=OrderState.DELIVERED)),
    "done": (pgettext_lazy("list of orders", "Completed"), Q(state=OrderState.COMPLETED)),
    "problems": (_("Problems"), _TROUBLED),
}


@dataclass(frozen=True)
class Wanted:
    selling: bool
    show: str

    @property
    def filters(self) -> Filters:
        return SELLING if self.selling else BUYING

    def address(self, show: str) -> str:
        side = {"side": "selling"} if self.selling else {}
        return "?" + urlencode({**side, "show": show})


def read(query: Mapping[str, str]) -> Wanted:
    """Which list an address asks for; an unknown filter is the whole list."""
    selling = query.get("side") == "selling"
    show = query.get("show", "all")
    return Wanted(selling, show if show in (SELLING if selling else BUYING) else "all")


@dataclass(frozen=True)
class Row:
    """One order in a list, as the reader's side sees it."""

    order: Order
    badge: str
    sentence: str
    due: Deadline | None


@dataclass(frozen=True)
class Found:
    rows: Sequence[Row]
    page: Page[Order]


def found(person: User, wanted: Wanted, cursor: str) -> Found:
    """One page of the list, newest first; one query.

    Raises:
        Refused: `bad_cursor`.
    """
    side = Order.objects.sold_by(person) if wanted.selling else Order.objects.bought_by(person)
    _label, condition = wanted.filters[wanted.show]
    orders = side.filter(condition).for_pages()
    name = f"orders of {person.pk}, {wanted.selling}, {wanted.show}"
    page_of = page(orders, NEWEST, name=name, cursor=cursor, size=SIZE)
    reader, now = Side.SELLER if wanted.selling else Side.BUYER, clock.now()
    rows = [_row(order, reader, now) for order in page_of.rows]
    return Found(rows, page_of)


def _row(order: Order, side: Side, now: datetime) -> Row:
    due = None if order.paused_at else next_deadline(order, side, now)
    return Row(order, words.badge(order, side), words.sentence(order, side), due)


def stands_apart(row: Row, wanted: Wanted) -> bool:
    """A seller's unpaid orders are never mixed with paid ones [Li, Wang]."""
    return wanted.selling and row.order.state == OrderState.PLACED


@dataclass(frozen=True)
class Tab:
    """One link of components/tabs.html."""

    url: str
    label: str | Promise
    current: bool


def tabs(wanted: Wanted) -> Sequence[Tab]:
    return [
        Tab(wanted.address(show), label, show == wanted.show)
        for show, (label, _condition) in wanted.filters.items()
    ]


def side_tabs(wanted: Wanted) -> Sequence[Tab]:
    return [
        Tab("?", _("Buying"), not wanted.selling),
        Tab("?side=selling", _("Selling"), wanted.selling),
    ]
