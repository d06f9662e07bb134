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
from accounts.inbox.models import Channel, MailState, Notice
from accounts.inbox.quiet import send_at
from accounts.models import User
from marketplace.lib import clock
from marketplace.lib.ids import uuid7

LONGEST_FACT = 80  # other people's words are cut; a notice is not the place to read them in full

Facts = Mapping[str, Any]

# Notices and their mails in one statement. A mail goes only with a notice that is new, and with
# none that the person has muted (`Mute` holds nothing but kinds that may be).
_INSERT = """
    WITH told AS (
        INSERT INTO inbox_notice (id, person_id, kind, key, facts, link, at)
        VALUES {notices}
        ON CONFLICT (person_id, kind, key) DO NOTHING
        RETURNING id, person_id, kind, at
    ), mail AS (
        INSERT INTO inbox_mail (id, notice_id, channel, "to", subject, text, html, state, attempts,
                                next_at, created_at, last_error)
        SELECT wanted.id, told.id, '{channel}', address, '', '', '', '{waiting}', 0,
               next_at, told.at, ''
          FROM (VALUES {mails}) AS wanted (id, notice, address, next_at)
          JOIN told ON told.id = wanted.notice
         WHERE NOT EXISTS (SELECT FROM inbox_mute m
                            WHERE m.person_id = told.person_id AND m.kind = told.kind)
    )
    SELECT count(*) FROM told
"""
_NOTICE = "(%s, %s, %s, %s, %s, %s, %s)"
_MAIL = "(%s::uuid, %s::uuid, %s::text, %s::timestamptz)"


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
    notices = [
        [str(uuid7()), str(person.pk), kind, key, _plain_facts(facts), link, now]
        for person, facts in told
    ]
    mails = [
        [str(uuid7()), notice[0], person.email, _turn(entry, person, own, now)]
        for notice, (person, own) in zip(notices, told, strict=True)
        if Channel.MAIL in entry.channels and person.is_active
    ]
    return _insert(notices, mails)


def unread_count(user: User | AnonymousUser) -> int:
    """The number beside “Inbox” in the page's head."""
    return Notice.objects.visible_to(user).unread().count()


def _turn(entry: Kind, person: User, facts: Facts, now: datetime) -> datetime:
    """When the mail goes: reminders wait for the morning, reviewers' mails are spread a little."""
    turn = send_at(entry.name, now, zone=person.zone, due_at=facts.get("due_at"))
    return turn + timedelta(seconds=secrets.randbelow(entry.jitter_minutes * 60 + 1))


def _insert(notices: Sequence[Sequence[Any]], mails: Sequence[Sequence[Any]]) -> int:
    """How many notices were new."""
    statement = _INSERT.format(
        notices=", ".join([_NOTICE] * len(notices)),
        mails=", ".join([_MAIL] * len(mails)) or "(NULL::uuid, NULL::uuid, '', NULL::timestamptz)",
        channel=Channel.MAIL.value,
        waiting=MailState.WAITING.value,
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for row in [*notices, *mails] for value in row])
        count: tuple[int] = cursor.fetchone()
    return count[0]


def _plain_facts(facts: Facts) -> str:
    return json.dumps({name: _plain(value) for name, value in facts.items()}, ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str) and len(value) > LONGEST_FACT:
        return f"{value[: LONGEST_FACT - 1]}…"
    return str(value) if isinstance(value, UUID) else value
