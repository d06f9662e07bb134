"""Many at once on one ledger; each race is run again with its guard gone, to see the damage."""

import time
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from marketplace.lib import clock
from marketplace.lib.money import Fen
from orders.escrow import codes, cooling, ledger, movements, payouts
from orders.escrow.models import Earning, Payout, Transfer
from tests import given
from tests.escrow.money import (
    give,
    held,
    paid_order,
    person,
    post,
    release,
    released_order,
    sql,
    take_back,
)
from tests.escrow.threads import at_once, kinds, rewritten, without

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]

ENTRIES_IN = "escrow_entries_in()"
SLOW = ("CONTINUE WHEN FOUND;", "PERFORM pg_sleep(0.01); CONTINUE WHEN FOUND;")


# --- Opposite transfers ---------------------------------------------------------------------------
def opposite(count: int):
    """Eight people, half of them moving money there, half of them back, `count` times each."""
    there, back = codes.wallet(uuid4()), codes.wallet(uuid4())
    give(there, 10_000)
    give(back, 10_000)

    def mover(source, target):
        def move():
            for _ in range(count):
                post(f"fund:topup:{uuid4()}", (source, -7), (target, 7))

        return move

    acts = [mover(there, back) if number % 2 else mover(back, there) for number in range(8)]
    return at_once(*acts), held(there) + held(back)


def test_opposite_transfers_never_wait_in_a_circle():
    ends, total = opposite(40)

    assert kinds(ends) == ["ok"] * 8
    assert total == 20_000


def test_opposite_transfers_without_an_order_of_locks_do():
    unordered = "FROM fresh_rows ORDER BY amount LOOP"
    with (
        rewritten(ENTRIES_IN, "FROM fresh_rows ORDER BY account_id LOOP", unordered),
        rewritten(ENTRIES_IN, *SLOW),
    ):
        ends, _ = opposite(2)

    assert "OperationalError" in kinds(ends)


# --- First use of accounts ------------------------------------------------------------------------
def first_use():
    """Four people open the same five accounts from one end, four from the other."""
    new = [codes.wallet(uuid4()) for _ in range(5)]

    def opener(wanted):
        def open_all():
            with transaction.atomic():
                return ledger.lock(*wanted)

        return open_all

    return at_once(*[opener(new if number % 2 else new[::-1]) for number in range(8)])


def test_accounts_are_opened_once_by_many_at_once():
    ends = first_use()

    assert kinds(ends) == ["ok"] * 8
    assert {len(end) for end in ends} == {5}


def test_accounts_opened_in_no_order_wait_in_a_circle():
    sorted_codes = "SELECT DISTINCT u FROM unnest(p_codes) u ORDER BY u LOOP"
    as_named = "SELECT u FROM unnest(p_codes) u LOOP PERFORM pg_sleep(0.01);"
    with rewritten("escrow_open(text[])", sorted_codes, as_named):
        ends = first_use()

    assert "OperationalError" in kinds(ends)


# --- One hold, many closes ------------------------------------------------------------------------
def close_32_times(order):
    def closer(number):
        kind = ("release", "refund", "split")[number % 3]

        def close():
            legs = [(codes.hold(order), -5_000), (codes.FEES, 5_000)]
            return post(f"close {number}", *legs, kind=kind, order=order, basis="test")

        return close

    return at_once(*[closer(number) for number in range(32)])


@pytest.fixture
def made_up_keys(books_agree):
    """The closes here have keys of no known form; their rows go before the books are checked."""
    yield
    sql(
        "TRUNCATE escrow_account, escrow_balance, escrow_transfer, escrow_entry,"
        " escrow_compensation, escrow_link"
    )


def test_one_of_32_closes_empties_the_hold(made_up_keys):
    order, _ = paid_order(person())

    ends = close_32_times(order)

    assert kinds(ends) == ["already_settled"] * 31 + ["ok"]
    assert held(codes.hold(order)) == 0


def test_without_its_guards_a_hold_is_emptied_32_times(made_up_keys):
    order, _ = paid_order(person())
    index = sql("SELECT pg_get_indexdef('escrow_one_close'::regclass)")[0][0]
    bounds = "CONSTRAINT escrow_balance_in_bounds"
    with without(
        ("DROP INDEX escrow_one_close", index),
        (
            f"ALTER TABLE escrow_balance DROP {bounds}",
            f"ALTER TABLE escrow_balance ADD {bounds} CHECK (balance >= lo AND balance <= hi)",
        ),
        (
            "ALTER TABLE escrow_transfer DISABLE TRIGGER transfer_whole",
            "ALTER TABLE escrow_transfer ENABLE TRIGGER transfer_whole",
        ),
    ):
        ends = close_32_times(order)
        left = held(codes.hold(order))
        sql("TRUNCATE escrow_transfer, escrow_entry, escrow_balance, escrow_account")

    assert kinds(ends) == ["ok"] * 32
    assert left == 5_000 - 32 * 5_000


