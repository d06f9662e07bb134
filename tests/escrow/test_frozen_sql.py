"""The functions and triggers of a fresh database are the ones that were reviewed."""

import hashlib
import json
from pathlib import Path

import pytest

import orders.escrow
from tests.escrow.money import sql

pytestmark = pytest.mark.django_db

EXPECTED = Path(orders.escrow.__file__).parent / "sql" / "expected.json"

DEFINITIONS = """
    SELECT 'function ' || p.oid::regprocedure::text, pg_get_functiondef(p.oid)
      FROM pg_proc p
     WHERE p.pronamespace = 'public'::regnamespace AND p.proname ~ '^escrow_'
    UNION ALL
    SELECT 'trigger ' || c.relname || ' ' || t.tgname, pg_get_triggerdef(t.oid)
      FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
     WHERE c.relname ~ '^escrow_' AND NOT t.tgisinternal AND t.tgname !~ '^pgtrigger_'
    UNION ALL
    SELECT 'guard ' || c.relname || ' ' || regexp_replace(t.tgname, '_[^_]*$', ''),
           pg_get_triggerdef(t.oid) || p.prosrc
      FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
     WHERE c.relname IN ('escrow_account', 'escrow_balance', 'escrow_transfer', 'escrow_entry',
                         'escrow_link', 'escrow_earning', 'escrow_compensation')
       AND t.tgname ~ '^pgtrigger_'
"""


def hashes() -> dict[str, str]:
    found = sorted(sql(DEFINITIONS))
    return {name: hashlib.sha256(text.encode()).hexdigest() for name, text in found}


def test_the_database_runs_the_sql_that_was_reviewed():
    assert hashes() == json.loads(EXPECTED.read_text(encoding="utf-8"))


def test_every_function_of_the_ledger_keeps_to_its_search_path():
    loose = sql(
        "SELECT proname FROM pg_proc WHERE proname ~ '^escrow_' AND prolang <> 14"
        " AND (NOT prosecdef OR proconfig IS DISTINCT FROM"
        " ARRAY['search_path=pg_catalog, public, pg_temp'])"
    )

    assert loose == []
