"""The vault: what is sealed, who is given it, and what nobody ever sees."""

import contextlib
import copy
import json
import logging
import pickle
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from marketplace.lib import clock
from marketplace.lib.errors import Refused
from marketplace.lib.money import Fen
from orders.escrow import movements, rejections, vault
from orders.escrow.code_life import CODE_LIFE, is_checking
from orders.escrow.issuers.protocol import UNKNOWN, Answer
from orders.escrow.models import Code, CodeState, IssuerAnswer, Payment, Reveal
from orders.escrow.plain import Plain, read
from orders.escrow.vault import VaultTampered
from tests.conftest import refused
from tests.escrow import cards, money

pytestmark = pytest.mark.django_db

FULL_WIDTH = ord("\uff10") - ord("0")


@pytest.fixture
def seller() -> User:
    return money.person("Wang")


@pytest.fixture
def buyer() -> User:
    return money.person("Guo")


# --- sealing --------------------------------------------------------------------------------------
def test_a_sealed_code_is_in_no_column_in_the_clear(seller: User) -> None:
    code = cards.sealed(seller, number="6011 2233 4455 6677", secret="ABCD-EFGH")

    row = repr(list(Code.objects.filter(pk=code.pk).values())) + repr(bytes(code.sealed))

    for part in ("6011223344556677", "ABCDEFGH", "601122", "ABCD-EFGH"):
        assert part not in row
    assert code.last4 == "6677"


def test_what_the_issuer_said_at_sealing_is_kept_word_for_word(seller: User) -> None:
    said = Answer("valid", balance=Fen(5_000), at=clock.now(), ms=41)

    code = cards.sealed(seller, answer=said)

    logged = IssuerAnswer.objects.get(code=code)
    assert (logged.why, logged.status, logged.balance, logged.ms) == ("seal", "valid", 5_000, 41)
    assert code.answer == "valid"
    assert code.checked_at == said.at


@pytest.mark.parametrize(
    "again",
    [
        "6011-2233-4455-6677",
        " 6011 2233 4455 6677 ",
        "".join(chr(ord(digit) + FULL_WIDTH) for digit in "6011223344556677"),
        "6011\u200b2233\u200b4455\u200b6677",
        "6011–2233—4455\u20116677",
        "6011.2233.4455.6677",
    ],
)
def test_a_card_is_sealed_once_however_it_is_typed(seller: User, again: str) -> None:
    cards.sealed(seller, number="6011223344556677")

    with refused("code_already_known"):
        cards.sealed(money.person("Liu"), number=again)


def test_letters_of_either_case_are_the_same_card(seller: User) -> None:
    cards.sealed(seller, number="ab12cd34ef56")

    with refused("code_already_known"):
        cards.sealed(seller, number="AB12CD34EF56")


def test_a_code_without_a_number_is_known_by_itself(seller: User) -> None:
    code = cards.sealed(seller, number="", secret="QWER1234")

    assert code.last4 == ""
    with refused("code_already_known"):
        cards.sealed(seller, number="", secret="qwer-1234")


def test_the_same_number_of_another_issuer_is_another_card(seller: User) -> None:
    cards.sealed(seller, number="6011223344556677")

    other = cards.sealed(seller, number="6011223344556677", issuer="orchard")

    assert other.state == CodeState.SEALED


def test_a_withdrawn_code_is_destroyed_and_stays_known(seller: User) -> None:
    code = cards.sealed(seller, number="6011223344556677")

    with transaction.atomic():
        vault.withdraw(code.pk, at=clock.now())

    code.refresh_from_db()
    assert (code.state, code.sealed) == (CodeState.WITHDRAWN, b"")
    with refused("code_already_known"):
        cards.sealed(seller, number="6011223344556677")


@pytest.mark.parametrize(
    ("number", "secret", "field"),
    [
        ("", "", "/secret"),
        ("12", "ABCD1234", "/number"),
        ("卡号一二三四", "ABCD1234", "/number"),
        ("6011223344556677", "AB\x00CD", "/secret"),
        ("6" * 65, "ABCD1234", "/number"),
    ],
)
def test_a_bad_form_names_the_field_and_repeats_nothing(
    number: str, secret: str, field: str
) -> None:
    with refused("invalid") as caught:
        read(number, secret)

    error = caught.value.facts["errors"][0]
    assert error["pointer"] == field
    assert not any(text and text in str(error["detail"]) for text in (number, secret))


def test_codes_refused_at_sealing_and_at_the_hand_over_are_counted(seller: User) -> None:
    yesterday = clock.now() - timedelta(days=1)
    rejections.note_rejection(seller, "redeemed", at=clock.now())
    rejections.note_rejection(seller, "balance_differs", at=clock.now())
    code = cards.taken(cards.sealed(seller), uuid4())
    vault.reject(code.pk, why="invalid", at=clock.now())

    assert rejections.rejected_since(seller, yesterday) == 3
    assert vault.sealed_since(seller, yesterday) == 1


