"""Closing: nobody vanishes while something is owed (Ms. Li), and nothing is deleted."""

import pytest
from django.test import Client

from accounts.actions import closure
from accounts.actions.closure import Blocker, cancel_closure, close_account, close_due
from accounts.identity.models import Record
from accounts.inbox.models import Mail, Notice
from accounts.models import User, UserState
from accounts.policies import may_trade
from tests.accounts import people
from tests.conftest import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def li():
    return people.person("Li")


@pytest.fixture
def buyer():
    return people.person("Buyer", level=2)


@pytest.fixture
def open_things(monkeypatch, li):
    """Something open between the buyer and Ms. Li; empty the list and it is settled."""
    things = [Blocker("Order 7 is not finished.", "/orders/7/", tell=[li])]
    monkeypatch.setattr(closure, "_registered", [lambda _person: list(things)])
    return things


@pytest.fixture
def nothing_open(monkeypatch):
    monkeypatch.setattr(closure, "_registered", [])


def test_an_account_with_an_open_order_stays_and_the_other_side_is_told(buyer, li, open_things):
    outcome = close_account(buyer.pk, by=buyer)

    assert outcome.person.state == UserState.PENDING_CLOSURE
    assert [blocker.sentence for blocker in outcome.blockers] == ["Order 7 is not finished."]
    told = Notice.objects.get(person=li, kind="counterparty_closing")
    assert told.facts["name"] == "Buyer"
    assert Record.objects.filter(person=buyer).exists()


def test_while_closing_nothing_new_begins_but_log_in_works(buyer, open_things):
    close_account(buyer.pk, by=buyer)
    buyer.refresh_from_db()

    with refused("account_closing"):
        may_trade(buyer)

    assert people.signed_in(buyer).get("/me/").status_code == 200


def test_asking_twice_tells_once(buyer, li, open_things):
    close_account(buyer.pk, by=buyer)
    close_account(buyer.pk, by=buyer)

    assert Notice.objects.filter(person=li).count() == 1


def test_the_sweep_closes_when_nothing_is_owed_any_more(buyer, open_things):
    close_account(buyer.pk, by=buyer)
    before = close_due()
    open_things.clear()

    after = close_due()

    buyer.refresh_from_db()
    assert (before, after) == (0, 1)
    assert buyer.state == UserState.CLOSED


def test_a_closed_account_keeps_its_row_and_frees_name_mail_and_phone(buyer, nothing_open):
    old_mail, old_phone = buyer.email, buyer.phone

    close_account(buyer.pk, by=buyer)

    closed = User.objects.get(pk=buyer.pk)
    assert closed.shown_name == "Closed account"
    assert closed.phone is None
    assert not User.objects.filter(email=old_mail).exists()
    assert Record.objects.filter(person=closed).exists()
    assert Mail.objects.filter(to=old_mail, notice__kind="closing_progress").exists()
    people.with_phone(people.person(), str(old_phone))


def test_a_closed_account_has_no_sessions_and_no_tokens(buyer, nothing_open):
    client, other = people.signed_in(buyer), people.signed_in(buyer)
    client.post("/me/tokens/", {"name": "t", "scopes": ["read"], "days": 9})

    client.post("/me/close/")

    assert other.get("/me/").status_code == 302
    assert not buyer.tokens.filter(revoked_at=None).exists()


def test_the_identity_of_a_closed_account_does_not_start_again(buyer, nothing_open):
    people.with_real_name(buyer, "110101199003071234")
    close_account(buyer.pk, by=buyer)
    again = people.person(level=1)

    with refused("identity_in_use"):
        people.with_real_name(again, "110101199003071234")


def test_closing_can_be_taken_back_while_it_is_pending(buyer, open_things):
    close_account(buyer.pk, by=buyer)

    person = cancel_closure(buyer.pk, by=buyer)

    assert person.state == UserState.ACTIVE
    may_trade(person)
    with refused("wrong_state"):
        cancel_closure(buyer.pk, by=buyer)


def test_nobody_closes_anothers_account(buyer, li):
    with refused("not_found"):
        close_account(buyer.pk, by=li)


def test_the_page_lists_what_is_open_and_asks_for_a_fresh_proof(buyer, open_things):
    stale = Client()
    stale.force_login(buyer)

    asked = stale.get("/me/close/")
    page = people.signed_in(buyer).get("/me/close/")

    assert asked.status_code == 302
    assert asked.headers["Location"].startswith("/accounts/reauthenticate/")
    assert b"Order 7 is not finished." in page.content
