"""The application's own database role can move money only as the ledger's functions allow."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from marketplace.lib import clock
from marketplace.lib.money import Fen
from marketplace.lib.verbs import sqlstate
from orders.escrow import chain, codes, ledger, provider_lines
from orders.escrow.audit.nightly import audit
from orders.escrow.models import Link
from tests.conftest import settle
from tests.escrow.money import give, held, paid_order, person, sql

pytestmark = pytest.mark.django_db
DENIED = "42501"


@pytest.fixture
def role():
    # Roles are the whole server's; the tests beside this one have a database of another name.
    name = f"site_of_{connection.settings_dict['NAME']}"
    sql(f"CREATE ROLE {name}")
    call_command("ledger_grants", "--role", name, verbosity=0)
    sql(f"GRANT USAGE ON SCHEMA public TO {name}")
    return name


@contextmanager
def acting_as(role: str) -> Iterator[None]:
    """Until the block ends; what PostgreSQL refuses is rolled back, and the role with it."""
    sql(f"SET ROLE {role}")
    yield
    sql("RESET ROLE")


def test_the_role_posts_through_the_function(role):
    wallet, now = codes.wallet(uuid4()), clock.now()

    with acting_as(role):
        legs = [(codes.BANK, -5), (wallet, 5)]
        ledger.post(f"fund:topup:{uuid4()}", "fund_topup", legs, at=now)
        seen = held(wallet)

    assert seen == 5


@pytest.mark.parametrize(
    "act",
    [
        "INSERT INTO escrow_transfer (key, kind, effective_at) VALUES ('x', 'mature', now())",
        "INSERT INTO escrow_entry (transfer_id, account_id, seq, amount) VALUES (1, 1, 1, 1)",
        "INSERT INTO escrow_account (code) VALUES ('wallet:x')",
        "UPDATE escrow_balance SET frozen_case = NULL",
        "UPDATE escrow_entry SET amount = 1",
        "UPDATE escrow_earning SET net = 1",
        "DELETE FROM escrow_transfer",
        "TRUNCATE escrow_link",
        "ALTER TABLE escrow_entry DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "SELECT escrow_open(ARRAY['wallet:x'])",
    ],
)
def test_the_role_writes_nothing_past_the_functions(role, act):
    give(codes.wallet(uuid4()), 5)

    with pytest.raises(DatabaseError) as caught, transaction.atomic(), acting_as(role):
        sql(act)

    assert sqlstate(caught.value) == DENIED


def test_a_restored_ledger_goes_on_with_its_chain(monkeypatch):
    monkeypatch.setattr(chain, "_horizon", lambda: 2**62)
    give(codes.wallet(uuid4()), 5)
    chain.seal()
    give(codes.wallet(uuid4()), 5)  # not yet linked when the dump was made
    settle()

    call_command("ledger_after_restore", verbosity=0)

    assert Link.objects.count() == 2
    assert sql("SELECT DISTINCT xid::text FROM escrow_transfer") == [("3",)]
    assert audit(only={"R10"}).findings == []


# --- Lines of the provider's statement ------------------------------------------------------------
def test_the_providers_price_and_sweeps_are_booked_once():
    now = clock.now()

    for _ in range(2):
        provider_lines.charged("sandbox", "line-1", Fen(60), at=now)
        provider_lines.swept("sandbox", "line-2", Fen(900), at=now)

    assert sql(
        "SELECT a.code, sum(e.amount) FROM escrow_entry e JOIN escrow_account a"
        " ON a.id = e.account_id GROUP BY a.code ORDER BY a.code"
    ) == [("bank:main", -900), ("gateway:sandbox", 960), ("psp_cost:sandbox", -60)]


def test_what_a_payer_took_back_after_the_release_he_owes():
    buyer = person()
    _, paid = paid_order(buyer, 5_000)
    give(codes.wallet(buyer.pk), 1_200)

    provider_lines.charged_back(paid, "line-3", Fen(5_000), at=clock.now())

    assert held(codes.wallet(buyer.pk)) == 0
    assert held(codes.debt(buyer.pk)) == -3_800
