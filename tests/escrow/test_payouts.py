"""Out of the wallet: to one's own account, after a wait, once at a time, and never too much."""

from datetime import timedelta
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection

from accounts.inbox.models import Notice
from marketplace.lib import clock
from marketplace.lib.money import Fen
from orders.escrow import codes, deposits, fund, movements, payments, payouts
from orders.escrow.audit.nightly import audit
from orders.escrow.models import Command, Payout, PayoutAccount
from tests import given
from tests.conftest import refused
from tests.escrow.money import give, held, person, post, staff

pytestmark = pytest.mark.django_db
NUMBER = "6222 0200 0000 1234"


@pytest.fixture(autouse=True)
def everything_agrees(books_agree):
    yield
    assert audit(only={"R4", "R5", "R6"}).findings == []


@pytest.fixture
def li():
    someone = given.person("Li")
    give(codes.wallet(someone.pk), 100_000)
    return someone


@pytest.fixture
def account(li):
    """Li's account, added long enough ago."""
    added = payouts.add_account(li.pk, number=NUMBER, holder="Li Tester", by=li)
    added.usable_at -= payouts.USABLE_AFTER
    added.save()
    return added


def ask(li, account, amount=10_000):
    return payouts.ask(li.pk, amount=Fen(amount), account=account.pk, by=li)


# --- Accounts -------------------------------------------------------------------------------------
def test_an_account_number_is_kept_sealed(li, account):
    row = PayoutAccount.objects.get()

    assert payouts.destination(row) == ("6222020000001234", "Li Tester")
    assert row.holder == "L*"
    assert (row.last4, str(row)) == ("1234", "…1234")
    assert b"0200000" not in bytes(row.sealed_number)


def test_a_new_account_is_told_of_and_waits_72_hours(li):
    added = payouts.add_account(li.pk, number=NUMBER, holder="li  tester", by=li)

    assert Notice.objects.filter(person=li, kind="payout_account_changed").count() == 1
    with refused("payout_account_new") as refusal:
        ask(li, added)
    assert refusal.value.facts["usable_at"] == added.added_at + timedelta(hours=72)


@pytest.mark.parametrize("number", ["", "1234567", "x" * 12, "1" * 31, "\uff11" * 12])
def test_what_is_no_account_number_is_refused(li, number):
    with refused("invalid"):
        payouts.add_account(li.pk, number=number, holder="Li Tester", by=li)


def test_an_account_is_in_ones_own_name(li):
    with refused("invalid"):
        payouts.add_account(li.pk, number=NUMBER, holder="Wang Tester", by=li)


def test_without_a_checked_name_there_is_no_account():
    somebody = person()

    with refused("level_too_low"):
        payouts.add_account(somebody.pk, number=NUMBER, holder="Somebody", by=somebody)


def test_an_account_is_added_once_and_again_after_it_was_removed(li, account):
    with refused("invalid"):
        payouts.add_account(li.pk, number=NUMBER, holder="Li Tester", by=li)

    payouts.remove_account(account.pk, by=li)
    payouts.add_account(li.pk, number=NUMBER, holder="Li Tester", by=li)

    assert PayoutAccount.objects.filter(removed_at=None).count() == 1
    assert Notice.objects.filter(kind="payout_account_changed").count() == 3


def test_nobody_touches_anothers_account(li, account):
    with refused("not_found"):
        payouts.remove_account(account.pk, by=person())
    with refused("not_found"):
        payouts.add_account(li.pk, number=NUMBER, holder="Li Tester", by=person())


# --- Asking ---------------------------------------------------------------------------------------
def test_a_payout_sets_the_money_aside_and_orders_it_sent(li, account):
    payout = ask(li, account)

    assert payout.state == "RESERVED"
    assert held(codes.wallet(li.pk)) == 90_000
    assert held(codes.payout(payout.pk)) == 10_000
    assert Command.objects.get(target=payout.pk).amount == 10_000


@pytest.mark.parametrize("amount", [-1, 0, 1, 99])
def test_less_than_one_yuan_is_not_sent(li, account, amount):
    with refused("below_minimum"):
        ask(li, account, amount)


def test_no_more_goes_out_than_there_is(li, account):
    with refused("insufficient_funds"):
        ask(li, account, 100_001)

    assert not Payout.objects.exists()


def test_one_payout_is_on_its_way_at_a_time(li, account):
    ask(li, account)

    with refused("payout_in_flight"):
        ask(li, account)


def test_who_owes_money_pays_that_first(li, account):
    post(f"fund:topup:{uuid4()}", (codes.debt(li.pk), -300), (codes.BANK, 300))

    with refused("payout_blocked"):
        ask(li, account)

    fund.pay_debt(li.pk, amount=Fen(300), request=uuid4(), by=li)
    assert ask(li, account)


