"""What the application's database role may do to the ledger: read it, and call its functions.

Triggers stop our bugs; rights stop stolen credentials. Also how a restored dump takes up its work.
"""

from django.db import connection, transaction
from psycopg2 import sql

from orders.escrow import chain
from orders.escrow.models import Head

# Everything else of the ledger is written by its functions, in the owner's name.
RIGHTS = {
    "escrow_account": "SELECT",
    "escrow_balance": "SELECT",
    "escrow_transfer": "SELECT",
    "escrow_entry": "SELECT",
    "escrow_link": "SELECT, INSERT",
    "escrow_compensation": "SELECT, INSERT",
    "escrow_earning": "SELECT, INSERT, UPDATE (matured_at)",
    "escrow_head": "SELECT, INSERT, UPDATE",
}
FUNCTIONS = (
    "escrow_post(text, text, text[], bigint[], timestamptz, uuid, uuid, uuid, text)",
    "escrow_lock(text[])",
    "escrow_freeze(text, uuid)",
    "escrow_unfreeze(text, uuid)",
    "escrow_unbounded(text)",
)
INNER_FUNCTIONS = ("escrow_open(text[])",)


@transaction.atomic
def grant(role: str) -> None:
    """Leaves `role` exactly these rights on the ledger, and everybody else none."""
    name = sql.Identifier(role)
    for table, rights in RIGHTS.items():
        _run("REVOKE ALL ON {} FROM {}, PUBLIC", sql.Identifier(table), name)
        _run("GRANT {} ON {} TO {}", sql.SQL(rights), sql.Identifier(table), name)
    for function in (*FUNCTIONS, *INNER_FUNCTIONS):
        _run("REVOKE ALL ON FUNCTION {} FROM {}, PUBLIC", sql.SQL(function), name)
    for function in FUNCTIONS:
        _run("GRANT EXECUTE ON FUNCTION {} TO {}", sql.SQL(function), name)


@transaction.atomic
def take_up_after_restore() -> int:
    """After a logical dump was restored: its transactions are all older than any of this server.

    Says how many transfers, not yet linked when the dump was made, were linked now.
    """
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE escrow_transfer DISABLE TRIGGER USER")
        cursor.execute("UPDATE escrow_transfer SET xid = '3'")  # the first one there can be
        cursor.execute("ALTER TABLE escrow_transfer ENABLE TRIGGER USER")
    Head.objects.filter(pk=1).update(horizon=0)
    linked = 0
    while count := chain.seal():
        linked += count
    return linked


def _run(statement: str, *parts: sql.Composable) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(*parts).as_string(cursor.cursor))
