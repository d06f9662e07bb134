"""Notices and mails: told once, in the reader's language, delivered again when it fails."""

from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import translation

from accounts.inbox import outbox
from accounts.inbox.kinds import KINDS, words
from accounts.inbox.models import Mail, MailState, Notice
from accounts.inbox.notify import notify, unread_count
from marketplace.lib import clock
from marketplace.lib.when import when
from tests.accounts import people

DUE = datetime(2026, 11, 23, 6, 32, tzinfo=UTC)
FACTS = {
    "title": "Top-up card",
    "amount": 4800,
    "due_at": DUE,
    "last4": "1234",
    "device": "Firefox, Linux",
    "name": "Ms. Li",
    "reason": "The price is missing.",
    "minutes": 20,
    "exhibit": "S2",
    "votes": 9,
    "against": 3,
    "holder": "4a1f",
}
# One row for each text of the table: the kind, its side, and whether money was held.
TOLD = [
    (kind, name.split(" ")[0], 0 if name.endswith("unpaid") else 4800)
    for kind, row in KINDS.items()
    for name in row.texts
]
BANNED = ("taken", "photographed", "auctioned", "bought", "sold", "拍下", "已拍")


class Broken(BaseEmailBackend):
    """A mail server that is not there."""

    def send_messages(self, email_messages):
        raise ConnectionRefusedError("no server for secret@mail.example")


class Working(BaseEmailBackend):
    """A mail server that keeps what it got."""

    sent: ClassVar[list[EmailMessage]] = []

    def send_messages(self, email_messages):
        self.sent.extend(email_messages)
        return len(email_messages)


@pytest.fixture
def li(db):
    return people.person("Li")


def test_the_same_fact_is_told_once(li):
    first = notify(li, "paid", key="order:1", side="seller", title="Card", due_at=DUE)
    second = notify(li, "paid", key="order:1", side="seller", title="Card", due_at=DUE)

    assert (first, second) == (True, False)
    assert Notice.objects.filter(person=li).count() == 1
    assert Mail.objects.filter(to=li.email).count() == 1


def test_a_fact_that_the_words_need_must_be_there(li):
    with pytest.raises(ValueError, match="due_at"):
        notify(li, "paid", key="order:1", side="seller", title="Card")


def test_an_unpaid_order_says_not_paid_and_nothing_that_sounds_like_money(li):
    for side in ("buyer", "seller"):
        said = words("order_placed", {**FACTS, "side": side})

        whole = f"{said.title} {said.sentence}"
        assert "NOT PAID" in said.title
        assert not [word for word in BANNED if word in whole]


def test_the_seller_of_an_unpaid_order_reads_the_exact_words():
    said = words("order_placed", {"side": "seller", "title": "Card"})

    assert said.title == "Ordered – NOT PAID: Card. Do not send anything."


def test_late_money_is_told_with_the_exact_words():
    said = words("money_returned", {"amount": 4800})

    assert said.title == ("Your payment came after the order ended; ¥48.00 is on its way back.")


@pytest.mark.parametrize(("kind", "side", "amount"), TOLD)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_kind_has_words_for_everybody_it_is_told_to(kind, side, amount, language):
    with translation.override(language):
        said = words(kind, {**FACTS, "side": side, "amount": amount})

    assert said.title
    assert "{" not in said.title + said.sentence


def test_cancelled_orders_are_told_apart_by_whether_money_was_held():
    paid = words("order_cancelled", {"side": "buyer", "amount": 4800})
    unpaid = words("order_cancelled", {"side": "buyer"})

    assert paid.title == "Cancelled – ¥48.00 refunded"
    assert unpaid.title == "Cancelled – never paid"


def test_times_read_as_in_china_in_both_languages():
    assert when(DUE, "en") == "23 Nov 2026, 14:32 (UTC+8)"
    assert when(DUE, "zh-hans") == "2026年11月23日 14:32"


def test_other_peoples_words_are_cut_in_a_notice(li):
    notify(li, "paid", key="1", side="seller", title="x" * 500, due_at=DUE)

    assert len(Notice.objects.get().facts["title"]) == 80


def test_a_mail_is_sent_once_in_the_readers_language(db, settings):
    settings.MAIL_TRANSPORT = f"{__name__}.Working"
    Working.sent.clear()
    reader = people.person("Wang", language="zh-hans")
    notify(reader, "paid", key="1", side="seller", title="卡", due_at=DUE)

    outbox.sweep()
    outbox.sweep()

    (message,) = Working.sent
    assert message.to == [reader.email]
    assert "2026年11月23日 14:32" in message.body
    assert Mail.objects.get(to=reader.email).state == MailState.SENT


def test_a_mail_that_fails_is_tried_five_times_more_and_then_given_up(li, settings):
    settings.MAIL_TRANSPORT = f"{__name__}.Broken"
    notify(li, "debt", key="1", amount=100)
    pauses = []

    for _ in range(6):
        mail = outbox.claim(Mail.objects.get().next_at + timedelta(seconds=1))
        assert mail is not None
        pauses.append(outbox.RETRIES[min(mail.attempts, 5) - 1])
        outbox.deliver(mail)

    mail = Mail.objects.get()
    assert mail.state == MailState.FAILED
    assert [pause.total_seconds() / 60 for pause in pauses[:5]] == [1, 5, 30, 120, 720]
    assert mail.last_error == "ConnectionRefusedError"
    assert Notice.objects.filter(person=li).exists()


def test_a_mail_is_not_sent_before_its_next_turn(li, settings):
    settings.MAIL_TRANSPORT = f"{__name__}.Broken"
    notify(li, "debt", key="1", amount=100)
    outbox.sweep()

    assert outbox.claim(clock.now()) is None


def test_a_confirmation_link_is_not_kept_after_delivery_outside_the_sandbox(settings, db):
    settings.SANDBOX, settings.MAIL_TRANSPORT = False, f"{__name__}.Working"
    now = clock.now()
    Mail.objects.create(to="a@mail.example", subject="s", text="link", next_at=now, created_at=now)

    outbox.sweep()

    assert Mail.objects.get().text == ""


def test_the_inbox_shows_unread_first_and_reading_is_a_post(li):
    notify(li, "debt", key="1", amount=100)
    notify(li, "debt", key="2", amount=200)
    client = people.signed_in(li)
    older = Notice.objects.filter(person=li).earliest("id")

    seen = client.get("/inbox/")
    by_get = client.get(f"/inbox/{older.pk}/")
    client.post(f"/inbox/{older.pk}/")

    assert "You owe ¥1.00".encode() in seen.content
    assert by_get.status_code == 405
    assert unread_count(li) == 1
    client.post("/inbox/read/")
    assert unread_count(li) == 0


def test_nobody_reads_anothers_notice(li):
    notify(li, "debt", key="1", amount=100)
    stranger = people.signed_in(people.person())

    answer = stranger.post(f"/inbox/{Notice.objects.get(kind='debt').pk}/")

    assert answer.status_code == 404
    assert unread_count(li) == 1


def test_the_mailbox_of_the_sandbox_shows_mails_and_text_messages(li, client):
    notify(li, "debt", key="1", amount=100)
    people.with_phone(li, "13800001111")

    page = client.get("/sandbox/mail/")

    assert "You owe ¥1.00" in page.content.decode()
    assert people.last_sms_code() in page.content.decode()
