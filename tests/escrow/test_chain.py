"""The chain of hashes: nothing is passed by, and a changed byte has a number."""

import threading
from typing import Self
from uuid import uuid4

import pytest
from django.db import connection, transaction

from marketplace.lib import clock
from orders.escrow import chain, codes
from orders.escrow.audit.nightly import audit
from orders.escrow.models import Head, Link, Transfer
from tests.escrow.money import give, sql
from tests.escrow.threads import at_once, others_ended

pytestmark = pytest.mark.django_db
commits = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def books_agree() -> None:
    """Some of these tests tamper with the books."""


@pytest.fixture
def all_ended(monkeypatch):
    """In a test's own transaction nothing ever ends; here the sealer is told that all has."""
    monkeypatch.setattr(chain, "_horizon", lambda: 2**62)


def transfers(count: int) -> None:
    for _ in range(count):
        give(codes.wallet(uuid4()), 100)


def tamper(statement: str) -> None:
    """As somebody would who owns the database and has switched every guard off."""
    sql("SET session_replication_role = replica")
    sql(statement)
    sql("SET session_replication_role = origin")


def red(rule: str) -> list[str]:
    return [f"{found.subject}: {found.found}" for found in audit(only={rule}).findings]


def test_every_transfer_becomes_one_link(all_ended):
    transfers(3)

    sealed = [chain.seal(), chain.seal()]

    assert sealed == [3, 0]
    assert list(Link.objects.order_by("seq").values_list("transfer_id", flat=True)) == list(
        Transfer.objects.order_by("id").values_list("id", flat=True)
    )
    assert red("R10") == []


def test_more_than_one_ticks_worth_is_sealed_in_order(all_ended, monkeypatch):
    monkeypatch.setattr(chain, "A_TICK", 2)
    transfers(5)

    sealed = [chain.seal() for _ in range(3)]

    assert sealed == [2, 2, 1]
    assert red("R10") == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE escrow_entry SET amount = amount * 2 WHERE transfer_id = {id}",
        "UPDATE escrow_transfer SET basis = 'x' WHERE id = {id}",
        "UPDATE escrow_transfer SET effective_at = effective_at - interval '1 us' WHERE id = {id}",
        "UPDATE escrow_transfer SET actor_id = gen_random_uuid() WHERE id = {id}",
    ],
    ids=["amount", "basis", "time", "actor"],
)
def test_a_changed_byte_is_named_by_its_number(all_ended, change):
    transfers(3)
    chain.seal()
    second = Link.objects.get(seq=2).transfer_id

    tamper(change.format(id=second))

    assert red("R10") == ["link 2: its transfer was changed"]


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ("DELETE FROM escrow_link WHERE seq = 2", "link 2: a link is missing"),
        ("DELETE FROM escrow_link WHERE seq = 3", "link 3: the head is not the last link"),
        (
            """DELETE FROM escrow_transfer
                WHERE id = (SELECT transfer_id FROM escrow_link WHERE seq = 1)""",
            "link 1: its transfer is missing",
        ),
        ("UPDATE escrow_head SET hash = ''", "link 3: the head is not the last link"),
    ],
    ids=["link", "last link", "transfer", "head"],
)
def test_what_was_taken_away_is_missed(all_ended, change, word):
    transfers(3)
    chain.seal()

    tamper(change)

    assert red("R10")[0] == word


def test_a_transfer_slipped_in_behind_the_chain_is_seen(all_ended):
    transfers(2)
    chain.seal()

    tamper(
        "INSERT INTO escrow_transfer (key, kind, basis, effective_at, xid)"
        " VALUES ('late', 'mature', '', now(), '3')"
    )

    assert len(red("R10")) == 1


def test_a_rewritten_chain_does_not_contain_the_published_head(all_ended):
    transfers(2)
    chain.seal()
    chain.publish(at=clock.now())
    tamper("UPDATE escrow_transfer SET basis = 'other'")

    tamper("DELETE FROM escrow_link")
    tamper("UPDATE escrow_head SET seq = 0, horizon = '0', hash = '\\x" + "00" * 32 + "'")
    chain.seal()

    assert red("R10") == ["link 2: the chain differs from the one that was published"]


# --- A slow transaction ---------------------------------------------------------------------------
class Slow(threading.Thread):
    """Posts a transfer and commits only when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.posted, self.go_on = threading.Event(), threading.Event()

    def run(self) -> None:
        try:
            with transaction.atomic():
                give(codes.wallet(uuid4()), 1)
                self.posted.set()
                self.go_on.wait(10)
        finally:
            connection.close()

    def __enter__(self) -> Self:
        self.start()
        assert self.posted.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self.go_on.set()
        self.join()


@commits
def test_the_chain_waits_for_a_slow_old_transaction():
    transfers(1)  # opens the accounts that everybody shares
    others_ended()
    chain.seal()
    with Slow():
        transfers(1)
        assert chain.seal() == 0

    others_ended()
    assert chain.seal() == 2
    assert list(Link.objects.order_by("seq").values_list("transfer_id", flat=True)) == sorted(
        Transfer.objects.values_list("id", flat=True)
    )


@commits
def test_without_waiting_the_slow_transaction_is_lost(monkeypatch):
    transfers(1)
    others_ended()
    chain.seal()
    monkeypatch.setattr(chain, "_horizon", lambda: 2**62)
    with Slow():
        transfers(1)
        chain.seal()

    chain.seal()

    assert Head.objects.get().seq == 2
    assert Transfer.objects.count() == 3
    assert len(red("R10")) == 1


# --- The audit beside a busy sealer ---------------------------------------------------------------
def seal_between(monkeypatch) -> None:
    """Seals from another connection after the audit has read the head and before the links."""
    links = chain._links  # noqa: SLF001 - the interleaving is the test

    def sealed_first():
        assert at_once(chain.seal) == [2]
        return links()

    monkeypatch.setattr(chain, "_links", sealed_first)


@commits
def test_a_busy_sealer_gives_no_false_alarm(monkeypatch):
    transfers(2)
    others_ended()
    seal_between(monkeypatch)

    assert red("R10") == []


@commits
def test_without_one_snapshot_there_would_be_a_false_alarm(monkeypatch):
    transfers(2)
    others_ended()
    seal_between(monkeypatch)

    assert [broken.why for broken in chain.verify()] == ["the head is not the last link"]
