"""The wallet's lines as its page shows them, a page at a time."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise

from accounts.models import User
from orders.escrow import wallet
from orders.escrow.wallet import Line

SIZE = 30


@dataclass(frozen=True)
class Row:
    """What components/ledger_rows.html draws."""

    label: str | Promise
    amount: int  # fen, signed
    at: datetime
    kind: str  # in, out, reserved, cooling
    note: str | Promise
    url: str


def page_of_lines(person: User, before: str) -> tuple[list[Row], int | None]:
    """The newest lines before the transfer `before`, and where the next page starts.

    A share that has cooled down goes from one purse of the person's to another: that is one line.
    """
    entries = wallet.entries(person).exclude(transfer__kind="mature", amount__lt=0)
    if before.isascii() and before.isdigit():
        entries = entries.filter(transfer_id__lt=int(before))
    lines = [wallet.line(entry) for entry in entries[: SIZE + 1]]
    older = lines[SIZE - 1].id if len(lines) > SIZE else None
    return [_row(line) for line in lines[:SIZE]], older


def _row(line: Line) -> Row:
    url = reverse("order", args=[line.order]) if line.order else ""
    return Row(line.label, line.amount, line.at, _kind(line), line.purse_label, url)


def _kind(line: Line) -> str:
    if line.purse == "maturing":
        return "cooling"
    if line.kind == "payout_reserve":
        return "reserved"
    return "in" if line.amount > 0 else "out"