def test_of_a_release_and_a_refund_at_once_one_wins():
    seller = person("Liu")
    order, paid = paid_order(person("Guo"))

    def refund():
        with transaction.atomic():
            return movements.refund(order, payment=paid, basis="cancelled", at=clock.now())

    ends = at_once(lambda: release(order, seller), refund)

    assert kinds(ends) == ["already_settled", "ok"]
    assert Transfer.objects.filter(order_id=order).count() == 2


def test_two_releases_at_once_are_one():
    seller = person("Liu")
    order, _ = paid_order(person("Guo"))

    ends = at_once(*[lambda: release(order, seller)] * 2)

    assert [end.net for end in ends] == [4_950, 4_950]
    assert held(codes.maturing(order)) == 4_950
    assert Earning.objects.filter(order_id=order).count() == 1


def test_of_eight_equal_releases_at_once_each_hears_of_the_one():
    """Ten times; with the key alone as what may stand in the way one is refused sooner or later."""
    post_it = "escrow_post(text,text,text[],bigint[],timestamptz,uuid,uuid,uuid,text)"
    seller = person("Liu")

    def ends_of_ten():
        orders = [paid_order(person())[0] for _ in range(10)]
        acts = [[lambda order=order: release(order, seller)] * 8 for order in orders]
        return {kind for each in acts for kind in kinds(at_once(*each))}

    assert ends_of_ten() == {"ok"}
    with rewritten(post_it, "ON CONFLICT DO NOTHING", "ON CONFLICT (key) DO NOTHING"):
        assert any("already_settled" in ends_of_ten() for _until_they_meet in range(20))


# --- Cooling down beside a refund -----------------------------------------------------------------
def mature_and_take_back(buyer, seller):
    """Both at the same moment; gives how each ended and what the seller has left."""
    order, paid = released_order(buyer, seller)
    earning = Earning.objects.get(order_id=order)
    ends = at_once(
        lambda: cooling.mature(earning.pk, at=earning.matures_at),
        lambda: take_back(order, paid, seller, own_means_only=True),
    )
    return kinds(ends), held(codes.wallet(seller.pk)) + held(codes.maturing(order))


def test_a_share_is_taken_back_whole_also_while_it_matures():
    buyer, seller = person("Guo"), person("Liu")

    rounds = [mature_and_take_back(buyer, seller) for _ in range(3)]

    assert rounds == [(["ok", "ok"], 0)] * 3


def test_without_locks_one_of_the_two_is_wrongly_refused(monkeypatch):
    def look_and_wait(*wanted):
        seen = {code: ledger.balance(code) for code in wanted}
        time.sleep(0.2)
        return seen

    monkeypatch.setattr(ledger, "lock", look_and_wait)

    ends, _ = mature_and_take_back(person("Guo"), person("Liu"))

    assert ends == ["insufficient_funds", "ok"]


# --- Payouts --------------------------------------------------------------------------------------
@pytest.fixture
def li():
    someone = given.person("Li")
    give(codes.wallet(someone.pk), 1_500)
    account = payouts.add_account(
        someone.pk, number="62220200001234", holder="Li Tester", by=someone
    )
    account.usable_at -= payouts.USABLE_AFTER
    account.save()
    return someone


def ask_twice(li):
    account = li.payout_accounts.get()
    ask = lambda: payouts.ask(li.pk, amount=Fen(1_000), account=account.pk, by=li)  # noqa: E731
    return at_once(ask, ask, ask, ask)


def test_of_many_payouts_at_once_one_goes_out(li):
    ends = ask_twice(li)

    assert kinds(ends) == ["ok"] + ["payout_in_flight"] * 3
    assert held(codes.wallet(li.pk)) == 500


def test_without_the_lock_on_the_person_the_others_break(li, monkeypatch):
    monkeypatch.setattr(payouts, "_own", lambda person_id, by: by)
    monkeypatch.setattr(payouts, "_account", lambda owner, pk: li.payout_accounts.get())
    monkeypatch.setattr(payouts, "in_flight", lambda person: False)

    ends = ask_twice(li)

    assert IntegrityError.__name__ in kinds(ends)
    assert Payout.objects.count() == 1
