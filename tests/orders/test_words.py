"""What each state is called, by side and language, and what an unpaid order never says."""

import re

import pytest
from django.utils import translation

from accounts.inbox import kinds
from accounts.inbox.models import Mail, Notice
from accounts.inbox.outbox import content
from accounts.models import User
from marketplace.lib.states import Side
from marketplace.lib.when import when
from orders import words
from orders.models import Order
from orders.states import OrderState, OrderStep
from tests.doors import Doors, address
from tests.orders import world

pytestmark = pytest.mark.django_db

BANNED = re.compile(r"\b(taken|photographed|auctioned|bought|sold)\b|拍下|已拍", re.IGNORECASE)
NOT_PAID = re.compile(r"NOT PAID|未付款")
LANGUAGES = ["en", "zh-hans"]

# The table of the rules, word for word; {time} and {amount} as the order has them.
TABLE = {
    "placed": (
        "Ordered – NOT PAID. Pay by {time} or the order ends.",
        "Ordered – NOT PAID. Do not send anything. Fairhand will tell you when the money is held.",
    ),
    "paid": (
        (
            "Paid – money held by Fairhand. The seller must deliver by {time}. "
            "The seller has not been paid."
        ),
        "Paid – money held by Fairhand. Deliver by {time}.",
    ),
    "delivered": (
        "Your code is ready. Reveal it, use it, then confirm.",
        "Delivered. Money held until the buyer confirms or {time} passes.",
    ),
    "completed": (
        "Completed. The seller has been paid. You can still claim until {time}.",
        "Completed. ¥47.52 released to your wallet.",
    ),
    "cancelled": ("Cancelled – never paid.", "Cancelled – never paid. Do not send anything."),
    "cancelled_after_payment": (
        "Cancelled – ¥48.00 refunded.",
        "Cancelled – the money went back to the buyer.",
    ),
    "refunded": (
        "Refunded: ¥48.00.",
        "Refunded to the buyer: ¥48.00. You can still claim until {time}.",
    ),
    "disputed": ("Case open – money frozen.", "Case open – money frozen."),
    "split": (
        "Decided. ¥28.00 came back to you, the seller got the rest.",
        "Decided. ¥19.80 released to your wallet.",
    ),
}
TIMES = {
    "placed": "pay_due_at",
    "paid": "deliver_due_at",
    "delivered": "reveal_due_at",
    "revealed": "inspect_due_at",
    "completed": "claims_until",
    "refunded": "claims_until",
}


def expected(order: Order, name: str, side: Side) -> str:
    time = when(getattr(order, TIMES[name]), "en") if name in TIMES else ""
    return TABLE[name][0 if side == Side.BUYER else 1].format(time=time)


@pytest.mark.parametrize("name", TABLE)
def test_each_state_says_to_each_side_what_the_table_says(name):
    order = world.STATES[name]()

    said = {side: words.sentence(order, side) for side in (Side.BUYER, Side.SELLER)}

    assert said == {side: expected(order, name, side) for side in said}


@pytest.mark.parametrize("name", world.STATES)
def test_no_state_lacks_its_words_in_either_language(name):
    order = world.STATES[name]()

    for language in LANGUAGES:
        with translation.override(language):
            for side in (Side.BUYER, Side.SELLER):
                for text in (words.sentence(order, side), words.badge(order, side)):
                    assert text
                    assert "{" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unpaid_order_is_called_unpaid_by_every_label(language):
    order = world.placed()

    with translation.override(language):
        labels = [
            str(OrderState.PLACED.label),
            str(OrderStep.PLACE.label),
            *(words.badge(order, side) for side in (Side.BUYER, Side.SELLER)),
            *(words.sentence(order, side) for side in (Side.BUYER, Side.SELLER)),
        ]

    assert [bool(BANNED.search(each)) for each in labels] == [False] * len(labels)
    assert all(NOT_PAID.search(each) for each in [labels[0], *labels[2:]])


def reading(user: User, language: str) -> Doors:
    User.objects.filter(pk=user.pk).update(language=language)
    return Doors(User.objects.get(pk=user.pk))


def told(person: User, language: str) -> list[str]:
    """All that has been written to the person: notices and mails, in the language."""
    User.objects.filter(pk=person.pk).update(language=language)
    with translation.override(language):
        read = [kinds.words(each.kind, each.facts) for each in Notice.objects.filter(person=person)]
    mails = [content(mail) for mail in Mail.objects.filter(notice__person=person)]
    return [f"{one.title} {one.sentence}" for one in read] + [
        f"{mail.subject} {mail.text}" for mail in mails
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("side", ["buyer", "seller"])
def test_no_page_about_an_unpaid_order_could_be_read_as_paid(side, language):
    order = world.placed()
    reader = reading(getattr(order, side), language)
    rows = {"buyer": "/orders/?show=pay", "seller": "/orders/?side=selling&show=unpaid"}
    pages = [reader.page.get(path).text for path in (address(order), rows[side])]
    extra = {"Accept-Language": language}
    answers = [
        reader.api.get(path, headers=extra).raw.decode()
        for path in (f"/orders/{order.pk}/", "/orders/", f"/orders/{order.pk}/events/")
    ]

    for text in [*pages, *answers, *told(reader.user, language)]:
        found = BANNED.search(text)
        assert not found, f"{found}: {text}"
    assert all(NOT_PAID.search(text) for text in [*pages, *answers[:2]])
