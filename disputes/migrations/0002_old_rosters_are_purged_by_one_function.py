"""Seats of rosters that nothing needs any more go; root, chain and chunk hashes stay."""

from django.db import migrations

PURGE = """
CREATE FUNCTION disputes_purge_roster(gone integer) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE removed bigint;
BEGIN
    IF gone = (SELECT max(version) FROM disputes_roster) THEN
        RAISE EXCEPTION 'the newest roster is in use' USING ERRCODE = 'LE004';
    END IF;
    IF EXISTS (SELECT 1 FROM disputes_draw d JOIN disputes_case c ON c.id = d.case_id
               JOIN disputes_roster r ON r.id = d.roster_id
               WHERE r.version = gone AND (d.published_at IS NULL OR d.paths IS NULL OR c.state NOT IN
                     ('EXECUTED', 'WITHDRAWN', 'SETTLED', 'DISMISSED'))) THEN
        RAISE EXCEPTION 'a case still draws from this roster' USING ERRCODE = 'LE004';
    END IF;
    PERFORM set_config('fairhand.purging_roster', 'on', true);
    DELETE FROM disputes_rosterseat WHERE version = gone;
    GET DIAGNOSTICS removed = ROW_COUNT;
    PERFORM set_config('fairhand.purging_roster', 'off', true);
    RETURN removed;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("disputes", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE disputes_rosterseat ADD CONSTRAINT roster_seat_of_a_roster"
            " FOREIGN KEY (version) REFERENCES disputes_roster (version)",
            "ALTER TABLE disputes_rosterseat DROP CONSTRAINT roster_seat_of_a_roster",
        ),
        migrations.RunSQL(PURGE, "DROP FUNCTION disputes_purge_roster(integer)"),
    ]
