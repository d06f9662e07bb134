"""Emptying the database after a test that commits: only the tables that hold something.

Django's own flush truncates every table and makes permissions anew, which costs seconds a test.
"""

import functools

from django.db import connection
from django.test import TransactionTestCase

# What the migrations put in stays.
KEPT = (
    "django_migrations",
    "django_content_type",
    "auth_permission",
    "auth_group",
    "listings_category",
)


@functools.cache
def _question() -> str:
    """Which tables hold something; the tables stay the same for the whole run."""
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if name not in KEPT]
    is_full = "SELECT '{0}' WHERE EXISTS (SELECT FROM {0})"
    return " UNION ALL ".join(is_full.format(name) for name in tables)


def full_tables() -> list[str]:
    with connection.cursor() as cursor:
        # Ninety tables take longer to plan than to ask; a connection plans once.
        cursor.execute("SELECT FROM pg_prepared_statements WHERE name = 'full_tables'")
        if not cursor.rowcount:
            cursor.execute(f"PREPARE full_tables AS {_question()}")
        cursor.execute("EXECUTE full_tables")
        return [name for (name,) in cursor.fetchall()]


def _fixture_teardown(_case: TransactionTestCase) -> None:
    full = full_tables()
    with connection.cursor() as cursor:
        # Replica: no trigger refuses, no foreign key is asked; only a superuser may say so.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(";".join(map("DELETE FROM {}".format, full)) or "SELECT")
        cursor.execute("SET session_replication_role = DEFAULT")


def use() -> None:
    """For the whole run."""
    TransactionTestCase._fixture_teardown = _fixture_teardown  # type: ignore[attr-defined]  # noqa: SLF001
