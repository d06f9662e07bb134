"""Triggers for rows that are never changed or removed; the database itself refuses (LE004)."""

import pgtrigger

_REFUSE = (
    "RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME "
    "USING ERRCODE = 'LE004';"
)
# pytest empties tables with TRUNCATE after tests that commit; only in test_* databases, and only
# where the test settings switched it on.
_REFUSE_TRUNCATE = (
    "IF current_database() LIKE 'test\\_%' "
    "AND current_setting('fairhand.allow_truncate', true) = 'on' THEN RETURN NULL; END IF; "
    f"{_REFUSE}"
)


def append_only(name: str) -> list[pgtrigger.Trigger]:
    """The two triggers of an append-only table; `name` is unique in the app (`event`, `reveal`)."""
    return [
        pgtrigger.Trigger(
            name=f"{name}_is_final",
            when=pgtrigger.Before,
            operation=pgtrigger.Update | pgtrigger.Delete,
            func=_REFUSE,
        ),
        pgtrigger.Trigger(
            name=f"{name}_is_kept",
            when=pgtrigger.Before,
            operation=pgtrigger.Truncate,
            level=pgtrigger.Statement,
            func=_REFUSE_TRUNCATE,
        ),
    ]
