"""What a person sees of his money."""

from uuid import uuid4

import pytest

from marketplace.lib import clock
from marketplace.lib.money import Fen
from orders.escrow import codes, cooling, pledges, wallet
from orders.escrow.models import Earning
from orders.escrow.statement import page_of_lines
from tests.escrow.money import give, person, released_order, take_back

pytestmark = pytest.mark.django_db
NONE = Fen(0)


@pytest.fixture
def li():
    return person("Li")


def test_a_new_person_has_nothing(li):
    assert wallet.wallet_of(li) == wallet.Wallet(NONE, [], NONE, NONE, [])
    assert wallet.blockers(li) == []


def test_the_wallet_tells_what_is_there_and_what_cools_down(li):
    give(codes.wallet(li.pk), 700)
    give(codes.deposit(li.pk), 300)
    order, _ = released_order(person(), li)

    seen = wallet.wallet_of(li)

    assert (seen.withdrawable, seen.deposit, seen.debt, seen.cooling) == (700, 300, 0, 4_950)
    assert [(share.order, share.net) for share in seen.maturing] == [(order, 4_950)]
    assert wallet.deposit_of(li.pk) == 300


def test_the_wallet_costs_three_queries_however_long_its_history(li, django_assert_num_queries):
    for _ in range(3):
        released_order(person(), li)

    with django_assert_num_queries(3):
        wallet.wallet_of(li)


def test_the_wallet_tells_what_a_case_keeps_aside(li):
    give(codes.wallet(li.pk), 700)
    order, _ = released_order(person(), li)
    case = uuid4()
    pledges.set_aside(case, order=order, person=li, most=Fen(5_000), at=clock.now())

    seen = wallet.wallet_of(li)

    assert seen.pledged == [wallet.Pledged(case, order, Fen(5_000))]
    assert (seen.withdrawable, seen.cooling, seen.blocked) == (650, 0, 5_000)
    assert len(wallet.blockers(li)) == 1


def test_what_went_home_is_blocked_no_more(li):
    give(codes.wallet(li.pk), 700)
    case = uuid4()
    pledges.set_aside(case, order=uuid4(), person=li, most=Fen(700), at=clock.now())
    pledges.give_back(case, at=clock.now())

    seen = wallet.wallet_of(li)

    assert (seen.withdrawable, seen.pledged) == (700, [])


def test_a_debt_tells_what_it_came_from(li):
    order, paid = released_order(person(), li)
    cooling.mature(Earning.objects.get().pk, at=Earning.objects.get().matures_at)
    give(codes.wallet(li.pk), -4_950)
    take_back(order, paid, li)

    causes = wallet.debt_causes(li)

    assert [(cause.order, cause.amount) for cause in causes] == [(order, 4_950)]
    assert wallet.wallet_of(li).debt == 4_950


def test_every_movement_of_a_person_is_told_in_words(li, django_assert_num_queries):
    order, _ = released_order(person(), li)
    cooling.mature(Earning.objects.get().pk, at=Earning.objects.get().matures_at)
    give(codes.wallet(person().pk), 5)

    with django_assert_num_queries(2):
        lines = [wallet.line(entry) for entry in wallet.entries(li)]

    assert [(line.kind, line.purse, line.amount) for line in lines] == [
        ("mature", "maturing", -4_950),
        ("mature", "wallet", 4_950),
        ("release", "maturing", 4_950),
    ]
    assert str(lines[2].label) == "Released from an order"
    assert {line.order for line in lines} == {order}


def test_a_share_that_has_cooled_down_is_one_line_of_the_page(li):
    released_order(person(), li)
    cooling.mature(Earning.objects.get().pk, at=Earning.objects.get().matures_at)

    rows, _older = page_of_lines(li, "")

    assert [(str(row.label), row.amount, row.kind) for row in rows] == [
        ("Cooled down", 4_950, "in"),
        ("Released from an order", 4_950, "cooling"),
    ]


def test_movements_can_be_picked_by_kind_order_and_time(li):
    order, _ = released_order(person(), li)
    released_order(person(), li)

    assert wallet.entries(li, order=order).count() == 1
    assert wallet.entries(li, kind="release").count() == 2
    assert wallet.entries(li, kind="mature").count() == 0
    assert wallet.entries(li, order=uuid4()).count() == 0
    newest = wallet.entries(li)[0].transfer
    assert wallet.entries(li, since=newest.effective_at).count() == 1


def test_an_account_with_money_or_debt_in_it_does_not_close(li):
    give(codes.wallet(li.pk), 700)
    give(codes.deposit(li.pk), 300)
    give(codes.debt(li.pk), -50)

    sentences = [str(blocker.sentence) for blocker in wallet.blockers(li)]

    assert len(sentences) == 3
    assert "¥7.00" in sentences[0]
