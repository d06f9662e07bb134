"""A notice whose fact has moved on is struck, with what is true now; an outcome never is."""

import pytest
from django.test import Client

from accounts.inbox.kinds import KINDS, Class
from accounts.inbox.models import Mail, Notice
from accounts.inbox.outbox import content
from accounts.inbox.present import present
from accounts.models import User
from orders import notices
from orders.actions import checkout, reports
from orders.models import Order
from tests import given
from tests.api.client import Api, in_process
from tests.api.conftest import token_of
from tests.orders import world

pytestmark = pytest.mark.django_db

# By stage of the order, what of each side's inbox holds no more.
STRUCK = {
    "placed": (set(), set()),
    "paid": ({"order_placed"}, {"order_placed"}),
    "delivered": ({"order_placed", "paid"}, {"order_placed", "paid"}),
    "revealed": ({"order_placed", "paid", "code_ready"}, {"order_placed", "paid"}),
    "completed": ({"order_placed", "paid", "code_ready"}, {"order_placed", "paid", "code_ready"}),
    "cancelled": ({"order_placed"}, {"order_placed"}),
}


def struck(person: User) -> dict[str, str]:
    told = list(Notice.objects.filter(person=person))
    now = present(told)
    return {notice.kind: now[notice.pk] for notice in told if notice.pk in now}


@pytest.mark.parametrize("stage", STRUCK)
def test_what_has_moved_on_is_struck_for_each_side(stage: str):
    order = world.STATES[stage]()

    found = [set(struck(person)) for person in (order.buyer, order.seller)]

    assert found == list(STRUCK[stage])


def test_a_struck_notice_says_what_is_true_now():
    order = world.STATES["completed"]()

    assert struck(order.buyer)["paid"].startswith("Completed. The seller has been paid.")
    assert struck(order.seller)["paid"].startswith("Completed. ¥")


@pytest.mark.usefixtures("market")
def test_a_report_is_struck_when_it_is_answered():
    order = given.revealed_order(given.listing(given.person("Mei")), given.person("Bo", level=0))

    reports.report_code(order.pk, by=order.buyer, problem="used")
    asking = struck(order.buyer)
    given.settled(order)

    assert "report_open" not in asking
    assert "report_open" in struck(order.buyer)
    assert "report_answered" not in struck(order.buyer)


def test_every_kind_with_a_rule_is_a_kind_of_notice():
    assert notices.HOLDS.keys() <= KINDS.keys()
    outcomes = {"refunded", "released", "order_cancelled", "report_answered"}
    assert not outcomes & notices.HOLDS.keys()
    assert KINDS["paid"].about == Class.MONEY


def inbox(person: User) -> str:
    browser = Client()
    browser.force_login(person, backend="accounts.backends.PasswordBackend")
    return browser.get("/inbox/").content.decode()


def test_the_page_strikes_it_and_still_leads_to_the_order():
    order = world.STATES["cancelled"]()

    page = inbox(order.seller)

    assert "<s>Ordered – NOT PAID:" in page
    assert "Do not send anything. Fairhand will tell you when the money is held.</s>" in page
    assert page.count("<s>") == 2
    assert "Open the order" in page


def test_nothing_is_struck_while_all_holds():
    order: Order = world.STATES["placed"]()

    assert "<s>" not in inbox(order.buyer)


def test_the_api_says_what_is_true_instead():
    order = world.STATES["cancelled"]()
    rows = Api(in_process()).signed_in(token_of(order.buyer)).get("/notifications/")["results"]

    now = {row["kind"]: row["now"] for row in rows}

    assert now["order_placed"].startswith("Cancelled – never paid")
    assert now["order_cancelled"] == ""


def test_a_mail_that_leaves_late_begins_with_what_has_changed():
    order = world.STATES["placed"]()
    mail = Mail.objects.get(notice__person=order.buyer, notice__kind="order_placed")
    fresh = content(mail)

    checkout.cancel(order.pk, by=order.seller, reason="I have none left.")
    late = content(mail)

    assert "changed since" not in fresh.text
    assert late.text.startswith("This has changed since. Now: Cancelled – never paid")
    assert "This has changed since" in late.html
