"""What happened can't be rewritten, by ORM or by SQL, by whoever owns the tables (P11)."""

from collections.abc import Callable, Collection
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Model, QuerySet

from disputes import statistics
from disputes.actions import appealing, desk
from marketplace.sandbox import clock
from orders.escrow import tasks as escrow
from tests.disputes import world as court
from tests.escrow.threads import others_ended
from tests.remembered import remembered
from tests.security.world import World, build

FINAL = {
    "ledger: accounts": "escrow_account",
    "ledger: transfers": "escrow_transfer",
    "ledger: entries": "escrow_entry",
    "ledger: chain": "escrow_link",
    "the fund's book": "escrow_compensation",
    "reveals": "escrow_reveal",
    "issuers' answers": "escrow_issueranswer",
    "orders' events": "orders_orderevent",
    "listings' revisions": "listings_revision",
    "listings' texts": "listings_text",
    "identities": "identity_record",
    "fingerprints of documents": "identity_mark",
    "who read an identity": "identity_identityread",
    "standing": "standing_standingevent",
    "facts behind it": "standing_fact",
    "the sandbox's clock": "sandbox_clockskip",
    "money that went back": "escrow_straymoney",
    "what a case keeps aside": "escrow_pledge",
    "what a case took from a buyer": "escrow_forfeit",
    "court: events": "disputes_caseevent",
    "court: exhibits": "disputes_evidence",
    "court: rosters": "disputes_roster",
    "court: draws": "disputes_drawentry",
    "court: ballots": "disputes_vote",
    "court: opened ballots": "disputes_openedvote",
    "court: ballots set aside": "disputes_votevoid",
    "court: decisions": "disputes_verdict",
    "court: appeals": "disputes_appeal",
    "court: what both were asked": "disputes_requestpair",
    "court: who read what": "disputes_staffread",
    "court: practice": "disputes_practicevote",
    "court: numbers": "disputes_courtstatistics",
    "court: who stands in a roster": "disputes_rosterseat",
}
# A rotation of keys may write these rows anew as they are, so something real has to change there.
SEALED = {
    "identity_record": "checked_at",
    "disputes_evidence": "received_at",
    "disputes_roster": "built_at",
    "disputes_vote": "cast_at",
}
# One column of it, and only that, is filled in later; a ruling is final once it is issued.
AMENDED = {"escrow_earning", "disputes_ruling"}
# Rows that change, in tables that are never emptied.
KEPT = {
    "disputes_citation",
    "disputes_evidencerequest",
    "disputes_ruling",
    "disputes_seat",
    "escrow_balance",
}


@pytest.fixture
def past(market: str) -> World:
    return with_a_past()


@remembered
def with_a_past() -> World:
    """A world in which every final table has a row; the last ones come about rarely."""
    world = build()
    others_ended()
    escrow.seal_chain()
    clock.skip(1)
    sql(
        "INSERT INTO escrow_compensation (id, transfer_id, cause, amount, advance, at)"
        " SELECT gen_random_uuid(), max(id), 'x', 1, 0, now() FROM escrow_transfer"
    )
    sql(
        "INSERT INTO escrow_straymoney (id, event_id, amount, why, at)"
        " SELECT gen_random_uuid(), id, 1, 'late', now() FROM escrow_gatewayevent LIMIT 1"
    )
    sql(
        "INSERT INTO escrow_pledge"
        " (id, case_id, order_id, person_id, from_share, from_wallet, at)"
        " SELECT gen_random_uuid(), id, id, id, 0, 1, now() FROM accounts_user"
    )
    sql(
        "INSERT INTO escrow_forfeit (id, case_id, order_id, person_id, amount, at)"
        " SELECT gen_random_uuid(), id, id, id, 1, now() FROM accounts_user"
    )
    sql(
        "INSERT INTO standing_fact (id, person_id, kind, source, source_id, at)"
        " SELECT gen_random_uuid(), id, 'x', 'test', id, now() FROM accounts_user"
    )
    _after_a_court(world)
    return world


