"""Two equal transfers at one moment are one, and both hear of it: sql/0003_replays.sql."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).resolve().parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("escrow", "0002_the_ledger_refuses_what_does_not_balance")]

    operations = [
        migrations.RunSQL(
            (SQL / "0003_replays.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop
        )
    ]
