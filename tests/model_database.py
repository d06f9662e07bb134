"""The tables of a test database are made once and copied: by each process, and by the next run.

The copy's name holds a digest of everything that says what the tables are.
"""

import contextlib
import hashlib
import os
from pathlib import Path
from typing import Any

import psycopg2
from django.core.management import call_command
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
SAYS_WHAT_TABLES_ARE = ("*/migrations/*.py", "*/*/migrations/*.py", "*/*/sql/*", "requirements/*")
PREFIX = "fairhand_model_"
ALONE = 7_020_031  # a number of our own for PostgreSQL's advisory lock


def digest() -> str:
    """Of the migrations, of what they read, and of other people's by their pinned versions."""
    paths = {path for pattern in SAYS_WHAT_TABLES_ARE for path in ROOT.glob(pattern)}
    paths.add(ROOT / "listings" / "categories.py")  # the one table that a migration fills
    whole = hashlib.sha256()
    for path in sorted(paths):
        whole.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return whole.hexdigest()[:16]


def use() -> None:
    """From here on Django makes its test database as a copy; the first who asks makes the model."""
    name = f"{PREFIX}{digest()}"
    with contextlib.closing(_server()) as server, server.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [ALONE])  # until the connection closes
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        found = {known for (known,) in cursor.fetchall()}
        if name not in found:
            _make(name, cursor)
            _forget(found, cursor)
    connection.settings_dict["TEST"]["TEMPLATE"] = name


def _server() -> Any:
    """A connection that makes databases, which is done outside of transactions; it may wait."""
    params = connection.get_connection_params() | {"dbname": "postgres", "options": ""}
    server = psycopg2.connect(**params)
    server.autocommit = True
    return server


def _make(name: str, cursor: Any) -> None:
    """Under another name until it is whole, so that a run which was cut short leaves no half."""
    unfinished = f"unfinished_{name}"
    cursor.execute(f"DROP DATABASE IF EXISTS {unfinished}")
    cursor.execute(f"CREATE DATABASE {unfinished}")
    own = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = unfinished
    try:
        call_command("migrate", verbosity=0)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own
    cursor.execute(f"ALTER DATABASE {unfinished} RENAME TO {name}")


def _forget(old: set[str], cursor: Any) -> None:
    """Yesterday's models; on a server that we only use they may be another checkout's."""
    if "DATABASE_URL" not in os.environ:
        for name in old:
            cursor.execute(f"DROP DATABASE {name}")