def test_a_removed_or_foreign_account_gets_nothing(li, account):
    payouts.remove_account(account.pk, by=li)

    with refused("not_found"):
        ask(li, account)


def test_above_5000_yuan_in_30_days_a_second_factor_is_needed(li, account):
    give(codes.wallet(li.pk), 1_000_000)
    movements.payout_sent(ask(li, account, 400_000).pk, clock.now())
    Command.objects.update(state="OK")

    with refused("totp_required"):
        ask(li, account, 100_001)

    Authenticator.objects.create(user=li, type=Authenticator.Type.TOTP, data={})
    assert ask(li, account, 100_001)


# --- What becomes of it ---------------------------------------------------------------------------
def test_a_payout_that_arrived_is_over(li, account):
    payout = ask(li, account)
    Command.objects.update(state="OK")

    ended = [movements.payout_sent(payout.pk, clock.now()) for _ in range(2)]

    assert {each.state for each in ended} == {"PAID"}
    assert held(codes.payout(payout.pk)) == 0
    assert Notice.objects.filter(kind="payout_sent").count() == 1


def test_a_payout_that_failed_is_back_in_the_wallet(li, account):
    payout = ask(li, account)
    Command.objects.update(state="FAILED")

    ended = [movements.payout_back(payout.pk, clock.now()) for _ in range(2)]

    assert {each.state for each in ended} == {"FAILED"}
    assert held(codes.wallet(li.pk)) == 100_000
    assert Notice.objects.filter(kind="payout_failed").count() == 1


def test_a_payout_that_was_paid_after_all_is_taken_from_the_wallet_or_owed(li, account):
    payout = ask(li, account)
    Command.objects.update(state="FAILED")
    movements.payout_back(payout.pk, clock.now())
    give(codes.wallet(li.pk), -97_000)

    movements.payout_sent(payout.pk, clock.now())

    assert held(codes.wallet(li.pk)) == 0
    assert held(codes.debt(li.pk)) == -7_000


# --- Two staff ------------------------------------------------------------------------------------
@pytest.fixture
def big(li, account):
    Authenticator.objects.create(user=li, type=Authenticator.Type.TOTP, data={})
    give(codes.wallet(li.pk), 6_000_000)
    return ask(li, account, 5_000_001)


def test_above_the_days_limit_two_staff_look_first(big):
    assert not Command.objects.exists()
    payouts.approve(big.pk, by=staff())
    assert not Command.objects.exists()

    payouts.approve(big.pk, by=staff())

    assert Command.objects.get().target == big.pk


def test_one_of_our_staff_is_not_two(big, li):
    one = staff()
    payouts.approve(big.pk, by=one)

    for nobody in (one, li, person()):
        with refused("not_your_step"):
            payouts.approve(big.pk, by=nobody)


def test_what_staff_refuse_goes_back(big, li):
    payouts.refuse(big.pk, by=staff())

    assert held(codes.wallet(li.pk)) == 6_100_000
    with refused("wrong_state"):
        payouts.approve(big.pk, by=staff())


def test_an_ordinary_payout_needs_no_approval(li, account):
    payout = ask(li, account)

    with refused("wrong_state"):
        payouts.approve(payout.pk, by=staff())


# --- Deposits -------------------------------------------------------------------------------------
@pytest.fixture
def deposit(li):
    """Li has paid 1,000 yuan in."""
    paid = deposits.start(li.pk, amount=Fen(100_000), by=li)
    paid.state = "CAPTURED"
    paid.save()
    assert payments.HANDLERS["deposit"].captured(paid, clock.now())
    return paid


def test_a_deposit_is_paid_in_once(li, deposit):
    payments.HANDLERS["deposit"].captured(deposit, clock.now())

    assert held(codes.deposit(li.pk)) == 100_000


def test_a_deposit_comes_back_into_the_wallet_once(li, deposit):
    wish = uuid4()

    left = [deposits.give_back(li.pk, amount=Fen(40_000), request=wish, by=li) for _ in range(2)]

    assert left == [60_000, 60_000]
    assert held(codes.wallet(li.pk)) == 140_000


def test_a_deposit_that_sales_lean_on_stays(li, deposit, monkeypatch):
    monkeypatch.setattr(deposits, "_uses", [lambda seller: seller == li])

    with refused("deposit_in_use"):
        deposits.give_back(li.pk, amount=Fen(100), request=uuid4(), by=li)


def test_a_deposit_gives_no_more_than_it_holds(li, deposit):
    with refused("insufficient_funds"):
        deposits.give_back(li.pk, amount=Fen(100_001), request=uuid4(), by=li)

    assert not connection.needs_rollback
    assert held(codes.deposit(li.pk)) == 100_000
