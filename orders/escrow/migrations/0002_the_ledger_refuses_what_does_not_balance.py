"""The ledger's functions and triggers, from sql/0002_ledger.sql."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("escrow", "0001_initial")]

    operations = [
        migrations.RunSQL(
            (SQL / "0002_ledger.sql").read_text(encoding="utf-8"),
            (SQL / "0002_ledger_reverse.sql").read_text(encoding="utf-8"),
        )
    ]