# --- from the stock to the buyer ------------------------------------------------------------------
def test_the_oldest_unexpired_code_of_the_listing_is_taken(seller: User) -> None:
    listing = uuid4()
    at = clock.now()
    cards.sealed(seller, listing_id=listing, at=at, expires_on=date(2020, 1, 1))
    newer = cards.sealed(seller, listing_id=listing, at=at + timedelta(minutes=1))
    older = cards.sealed(seller, listing_id=listing, at=at, expires_on=None)
    cards.sealed(seller)

    found = vault.take(uuid4(), listing_id=listing, at=at)

    assert found == older
    assert newer in Code.objects.in_stock(listing)


def test_taking_again_gives_the_same_code(seller: User) -> None:
    order_id, code = uuid4(), cards.sealed(seller)
    cards.taken(code, order_id)

    again = cards.taken(code, order_id)

    assert (again.pk, again.attempts) == (code.pk, 2)


def test_a_code_sealed_for_an_order_goes_to_no_other(seller: User) -> None:
    order_id, listing = uuid4(), uuid4()
    code = cards.sealed(seller, listing_id=listing, order_id=order_id)

    assert vault.take(uuid4(), listing_id=listing, at=clock.now()) is None
    assert vault.take(order_id, listing_id=listing, at=clock.now()) == code


def test_an_order_that_has_a_code_is_given_no_second_one(seller: User) -> None:
    order_id = uuid4()
    cards.sealed(seller, order_id=order_id)

    spare = cards.sealed(seller, order_id=order_id)

    assert spare.order_id is None


def test_a_code_is_not_assigned_before_the_money_is_held(seller: User) -> None:
    order_id = uuid4()
    code = cards.taken(cards.sealed(seller), order_id)

    with refused("not_paid"):
        vault.assign(code.pk, order_id=order_id, at=clock.now())

    code.refresh_from_db()
    assert code.state == CodeState.CHECKING


def test_a_rejected_code_leaves_the_order_free_for_another(seller: User) -> None:
    order_id, listing = uuid4(), uuid4()
    bad = cards.taken(cards.sealed(seller, listing_id=listing), order_id)
    vault.reject(bad.pk, why="redeemed", at=clock.now())
    good = cards.sealed(seller, listing_id=listing)

    found = vault.take(order_id, listing_id=listing, at=clock.now())

    assert found == good
    assert not is_checking(bad.pk, order_id=order_id)


def test_an_unseen_code_goes_back_to_the_stock(seller: User, buyer: User) -> None:
    code = cards.assigned(seller, buyer)
    assert code.order_id is not None

    vault.put_back(code.order_id, at=clock.now())

    assert code in Code.objects.in_stock(code.listing_id)
    assert vault.put_back(uuid4(), at=clock.now()) is None


def test_a_revealed_code_never_goes_back_to_the_stock(seller: User, buyer: User) -> None:
    code = cards.assigned(seller, buyer)
    assert code.order_id is not None
    cards.reveal(code, buyer)

    with refused("wrong_state"):
        vault.put_back(code.order_id, at=clock.now())


# How a code sealed for a paid order comes into each state.
PATHS = {
    "SEALED": [],
    "CHECKING": ["take"],
    "ASSIGNED": ["take", "assign"],
    "REVEALED": ["take", "assign", "reveal"],
    "BURNT": ["take", "assign", "burn"],
    "REJECTED": ["take", "reject"],
    "WITHDRAWN": ["withdraw"],
}


@pytest.mark.parametrize("step", CODE_LIFE)
@pytest.mark.parametrize("state", PATHS)
def test_only_the_table_moves_a_code(state: str, step: str, seller: User, buyer: User) -> None:
    order_id, _payment = money.paid_order(buyer)
    code = cards.sealed(seller, order_id=order_id)
    calls = _calls(code, order_id, buyer)
    for before in PATHS[state]:
        calls[before]()

    with contextlib.suppress(Refused):
        calls[step]()

    code.refresh_from_db()
    row = CODE_LIFE[step]
    assert code.state == (row.target if state in row.sources else state)


def _calls(code: Code, order_id: UUID, buyer: User) -> dict[str, Callable[[], object]]:
    at = clock.now()
    return {
        "take": lambda: vault.take(order_id, listing_id=code.listing_id, at=at),
        "assign": lambda: vault.assign(code.pk, order_id=order_id, at=at),
        "reject": lambda: vault.reject(code.pk, why="invalid", at=at),
        "put_back": lambda: vault.put_back(order_id, at=at),
        "reveal": lambda: vault.reveal(order_id, by=buyer, at=at),
        "burn": lambda: vault.burn(order_id, at=at),
        "withdraw": lambda: vault.withdraw(code.pk, at=at),
    }


