"""Past all our code, straight in SQL: the database itself keeps the ledger true."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from marketplace.lib import clock
from marketplace.lib.verbs import sqlstate
from orders.escrow import codes
from orders.escrow.models import Earning
from tests.conftest import settle
from tests.escrow.money import give, held, person, post, sql

pytestmark = pytest.mark.django_db

FINAL = {  # each with a column of it
    "escrow_account": "code",
    "escrow_transfer": "basis",
    "escrow_entry": "seq",
    "escrow_link": "hash",
    "escrow_compensation": "amount",
}
A_TRANSFER = (
    "INSERT INTO escrow_transfer (key, kind, order_id, basis, effective_at)"
    " VALUES (%s, %s, %s, 'by hand', now()) RETURNING id"
)
AN_ENTRY = (
    "INSERT INTO escrow_entry (transfer_id, account_id, seq, amount)"
    " SELECT %s, id, %s, %s FROM escrow_account WHERE code = %s"
)


@pytest.fixture(autouse=True)
def books_agree() -> None:
    """These tests write past the ledger; what they leave is thrown away."""


@contextmanager
def refuses(state: str) -> Iterator[None]:
    """PostgreSQL refuses the block with this SQLSTATE."""
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        yield
    assert sqlstate(caught.value) == state, str(caught.value)


@pytest.fixture
def wallet():
    code = codes.wallet(uuid4())
    give(code, 100)
    return code


def transfer_by_hand(kind="bank_sweep", order=None):
    return sql(A_TRANSFER, f"by hand {uuid4()}", kind, order)[0][0]


def fill(table):
    """Puts one row into a table that has none yet; its guards see rows only."""
    if table == "escrow_link":
        sql("INSERT INTO escrow_link (seq, transfer_id, hash) VALUES (1, 1, 'x')")
    if table == "escrow_compensation":
        sql(
            "INSERT INTO escrow_compensation (id, transfer_id, cause, amount, advance, at)"
            " VALUES (gen_random_uuid(), 1, 'x', 1, 0, now())"
        )


@pytest.mark.parametrize("table", FINAL)
@pytest.mark.parametrize("act", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_a_row_of_the_ledger_is_never_changed_or_removed(wallet, table, act):
    fill(table)
    column = FINAL[table]

    with refuses("LE004"):
        sql(act.format(table, column, column))


@pytest.mark.parametrize("table", [*FINAL, "escrow_balance"])
def test_a_table_of_the_ledger_is_never_emptied(table):
    sql("SET LOCAL fairhand.allow_truncate = off")

    with refuses("LE004"):
        sql(f"TRUNCATE {table} CASCADE")


def test_an_earning_keeps_its_owner_amount_and_day():
    Earning.objects.create(order_id=uuid4(), user=person(), net=5, matures_at=clock.now())

    for change in ("net = 6", "matures_at = now() - interval '1 day'", "order_id = id"):
        with refuses("LE004"):
            sql(f"UPDATE escrow_earning SET {change}")  # noqa: S608 - our own words
    with refuses("LE004"):
        sql("DELETE FROM escrow_earning")
    sql("UPDATE escrow_earning SET matured_at = now()")


def test_entries_balance_in_every_statement(wallet):
    with refuses("LE001"):
        sql(AN_ENTRY, transfer_by_hand(), 1, 50, wallet)


def test_one_statement_writes_the_entries_of_one_transfer(wallet):
    with refuses("LE001"):
        sql(
            "INSERT INTO escrow_entry (transfer_id, account_id, seq, amount)"
            " SELECT t, (SELECT id FROM escrow_account WHERE code = %s), 1, a"
            " FROM unnest(%s, %s) AS x (t, a)",
            wallet,
            [transfer_by_hand(), transfer_by_hand()],
            [5, -5],
        )


@pytest.mark.django_db(transaction=True)
def test_nothing_is_added_to_a_transfer_of_an_earlier_transaction(wallet):
    posted = post(f"fund:topup:{uuid4()}", (codes.BANK, -5), (wallet, 5))
    sql("SELECT escrow_open(ARRAY['fee:income', 'psp_cost:x'])")

    with refuses("LE002"):
        sql(
            "INSERT INTO escrow_entry (transfer_id, account_id, seq, amount)"
            " SELECT %s, id, 9, CASE code WHEN 'fee:income' THEN -5 ELSE 5 END"
            " FROM escrow_account WHERE code IN ('fee:income', 'psp_cost:x')",
            posted.id,
        )


def test_a_transfer_without_entries_does_not_reach_the_commit():
    with refuses("LE003"):
        transfer_by_hand()
        settle()


def test_an_entry_names_an_account_that_exists():
    with refuses("LE009"):
        sql(
            "INSERT INTO escrow_entry (transfer_id, account_id, seq, amount)"
            " VALUES (%s, -1, 1, 5), (%s, -2, 2, -5)",
            *[transfer_by_hand()] * 2,
        )


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE escrow_balance SET balance = balance + 1",
        "UPDATE escrow_balance SET version = version + 1",
        "UPDATE escrow_balance SET lo = -1",
        "UPDATE escrow_balance SET hi = hi - 1",
        "DELETE FROM escrow_balance",
        "INSERT INTO escrow_balance (account_id, balance, lo, hi) VALUES (-1, 5, 0, 9)",
        "INSERT INTO escrow_balance (account_id, version, lo, hi) VALUES (-1, 5, 0, 9)",
    ],
)
def test_a_balance_is_never_written_by_hand(wallet, act):
    with refuses("LE005"):
        sql(act)

    assert held(wallet) == 100


@pytest.mark.parametrize("kind", ["release", "refund", "split"])
def test_a_close_that_leaves_something_in_the_hold_does_not_reach_the_commit(kind):
    order = uuid4()
    hold = codes.hold(order)
    post("k", (codes.BANK, -100), (hold, 100), kind="hold", order=order)

    with refuses("LE008"):
        post(
            f"order:{order}:close", (hold, -99), (codes.FEES, 99), kind=kind, order=order, basis="x"
        )
        settle()

    assert held(hold) == 100


def test_a_close_without_a_hold_does_not_reach_the_commit(wallet):
    with refuses("LE008"):
        post("k", (wallet, -1), (codes.FEES, 1), kind="release", order=uuid4(), basis="x")
        settle()


def test_a_temporary_table_takes_no_tables_place(wallet):
    sql("CREATE TEMPORARY TABLE escrow_balance (account_id bigint, balance bigint) ON COMMIT DROP")

    post(f"fund:topup:{uuid4()}", (codes.BANK, -5), (wallet, 5))

    assert sql("SELECT max(balance) FROM public.escrow_balance") == [(105,)]
