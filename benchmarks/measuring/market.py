"""What there is to buy: people and offers by the verbs; the crowd around them as rows in bulk."""

import itertools
from datetime import date

from django.db import connection

from accounts.actions import sign_up
from accounts.identity.actions import phone, verification
from accounts.inbox.models import Mail
from accounts.models import User
from listings.actions import publish
from listings.facts import CardFacts
from listings.models import Listing
from marketplace.sandbox import issuer
from orders.actions import stock
from orders.actions.stock import Card

PASSWORD = "a password of twelve words"  # noqa: S105 - of people we invented
FACE, PRICE = 1_000, 960
EACH = 10  # codes a listing: the most that a new seller's limit allows, times two
WORDS = ("游戏充值卡", "超市购物卡", "Music card", "视频会员卡", "Coffee card", "话费充值卡")
_count = itertools.count(1)


def person(*, level: int) -> User:
    number = next(_count)
    user = sign_up.sign_up(email=f"p{number}@mail.example", password=PASSWORD, name=f"P{number}")
    sign_up.confirm_email(user.pk)
    if level:
        phone.send_phone_code(user.pk, phone=f"138{number:08}", by=user)
        message = Mail.objects.filter(to__endswith=f"{number:08}").latest("created_at")
        user = phone.confirm_phone(user.pk, digits=message.text[:6], by=user)
        user = verification.verify_identity(
            user.pk,
            name=f"P{number} Tester",
            document_type="passport",
            number=f"E{number:07}1",
            birth_date=date(1990, 1, 1),
            by=user,
        )
    return user


def offer(*, codes: int) -> Listing:
    """A listing of a new seller with `codes` codes in stock; the issuer was asked about each."""
    seller = person(level=2)
    number = next(_count)
    facts = CardFacts(
        title=f"{WORDS[number % len(WORDS)]} {number}",
        description="Unused, bought by mistake.",
        category="top-up",
        issuer="sandbox",
        face_value=FACE,
        price=PRICE,
        quantity=max(codes, 1),
    )
    listing = publish.offer(by=seller, facts=facts, guidance_read=True)
    for _number in range(codes):
        known = issuer.make_card(FACE)
        card = Card(known.number, known.secret, FACE, None)
        stock.seal_code(listing.pk, by=seller, card=card)
    return listing


# Copies of published listings, each a second older than the one before; only the benchmark does so.
_CROWD = """
CREATE TEMPORARY TABLE crowd ON COMMIT DROP AS
  SELECT gen_random_uuid() AS id, gen_random_uuid() AS revision, l.id AS of, l.current_id AS said,
         n * interval '1 second' AS older
    FROM listings_listing l, generate_series(1, %s) n WHERE l.state = 'ON_SALE';
INSERT INTO listings_revision
  SELECT (jsonb_populate_record(r, jsonb_build_object('id', c.revision, 'listing_id', c.id))).*
    FROM crowd c JOIN listings_revision r ON r.id = c.said;
INSERT INTO listings_listing
  SELECT (jsonb_populate_record(l, jsonb_build_object(
            'id', c.id, 'current_id', c.revision, 'published_at', l.published_at - c.older))).*
    FROM crowd c JOIN listings_listing l ON l.id = c.of;
"""


def crowd(times: int) -> int:
    """Copies every offer `times` times; answers how many are on sale then."""
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(_CROWD, [times])
        cursor.execute("COMMIT")
        cursor.execute("ANALYZE")
    return Listing.objects.filter(state="ON_SALE").count()