def test_the_database_refuses_two_codes_for_one_order(seller: User) -> None:
    order_id = uuid4()
    cards.sealed(seller, order_id=order_id)
    other = cards.sealed(seller)

    with pytest.raises(IntegrityError, match="code_one_per_order"), transaction.atomic():
        Code.objects.filter(pk=other.pk).update(order_id=order_id)


# --- revealing ------------------------------------------------------------------------------------
def test_the_buyer_sees_what_was_sealed_and_every_look_is_logged(seller: User, buyer: User) -> None:
    code = cards.assigned(seller, buyer, number="6011 2233 4455 6677", secret="ab-CD 12")

    shown = cards.reveal(code, buyer, ip="192.0.2.7", agent="a browser")
    again = cards.reveal(code, buyer)

    assert (shown.number, shown.secret) == ("6011223344556677", "abCD12")
    assert (shown.nth, again.nth) == (1, 2)
    looks = Reveal.objects.filter(code=code).order_by("nth")
    assert [(look.by, look.order_id) for look in looks] == [(buyer, code.order_id)] * 2
    assert looks[0].ip == "192.0.2.7"
    assert "browser" not in looks[0].agent_hash


def test_a_code_is_not_shown_when_the_ledger_holds_nothing(seller: User, buyer: User) -> None:
    code = cards.assigned(seller, buyer)
    assert code.order_id is not None
    paid = Payment.objects.get(ref=code.order_id)
    movements.refund(code.order_id, payment=paid, basis="a test", at=clock.now())

    with refused("not_paid"):
        cards.reveal(code, buyer)

    assert not Reveal.objects.exists()


def test_a_code_stays_with_its_buyer_after_the_seller_was_paid(seller: User, buyer: User) -> None:
    code = cards.assigned(seller, buyer)
    assert code.order_id is not None
    money.release(code.order_id, seller)

    assert cards.reveal(code, buyer).secret == cards.SECRET


def test_only_the_payer_of_the_order_is_shown_its_code(seller: User, buyer: User) -> None:
    code = cards.assigned(seller, buyer)
    others_order, _payment = money.paid_order(stranger := money.person("Mei"))

    for other in (seller, stranger):
        with refused("not_found"):
            cards.reveal(code, other)
    with refused("not_delivered"):
        cards.reveal(code, stranger, order_id=others_order)

    assert not Reveal.objects.exists()


def test_a_burnt_code_is_not_shown_again(seller: User, buyer: User) -> None:
    code = cards.assigned(seller, buyer)
    assert code.order_id is not None
    cards.reveal(code, buyer)
    vault.burn(code.order_id, at=clock.now())

    with refused("code_burnt"):
        cards.reveal(code, buyer)


def test_an_envelope_copied_to_another_row_is_never_opened(seller: User, buyer: User) -> None:
    code, other = cards.assigned(seller, buyer), cards.sealed(seller)
    Code.objects.filter(pk=code.pk).update(sealed=other.sealed)

    with pytest.raises(VaultTampered) as caught:
        cards.reveal(code, buyer)

    assert cards.SECRET not in str(caught.value)
    assert not Reveal.objects.exists()
    with pytest.raises(VaultTampered):
        vault.question(code.pk)


# --- nothing shows itself -------------------------------------------------------------------------
def test_a_code_on_its_way_hides_itself(
    seller: User, buyer: User, caplog: pytest.LogCaptureFixture
) -> None:
    code = cards.assigned(seller, buyer, secret="QX7RT2KMZZ")
    question = vault.question(code.pk)
    shown = cards.reveal(code, buyer)

    with caplog.at_level(logging.DEBUG):
        logging.getLogger("test").error("%s %r %s", question, question.secret, shown)
    said = f"{question} {question.secret!s:>20} {question.secret!r} {shown!r} {caplog.text}"

    assert "QX7RT2KMZZ" not in said
    assert question.secret.expose() == "QX7RT2KMZZ"


@pytest.mark.parametrize(
    "store",
    [pickle.dumps, copy.copy, copy.deepcopy, json.dumps],
    ids=["pickle", "copy", "deep", "json"],
)
def test_a_code_in_the_clear_can_not_be_stored_or_copied(store: Any) -> None:
    with pytest.raises(TypeError):
        store(Plain("QX7RT2KM"))


def test_the_unknown_answer_says_nothing_of_a_check(seller: User) -> None:
    assert cards.sealed(seller, answer=UNKNOWN).checked_at is None
