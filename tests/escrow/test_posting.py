"""The posting function: what balances is booked once; what does not, PostgreSQL refuses."""

from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from marketplace.lib import clock
from orders.escrow import codes, ledger
from orders.escrow.ledger import AlreadyHeld, KeyReused, LedgerBug
from orders.escrow.models import Account, Balance, Entry, Transfer
from tests.conftest import refused
from tests.escrow.money import give, held, post

pytestmark = pytest.mark.django_db
GATEWAY = codes.gateway("sandbox")


@pytest.fixture(autouse=True)
def books_agree() -> None:
    """These transfers are made up: no payment and no business fact stands behind them."""


def test_a_transfer_moves_money_and_opens_the_accounts_it_names():
    wallet = codes.wallet(uuid4())

    posted = post("fund:topup:1", (GATEWAY, -500), (wallet, 500))

    assert posted.fresh
    assert held(wallet) == 500
    assert not Balance.objects.filter(account__code=GATEWAY).exists()


def test_zero_legs_are_left_out():
    wallet = codes.wallet(uuid4())

    posted = post("k", (GATEWAY, -5), (wallet, 5), (codes.FEES, 0))

    assert Entry.objects.filter(transfer_id=posted.id).count() == 2
    assert not Account.objects.filter(code=codes.FEES).exists()


def test_the_same_transfer_under_the_same_key_is_booked_once():
    wallet = codes.wallet(uuid4())
    first = post("k", (GATEWAY, -5), (wallet, 5))

    again = post("k", (GATEWAY, -5), (wallet, 5))

    assert (again.id, again.fresh) == (first.id, False)
    assert held(wallet) == 5


@pytest.mark.parametrize(
    "other",
    [
        {"amount": 6},
        {"kind": "bank_sweep"},
        {"case": UUID(int=1)},
        {"order": UUID(int=1)},
        {"code": codes.wallet(UUID(int=1))},
    ],
    ids=["amount", "kind", "case", "order", "account"],
)
def test_a_key_never_names_two_transfers(other):
    other = dict(other)
    wallet = codes.wallet(uuid4())
    post("k", (GATEWAY, -5), (wallet, 5))
    amount, code = other.pop("amount", 5), other.pop("code", wallet)

    with pytest.raises(KeyReused):
        post("k", (GATEWAY, -amount), (code, amount), **other)

    assert held(wallet) == 5


def test_legs_that_do_not_balance_are_refused():
    with pytest.raises(LedgerBug, match="balance"):
        post("k", (GATEWAY, -5), (codes.wallet(uuid4()), 4))

    assert not Transfer.objects.exists()


@pytest.mark.parametrize(
    "legs", [[], [(GATEWAY, 5)], [(GATEWAY, 0), (codes.BANK, 0)]], ids=["none", "one", "zeros"]
)
def test_fewer_than_two_legs_are_refused(legs):
    with pytest.raises(LedgerBug, match="malformed"):
        post("k", *legs)


def test_an_account_named_twice_is_refused():
    wallet = codes.wallet(uuid4())

    with pytest.raises(LedgerBug):
        post("k", (wallet, -5), (wallet, 5))


@pytest.mark.parametrize("code", ["wallet", "Wallet:1", "wallet:", "wallet:A B", "wal-let:1"])
def test_a_code_of_another_form_is_refused(code):
    with pytest.raises(LedgerBug):
        post("k", (GATEWAY, -5), (codes.AccountCode(code), 5))


def test_a_purse_is_never_overdrawn():
    wallet = codes.wallet(uuid4())
    give(wallet, 100)

    with refused("insufficient_funds"):
        post("k", (wallet, -101), (codes.BANK, 101))

    assert held(wallet) == 100


def test_a_debt_is_never_a_credit():
    with refused("insufficient_funds"):
        post("k", (codes.BANK, -1), (codes.debt(uuid4()), 1))


def test_a_hold_is_filled_once():
    order = uuid4()
    post("k1", (GATEWAY, -5), (codes.hold(order), 5), kind="hold", order=order)

    with pytest.raises(AlreadyHeld):
        post("k2", (GATEWAY, -5), (codes.hold(order), 5), kind="hold", order=order)


def test_a_hold_is_closed_once():
    order = uuid4()
    post("k1", (GATEWAY, -5), (codes.hold(order), 5), kind="hold", order=order)
    close = {"order": order, "basis": "test"}
    post("k2", (codes.hold(order), -5), (codes.FEES, 5), kind="release", **close)

    with refused("already_settled"):
        post("k3", (codes.hold(order), -5), (codes.FEES, 5), kind="refund", **close)


