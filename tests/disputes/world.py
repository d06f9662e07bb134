"""Worlds for the court: a pool of reviewers, made at once.

A panel needs 140 people who are 90 days old, have a checked name, a completed order and five
practice cases. By the verbs each of them would cost a hundred statements and three months of the
clock, so here their rows are written as the verbs leave them: one real order is completed by the
verbs, and copied with another buyer. Everything else in these tests goes through the verbs.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from accounts.models import User
from disputes import roster
from disputes.models import Roster
from marketplace.lib import clock
from tests.orders import world

ENOUGH = 140

_PEOPLE = """
    INSERT INTO accounts_user
        (id, password, is_superuser, email, name, level, state, language, zone, accepted_rules,
         is_staff, is_active, date_joined, version)
    SELECT gen_random_uuid(), '!', false, 'reviewer.' || n || '@mail.example', 'Reviewer ' || n,
           2, 'ACTIVE', 'en', 'Asia/Shanghai', '', false, true, %(joined)s, 1
      FROM generate_series(%(first)s, %(first)s + %(count)s - 1) n
    RETURNING id
"""
_PROFILES = """
    INSERT INTO disputes_jurorprofile
        (person_id, identity_hash, state, joined_at, passed_at, practice_attempt, served, invited,
         expired_in_a_row, points)
    SELECT id, sha256(id::text::bytea), 'ACTIVE', %(joined)s, %(joined)s, 1, 0, 0, 0, 0
      FROM accounts_user WHERE id = ANY(%(ids)s)
"""
_ORDERS = """
    INSERT INTO orders_order
    SELECT (jsonb_populate_record(o, jsonb_build_object(
               'id', gen_random_uuid(), 'buyer_id', u.id, 'request_key', NULL,
               'number', left(md5(u.id::text), 12)))).*
      FROM accounts_user u, orders_order o
     WHERE u.id = ANY(%(ids)s) AND o.id = %(order)s
"""


def reviewers(count: int = ENOUGH) -> list[User]:
    """People who can be drawn, all of them strangers to everybody but one shop."""
    order = world.completed()
    with connection.cursor() as cursor:
        joined = clock.now() - clock.hours(24 * 200)
        first = User.objects.count() + 1
        cursor.execute(_PEOPLE, {"joined": joined, "first": first, "count": count})
        ids = [row[0] for row in cursor.fetchall()]
        cursor.execute(_PROFILES, {"joined": joined, "ids": ids})
        cursor.execute(_ORDERS, {"ids": ids, "order": str(order.pk)})
    return people(ids)


def people(ids: Sequence[UUID]) -> list[User]:
    return list(User.objects.filter(pk__in=ids).order_by("pk"))


def pool(count: int = ENOUGH) -> Roster:
    """The newest roster, of `count` reviewers."""
    reviewers(count)
    found = roster.build_roster(at=clock.now())
    assert found is not None
    return found
