"""Tell a person something: a row in his inbox and a mail row, in the caller's transaction."""

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db import connection

from accounts.inbox.kinds import KINDS, Kind, lacking
from accounts.inbox.models import Channel, Mail, Notice
from accounts.models import User
from marketplace.lib import clock
from marketplace.lib.ids import uuid7

LONGEST_FACT = 80  # other people's words are cut; a notice is not the place to read them in full

Facts = Mapping[str, Any]

_INSERT = """
    INSERT INTO inbox_notice (id, person_id, kind, key, facts, link, at)
    VALUES {rows}
    ON CONFLICT (person_id, kind, key) DO NOTHING
    RETURNING id, person_id
"""
_ROW = "(%s, %s, %s, %s, %s, %s, %s)"


def notify(
    person: User, kind: str, *, key: str, link: str = "", at: datetime | None = None, **facts: Any
) -> bool:
    """Write one notice, and one mail when the kind goes by mail too.

    Args:
        key: what it tells of; the second call for this person, kind and key does nothing.
        link: a path of our own that the notice opens.
        at: the caller's present moment, to save asking the clock again.
        facts: JSON values, aware datetimes, UUIDs; amounts in fen. Never a code, a secret or
            identity data. `side` (buyer, seller, …) chooses the words.

    Returns:
        Whether it was told now.

    Raises:
        ValueError: the kind is unknown, or a fact that its words need is not there.
    """
    return bool(notify_each([(person, facts)], kind, key=key, link=link, at=at))


def notify_each(
    told: Sequence[tuple[User, Facts]],
    kind: str,
    *,
    key: str,
    link: str = "",
    at: datetime | None = None,
) -> int:
    """The same notice to several people, each with his own facts; says how many were told now."""
    entry = KINDS.get(kind)
    if entry is None:
        raise ValueError(f"{kind} is no kind of notice")
    for _person, facts in told:
        if missing := lacking(entry, facts):
            raise ValueError(f"{kind} needs the facts {', '.join(sorted(missing))}")
    now = at or clock.now()
    rows = [
        [str(uuid7()), str(person.pk), kind, key, _plain_facts(facts), link, now]
        for person, facts in told
    ]
    written = _insert(rows)
    _mail(entry, {notice: person for person, _ in told if (notice := written.get(person.pk))}, now)
    return len(written)


def unread_count(user: User | AnonymousUser) -> int:
    """The number beside “Inbox” in the page's head."""
    return Notice.objects.visible_to(user).unread().count()


def _insert(rows: Sequence[Sequence[Any]]) -> dict[UUID, UUID]:
    """The notices that are new, by person."""
    statement = _INSERT.format(rows=", ".join([_ROW] * len(rows)))
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for row in rows for value in row])
        return {UUID(str(person)): UUID(str(notice)) for notice, person in cursor.fetchall()}


def _mail(entry: Kind, notices: Mapping[UUID, User], at: datetime) -> None:
    if Channel.MAIL in entry.channels:
        Mail.objects.bulk_create(
            Mail(notice_id=notice, to=person.email, next_at=at + _jitter(entry), created_at=at)
            for notice, person in notices.items()
            if person.is_active
        )


def _jitter(entry: Kind) -> timedelta:
    return timedelta(seconds=secrets.randbelow(entry.jitter_minutes * 60 + 1))


def _plain_facts(facts: Facts) -> str:
    return json.dumps({name: _plain(value) for name, value in facts.items()}, ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str) and len(value) > LONGEST_FACT:
        return f"{value[: LONGEST_FACT - 1]}…"
    return str(value) if isinstance(value, UUID) else value
