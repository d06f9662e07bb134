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


# Behind `v1 | n | key id (n) | wrapped key (40)`: nonce and ciphertext, which no rotation changes.
_CONTENT = "substring({row}.{column} from 44 + get_byte({row}.{column}, 2))"


def _unless_rewrapped(columns: tuple[str, ...]) -> str:
    """Lets an UPDATE by that only wraps the data keys of envelopes anew."""
    named = ", ".join(f"'{column}'" for column in columns)
    same = [f"to_jsonb(NEW) - ARRAY[{named}] = to_jsonb(OLD) - ARRAY[{named}]"] + [
        _CONTENT.format(row="NEW", column=column)
        + " IS NOT DISTINCT FROM "
        + _CONTENT.format(row="OLD", column=column)
        for column in columns
    ]
    return f"IF TG_OP = 'UPDATE' AND {' AND '.join(same)} THEN RETURN NEW; END IF; "


def append_only(name: str, *envelopes: str) -> list[pgtrigger.Trigger]:
    """The two triggers of an append-only table; `name` is unique in the app (`event`, `reveal`).

    `envelopes` are its sealed columns: their content is as final as the rest, but a rotation of
    keys may wrap them anew.
    """
    refuse = (_unless_rewrapped(envelopes) if envelopes else "") + _REFUSE
    return [
        pgtrigger.Trigger(
            name=f"{name}_is_final",
            when=pgtrigger.Before,
            operation=pgtrigger.Update | pgtrigger.Delete,
            func=refuse,
        ),
        never_emptied(name),
    ]


def never_emptied(name: str) -> pgtrigger.Trigger:
    """The second of them alone, for a table with rules of its own about single rows."""
    return pgtrigger.Trigger(
        name=f"{name}_is_kept",
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        level=pgtrigger.Statement,
        func=_REFUSE_TRUNCATE,
    )