def _after_a_court(world: World) -> None:
    """The case ended 9-8 and was appealed; one vote was set aside, which comes about rarely."""
    case = court.vote(world.case, buyer=8, seller=9)
    ground = appealing.Ground("procedure", "The reviewers misread the times. " * 4)
    appealing.appeal(case.pk, by=world.buyer, ground=ground)
    desk.note_read(case.pk, by=world.staff, what="case")
    statistics.count()
    sql(
        "INSERT INTO disputes_votevoid (id, vote_id, ground, text, by_id, second_by_id, at)"
        " SELECT gen_random_uuid(), v.id, 'x', 'x', c.buyer_id, c.seller_id, now()"
        " FROM disputes_vote v, disputes_case c LIMIT 1"
    )
    sql(
        "INSERT INTO disputes_practicevote"
        " (id, juror_id, practice_case, attempt, side, findings, rationale, agreed, at)"
        " SELECT gen_random_uuid(), id, 'x', 1, 'buyer', '[]', 'x', true, now()"
        " FROM accounts_user LIMIT 1"
    )


def sql(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def is_final(act: Callable[[], object]) -> bool:
    """Whether PostgreSQL refuses `act` because rows of this table are final."""
    try:
        with transaction.atomic():
            act()
    except DatabaseError as error:
        return getattr(error.__cause__, "pgcode", None) == "LE004"
    return False


def models_of(tables: Collection[str]) -> list[type[Model]]:
    return [model for model in apps.get_models() if model._meta.db_table in tables]  # noqa: SLF001


def guarded() -> set[str]:
    """Tables that refuse UPDATE and DELETE, as the database has them and for whoever asks."""
    rows = sql(
        "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger"
        " WHERE tgname LIKE '%is\\_final%' AND tgenabled = 'O'"
    )
    return {name for (name,) in rows}


@pytest.mark.django_db
def test_the_final_tables_are_exactly_these():
    assert guarded() == set(FINAL.values()) | AMENDED


@pytest.mark.django_db(transaction=True)
def test_no_row_is_changed_or_removed_by_sql(past: World):
    acts = {
        f"{verb} {table}": f"{verb} {table} {rest}".replace("COLUMN", _column(table)).replace(
            "CHANGED", _changed(table)
        )
        for table in FINAL.values()
        for verb, rest in (("UPDATE", "SET COLUMN = CHANGED"), ("DELETE FROM", ""))
    }

    possible = [name for name, act in acts.items() if not is_final(partial(sql, act))]

    assert possible == []


def _changed(table: str) -> str:
    column = _column(table)
    return f"{column} + interval '1 second'" if table in SEALED else column


def _column(table: str) -> str:
    """One that may be written at all."""
    if table in SEALED:
        return SEALED[table]
    model = models_of([table])[0]
    return str(model._meta.fields[-1].column)  # noqa: SLF001


@pytest.mark.django_db(transaction=True)
def test_no_row_is_changed_or_removed_by_the_orm(past: World):
    final = {model.__name__: _rows_of(model) for model in models_of(FINAL.values())}

    possible = [
        f"{verb} {name}"
        for name, rows in final.items()
        for verb, act in (("change", _change), ("remove", _remove))
        if not is_final(partial(act, rows))
    ]

    assert [name for name, rows in final.items() if not rows.exists()] == []
    assert possible == []


def _rows_of(model: type[Model]) -> QuerySet[Model]:
    return model._default_manager.all()  # noqa: SLF001 - of any model


def _change(rows: QuerySet[Model]) -> None:
    meta = rows.model._meta  # noqa: SLF001
    if moment := SEALED.get(meta.db_table):
        rows.update(**{moment: F(moment) + timedelta(seconds=1)})
        return
    column = meta.fields[-1].attname
    rows.update(**{column: F(column)})


def _remove(rows: QuerySet[Model]) -> None:
    """Without asking first who still refers to them: the table itself has to say no."""
    rows._raw_delete("default")  # noqa: SLF001


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", sorted({*FINAL.values(), *KEPT}))
def test_no_table_is_emptied(table: str):
    def empty() -> None:
        sql("SET LOCAL fairhand.allow_truncate = off")
        sql(f"TRUNCATE {table} CASCADE")

    assert is_final(empty)


@pytest.mark.django_db(transaction=True)
def test_only_tests_may_empty_tables(past: World):
    """The way out that our own tests need is closed wherever its switch is not on."""

    def empty() -> None:
        sql("RESET fairhand.allow_truncate")
        sql("SET LOCAL fairhand.allow_truncate = ''")
        sql("TRUNCATE orders_orderevent CASCADE")

    assert is_final(empty)