@pytest.mark.parametrize("kind", ["payout_reserve", "recovery", "mature"])
def test_nothing_but_a_close_takes_from_a_hold(kind):
    order = uuid4()
    post("k1", (GATEWAY, -5), (codes.hold(order), 5), kind="hold", order=order)

    with pytest.raises(LedgerBug, match="may not touch"):
        post("k2", (codes.hold(order), -5), (codes.FEES, 5), kind=kind, order=order)


def test_a_close_touches_no_other_order():
    order, other = uuid4(), uuid4()
    post("k1", (GATEWAY, -5), (codes.hold(other), 5), kind="hold", order=other)

    with pytest.raises(LedgerBug, match="may not touch"):
        post("k2", (codes.hold(other), -5), (codes.FEES, 5), kind="release", order=order, basis="x")


def test_a_close_says_what_it_rests_on():
    order = uuid4()
    post("k1", (GATEWAY, -5), (codes.hold(order), 5), kind="hold", order=order)

    with pytest.raises(LedgerBug, match="escrow_close_has_basis"):
        post("k2", (codes.hold(order), -5), (codes.FEES, 5), kind="release", order=order)


def test_locking_gives_what_is_there_and_opens_what_is_not():
    rich, poor = codes.wallet(uuid4()), codes.wallet(uuid4())
    give(rich, 7)

    with transaction.atomic():
        found = ledger.lock(rich, poor)

    assert found == {rich: 7, poor: 0}


def test_an_unbounded_account_cannot_be_locked():
    with pytest.raises(LedgerBug, match="unbounded"), transaction.atomic():
        ledger.lock(codes.BANK)


def test_a_frozen_account_gives_only_to_its_case():
    wallet, case = codes.wallet(uuid4()), uuid4()
    give(wallet, 100)
    with transaction.atomic():
        ledger.freeze(wallet, case)

    with refused("order_disputed"):
        post("k", (wallet, -10), (codes.BANK, 10))

    assert post("k", (wallet, -10), (codes.BANK, 10), case=case).fresh
    assert post("k2", (codes.BANK, -1), (wallet, 1)).fresh
    with refused("order_disputed"):
        post("k3", (wallet, -10), (codes.BANK, 10), case=uuid4())


def test_one_case_freezes_at_a_time():
    wallet, case = codes.wallet(uuid4()), uuid4()
    give(wallet, 100)
    with transaction.atomic():
        ledger.freeze(wallet, case)
        ledger.freeze(wallet, case)

    with refused("order_disputed"), transaction.atomic():
        ledger.freeze(wallet, uuid4())


def test_only_its_own_case_ends_a_freeze():
    wallet, case = codes.wallet(uuid4()), uuid4()
    give(wallet, 100)
    with transaction.atomic():
        ledger.freeze(wallet, case)

        ledger.unfreeze(wallet, uuid4())

    assert Balance.objects.get(account__code=wallet).frozen_case == case
    with transaction.atomic():
        ledger.unfreeze(wallet, case)
    assert Balance.objects.get(account__code=wallet).frozen_case is None


@pytest.mark.parametrize("code", [codes.wallet(UUID(int=1)), codes.BANK])
def test_what_has_no_balance_cannot_be_frozen(code):
    with pytest.raises(LedgerBug), transaction.atomic():
        ledger.freeze(code, uuid4())


def test_one_transfer_is_one_query(django_assert_num_queries):
    wallet = codes.wallet(uuid4())
    now = clock.now()

    with django_assert_num_queries(1):
        ledger.post("k", "fund_topup", [(codes.BANK, -1), (wallet, 1)], at=now)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "act",
    [
        lambda: ledger.post("k", "x", [(codes.BANK, -1), (codes.FEES, 1)], at=clock.now()),
        lambda: ledger.lock(codes.FUND),
        lambda: ledger.balance(codes.FUND),
        lambda: ledger.freeze(codes.FUND, uuid4()),
        lambda: ledger.unfreeze(codes.FUND, uuid4()),
    ],
    ids=["post", "lock", "balance", "freeze", "unfreeze"],
)
def test_nothing_happens_outside_a_transaction(act):
    assert not connection.in_atomic_block

    with pytest.raises(LedgerBug, match="transaction"):
        act()
