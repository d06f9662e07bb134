"""Two connections at one code: one sealing, one hand-over; and what happens without locks."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from marketplace.lib import clock
from marketplace.lib.errors import Refused
from orders.escrow import vault
from orders.escrow.models import Code, CodeState, Reveal
from orders.escrow.models.vault import CodeQuerySet
from tests.escrow import cards, money
from tests.escrow.threads import somebody_waits

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

NUMBER = "6011223344556677"


class Other(threading.Thread):
    """Does something on a connection of its own; `result` is its answer or what it raised."""

    def __init__(self, act: Callable[[], object]) -> None:
        super().__init__(daemon=True)
        self.act = act
        self.result: object = None

    def run(self) -> None:
        try:
            self.result = self.act()
        except Exception as error:
            self.result = error
        finally:
            connection.close()

    def outcome(self) -> object:
        self.join(timeout=20)
        assert not self.is_alive()
        return self.result


@contextmanager
def during(act: Callable[[], object]) -> Iterator[Other]:
    """The block is a transaction; `act` runs beside it and waits for it, or is done before."""
    other = Other(act)
    with transaction.atomic():
        yield other
        other.start()
        ends = time.monotonic() + 10
        while other.is_alive() and not somebody_waits() and time.monotonic() < ends:
            time.sleep(0.02)


def test_two_sealings_of_one_card_at_one_moment_leave_one_code() -> None:
    wang, liu = money.person("Wang"), money.person("Liu")

    with during(lambda: cards.sealed(liu, number="6011-2233-4455-6677")) as other:
        cards.sealed(wang, number=NUMBER)

    late = other.outcome()
    assert isinstance(late, Refused)
    assert late.code == "code_already_known"
    assert Code.objects.get().seller == wang


def test_without_the_unique_fingerprint_one_card_would_be_sold_twice() -> None:
    wang, liu = money.person("Wang"), money.person("Liu")
    money.sql("ALTER TABLE escrow_code DROP CONSTRAINT code_sealed_once")
    try:
        with during(lambda: cards.sealed(liu, number=NUMBER)) as other:
            cards.sealed(wang, number=NUMBER)
        other.outcome()

        assert Code.objects.count() == 2
    finally:
        Code.objects.filter(seller=liu).update(fingerprint=bytes(32))
        money.sql(
            "ALTER TABLE escrow_code ADD CONSTRAINT code_sealed_once"
            " UNIQUE (fingerprint_key, fingerprint)"
        )


def take(code: Code, order_id: UUID | None = None) -> Code | None:
    with transaction.atomic():
        return vault.take(order_id or uuid4(), listing_id=code.listing_id, at=clock.now())


def test_two_hand_overs_of_one_code_give_it_to_one_order() -> None:
    code = cards.sealed(money.person("Wang"))

    with during(lambda: take(code)) as other:
        mine = take(code)

    assert mine == code
    assert other.outcome() is None


def test_without_the_lock_one_code_would_go_to_two_orders(monkeypatch: pytest.MonkeyPatch) -> None:
    code = cards.sealed(money.person("Wang"))
    monkeypatch.setattr(CodeQuerySet, "select_for_update", lambda rows, **_: rows)

    with during(lambda: take(code)) as other:
        mine = take(code)

    assert mine == other.outcome() == code


def test_a_code_whose_hand_over_falls_through_is_free_for_the_one_who_waits() -> None:
    code, order_id = cards.sealed(money.person("Wang")), uuid4()

    with during(lambda: take(code)) as other:
        take(code, order_id)
        vault.put_back(order_id, at=clock.now())

    assert other.outcome() == code


def test_two_buyers_of_two_codes_do_not_wait_for_each_other() -> None:
    seller, listing = money.person("Wang"), uuid4()
    one, two = (cards.sealed(seller, listing_id=listing) for _i in range(2))

    with transaction.atomic():
        mine = take(one)
        other = Other(lambda: take(one))
        other.start()
        theirs = other.outcome()

    assert {mine, theirs} == {one, two}


def test_a_refund_and_a_reveal_at_one_moment_never_leave_a_seen_code_in_stock() -> None:
    buyer = money.person("Guo")
    code = cards.assigned(money.person("Wang"), buyer)
    order_id = code.order_id
    assert order_id is not None

    with during(lambda: cards.reveal(code, buyer)) as other:
        vault.put_back(order_id, at=clock.now())

    refused = other.outcome()
    assert isinstance(refused, Refused)
    assert not Reveal.objects.exists()
    code.refresh_from_db()
    assert code.state == CodeState.SEALED


def test_two_looks_at_one_moment_are_counted_one_after_the_other() -> None:
    buyer = money.person("Guo")
    code = cards.assigned(money.person("Wang"), buyer)

    with during(lambda: cards.reveal(code, buyer)) as other:
        cards.reveal(code, buyer)

    assert isinstance(other.outcome(), vault.Revealed)
    assert sorted(Reveal.objects.values_list("nth", flat=True)) == [1, 2]
