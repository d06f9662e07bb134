"""Worlds for the court: a pool of reviewers, made at once.

A panel needs 140 people who are 90 days old, have a checked name, a completed order and five
practice cases. By the verbs each of them would cost a hundred statements and three months of the
clock, so here their rows are written as the verbs leave them: one real order is completed by the
verbs, and copied with another buyer. Everything else in these tests goes through the verbs.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import connection

from accounts.models import User
from disputes import roster, sweeps
from disputes.actions import evidence, filing, jury
from disputes.models import Case, EvidenceKind, Roster, Seat
from marketplace.lib import clock
from orders.actions import delivery, stock
from orders.actions.stock import Card
from orders.models import Order
from tests import given
from tests.orders import world
from tests.remembered import remembered

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
    SELECT copy.*
      FROM accounts_user u, orders_order o,
           LATERAL jsonb_populate_record(o, jsonb_build_object(
               'id', gen_random_uuid(), 'buyer_id', u.id, 'request_key', NULL,
               'number', left(md5(u.id::text), 12))) copy
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


@remembered
def pool(count: int = ENOUGH) -> Roster:
    """The newest roster, of `count` reviewers."""
    reviewers(count)
    found = roster.build_roster(at=clock.now())
    assert found is not None
    return found


def may_sign_in(person: User) -> User:
    """Reviewers of a pool are rows only; this one gets what signing up leaves."""
    person.set_password(given.PASSWORD)
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=True)
    return person


# --- Cases ----------------------------------------------------------------------------------------
STATEMENT = "The code was empty when I tried it, a minute after I had seen it."
ANSWER = "The issuer called the code good when it was handed over to the buyer."
RATIONALE = "The issuer called the code good at the hand-over; nothing speaks against it."


@remembered
def filed(order: Order | None = None, *, by: str = "buyer", **changes: Any) -> Case:
    """A case about a revealed code; both sides still have their 72 hours."""
    chosen = order or world.revealed()
    facts = {"claim": "code_used_or_invalid" if by == "buyer" else "other", "statement": STATEMENT}
    filing_ = filing.Filing(**(facts | changes))
    return filing.file(chosen.pk, by=getattr(chosen, by), filing=filing_)


def of_card(number: str, secret: str, *, seller: str = "Li") -> Order:
    """A revealed order of exactly this card."""
    offer = world.offer(given.person(seller))
    card = Card(number, secret, offer.current.face_value, None)
    stock.seal_code(offer.pk, by=offer.seller, card=card)
    order = world.paid(offer)
    delivery.reveal_code(order.pk, by=order.buyer)
    return given.again(order)


def text(words: str = "It said 0.00 in the app.", **changes: Any) -> evidence.Item:
    facts = {"kind": EvidenceKind.TEXT, "description": "What the app showed", "text": words}
    return evidence.Item(**(facts | changes))


def statement(words: str = ANSWER) -> evidence.Item:
    return evidence.Item(kind=EvidenceKind.STATEMENT, description="My statement", text=words)


def answered(case: Case) -> Case:
    """Both sides have shown something."""
    evidence.submit(case.pk, by=case.seller, item=statement())
    evidence.submit(case.pk, by=case.buyer, item=text())
    return again(case)


def again(case: Case) -> Case:
    return Case.objects.for_pages().get(pk=case.pk)


def swept(case: Case) -> Case:
    """After everything of the court that is due by now."""
    for _round in range(10):
        if not sweeps.everything_due():
            break
    return again(case)


def later(case: Case, **time: float) -> Case:
    """The case after the clock moved on."""
    world.skip(**time)
    return swept(case)


@remembered
def voting(case: Case | None = None) -> Case:
    """17 reviewers are invited. A pool is made first, where there is none."""
    if not Roster.objects.exists():
        pool()
    found = later(answered(case or filed()), hours=72)
    assert found.state == "VOTING", found.state
    return found


def open_seats(case: Case) -> list[Seat]:
    found = Seat.objects.filter(case=case, round=case.round, state__in=["INVITED", "OPENED"])
    return list(found.select_related("juror").order_by("chair"))


def cast(seat: Seat, side: str) -> None:
    """One reviewer reads for a minute and votes."""
    jury.open_bundle(seat.pk, by=seat.juror)
    world.skip(seconds=61)
    findings = ["not_proven"]
    jury.cast_vote(seat.pk, by=seat.juror, side=side, findings=findings, rationale=RATIONALE)


def vote(case: Case, *, buyer: int, seller: int) -> Case:
    """So many votes for each side, those of the side with fewer first."""
    fewer, more = sorted([("buyer", buyer), ("seller", seller)], key=lambda pair: pair[1])
    sides = [fewer[0]] * fewer[1] + [more[0]] * more[1]
    for seat, side in zip(open_seats(case), sides, strict=False):
        cast(seat, side)
    return again(case)


@remembered
def decided(*, buyer: int, seller: int, case: Case | None = None) -> Case:
    """Closed by the ninth vote; carried out by the next sweep when it is final."""
    return vote(case or voting(), buyer=buyer, seller=seller)
