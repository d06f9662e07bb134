"""Tell a person something: a row in his inbox and a mail row, in the caller's transaction."""

import json
from datetime import datetime
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

_INSERT = """
    INSERT INTO inbox_notice (id, person_id, kind, key, facts, link, at)
    VALUES (%s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (person_id, kind, key) DO NOTHING
    RETURNING id
"""


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
    entry = KINDS.get(kind)
    if entry is None:
        raise ValueError(f"{kind} is no kind of notice")
    if missing := lacking(entry, facts):
        raise ValueError(f"{kind} needs the facts {', '.join(sorted(missing))}")
    now = at or clock.now()
    pk = _insert(person, kind, key, link, now, facts)
    if pk is not None:
        _mail(entry, pk, person, now)
    return pk is not None


def unread_count(user: User | AnonymousUser) -> int:
    """The number beside “Inbox” in the page's head."""
    return Notice.objects.visible_to(user).unread().count()


def _insert(
    person: User, kind: str, key: str, link: str, at: datetime, facts: dict[str, Any]
) -> UUID | None:
    plain = json.dumps({name: _plain(value) for name, value in facts.items()}, ensure_ascii=False)
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [str(uuid7()), str(person.pk), kind, key, plain, link, at])
        row = cursor.fetchone()
    return None if row is None else UUID(str(row[0]))


def _mail(entry: Kind, notice: UUID, person: User, at: datetime) -> None:
    if Channel.MAIL in entry.channels and person.is_active:
        Mail.objects.create(notice_id=notice, to=person.email, next_at=at, created_at=at)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str) and len(value) > LONGEST_FACT:
        return f"{value[: LONGEST_FACT - 1]}…"
    return str(value) if isinstance(value, UUID) else value
