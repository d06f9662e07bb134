"""The ledger: the only writer of money. Each movement is one SQL call that PostgreSQL checks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.utils.translation import gettext_lazy as _

from marketplace.lib.errors import Refused
from marketplace.lib.money import Fen
from orders.escrow.codes import AccountCode

if TYPE_CHECKING:
    from accounts.models import User

Leg = tuple[AccountCode, int]
Ending = Callable[[str], Exception]


class LedgerBug(Exception):
    """We asked for a transfer that can't be: it doesn't balance, or names what doesn't exist."""


class KeyReused(LedgerBug):
    """The key belongs to another transfer already."""


class LedgerTampering(Exception):
    """Somebody tried to change what is final. PostgreSQL refused."""


class AlreadyHeld(Exception):
    """This order's money is held already; what came in now is stray."""


class Frozen(Refused):
    """A case is open on this money: only its own transfers may take from it."""

    def __init__(self) -> None:
        super().__init__("order_disputed", _("A case is open: the money stays where it is."))


class InsufficientFunds(Refused):
    def __init__(self) -> None:
        super().__init__("insufficient_funds", _("There is not enough money for that."))


class AlreadySettled(Refused):
    """The hold was emptied before, by another decision."""

    def __init__(self) -> None:
        super().__init__("already_settled", _("The money of this order has moved already."))


_BY_SQLSTATE: dict[str, Ending] = {
    "LE001": LedgerBug,
    "LE002": LedgerTampering,
    "LE003": LedgerBug,
    "LE004": LedgerTampering,
    "LE005": LedgerTampering,
    "LE006": lambda _why: Frozen(),
    "LE007": KeyReused,
    "LE008": LedgerBug,
    "LE009": LedgerBug,
}
_BY_CONSTRAINT: dict[str, Ending] = {
    "escrow_balance_in_bounds": lambda _why: InsufficientFunds(),
    "escrow_one_hold": AlreadyHeld,
    "escrow_one_close": lambda _why: AlreadySettled(),
}


@dataclass(frozen=True)
class Posted:
    """A transfer in the ledger; not `fresh` when the same one had been posted before."""

    id: int
    fresh: bool


def post(  # noqa: PLR0913 - a transfer has this many parts
    key: str,
    kind: str,
    legs: Sequence[Leg],
    *,
    order: UUID | None = None,
    case: UUID | None = None,
    by: "User | None" = None,
    basis: str = "",
    at: datetime,
) -> Posted:
    """Books one transfer of `legs` (fen, their sum zero; zero legs are left out) in one SQL call.

    `key` is the business fact: the same key with the same transfer answers with the first one.

    Raises:
        InsufficientFunds, Frozen, AlreadySettled, AlreadyHeld: as the balances stand.
        KeyReused, LedgerBug: our own mistakes.
    """
    moved = [(code, amount) for code, amount in legs if amount]
    arguments = [
        key,
        kind,
        [code for code, amount in moved],
        f"{{{','.join(str(amount) for code, amount in moved)}}}",
        at,
        order,
        case,
        by and by.pk,
        basis,
    ]
    # One value, "(17,t)", and amounts as a literal: columns and an ARRAY[…] to be cast would cost
    # a twentieth of the whole transfer.
    ((answer,),) = _call(
        "SELECT escrow_post(%s, %s, %s::text[], %s, %s, %s, %s, %s, %s)", arguments
    )
    number, fresh = answer.strip("()").split(",")
    return Posted(id=int(number), fresh=fresh == "t")


def lock(*codes: AccountCode) -> dict[AccountCode, Fen]:
    """Locks the bounded accounts `codes`, opening new ones, and gives their balances.

    A verb that posts twice or reads before it posts calls this once, with every account it may
    touch: the database takes the locks in one order for everybody.
    """
    rows = _call("SELECT code, balance FROM escrow_lock(%s::text[])", [list(codes)])
    held = {AccountCode(code): Fen(amount) for code, amount in rows}
    if missing := set(codes) - set(held):
        raise LedgerBug(f"unbounded accounts can't be locked: {sorted(missing)}")
    return held


def balance(code: AccountCode) -> Fen:
    """What the bounded account holds, without a lock; 0 if nothing ever named it."""
    rows = _call(
        "SELECT b.balance FROM escrow_balance b JOIN escrow_account a ON a.id = b.account_id"
        " WHERE a.code = %s",
        [code],
    )
    return Fen(rows[0][0]) if rows else Fen(0)


def freeze(code: AccountCode, case: UUID) -> None:
    """Lets only transfers of `case` take from the account; Frozen when another case was first."""
    _call("SELECT escrow_freeze(%s, %s)", [code, case])


def unfreeze(code: AccountCode, case: UUID) -> None:
    """Ends the freeze of `case`; another case's freeze stays."""
    _call("SELECT escrow_unfreeze(%s, %s)", [code, case])


def _call(sql: str, arguments: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Turns what PostgreSQL refused into our own errors; the transaction is lost either way."""
    database = connections[DEFAULT_DB_ALIAS]
    if not database.in_atomic_block:
        raise LedgerBug("money moves only inside a transaction")
    try:
        with database.cursor() as cursor:
            cursor.execute(sql, arguments)
            return cast("list[tuple[Any, ...]]", cursor.fetchall())
    except DatabaseError as error:
        ending = _ending(error)
        if ending is None:
            raise
        raise ending(str(error)) from error


def _ending(error: DatabaseError) -> Ending | None:
    state = getattr(error.__cause__, "pgcode", None) or ""
    constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
    if constraint.startswith("escrow_"):
        return _BY_CONSTRAINT.get(constraint, LedgerBug)
    return _BY_SQLSTATE.get(state)
