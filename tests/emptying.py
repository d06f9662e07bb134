"""Emptying the database after a test that commits: only the tables that hold something.

Django's own flush truncates every table and makes permissions anew, which costs seconds a test.
"""

from django.db import connection
from django.test import TransactionTestCase

# What the migrations put in stays.
KEPT = ("django_migrations", "django_content_type", "auth_permission", "listings_category")


def _fixture_teardown(_case: TransactionTestCase) -> None:
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if name not in KEPT]
        is_full = "SELECT '{0}' WHERE EXISTS (SELECT FROM {0})"
        questions = (is_full.format(name) for name in tables)
        cursor.execute(" UNION ALL ".join(questions))
        full = [name for (name,) in cursor.fetchall()]
        # Replica: no trigger refuses, no foreign key is asked; only a superuser may say so.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(";".join(map("DELETE FROM {}".format, full)) or "SELECT")
        cursor.execute("SET session_replication_role = DEFAULT")


def use() -> None:
    """For the whole run."""
    TransactionTestCase._fixture_teardown = _fixture_teardown  # type: ignore[attr-defined]  # noqa: SLF001
