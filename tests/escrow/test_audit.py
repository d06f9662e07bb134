"""The audit finds what the owner of the database changed, and nothing where nothing is wrong."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import transaction

from marketplace.lib import clock
from marketplace.lib.money import Fen
from orders.escrow import chain, codes, cooling, movements
from orders.escrow.audit import books, nightly, partners, report
from orders.escrow.gateways.protocol import Line
from orders.escrow.models import Command, Earning, GatewayEvent, PaymentState
from tests.conftest import settle
from tests.escrow.money import (
    give,
    paid_order,
    payment,
    person,
    post,
    released_order,
    sql,
    take_back,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def books_agree() -> None:
    """These tests break the books."""


@pytest.fixture
def world():
    """One order in every place that money can be in, and everything well."""
    buyer, seller = person("Guo"), person("Liu")
    paid_order(buyer)
    released_order(buyer, seller)
    order, paid = paid_order(buyer)
    movements.refund(order, payment=paid, basis="cancelled", at=clock.now())
    gone = person("Wei")
    order, paid = released_order(buyer, gone, 7_000)
    give(codes.FUND, 10_000)
    cooling.mature(Earning.objects.get(order_id=order).pk, at=clock.now() + timedelta(days=4))
    give(codes.wallet(gone.pk), -6_930)
    take_back(order, paid, gone, amount=7_000)


def tamper(*statements: str) -> None:
    """As somebody would who owns the database and has switched every guard off."""
    settle()
    sql("SET session_replication_role = replica")
    for statement in statements:
        sql(statement)
    sql("SET session_replication_role = origin")


def found(*rules: str) -> set[tuple[str, str]]:
    return {(each.rule, each.level) for each in nightly.audit(only=rules).findings}


def test_a_world_in_order_is_clean(world):
    assert nightly.audit().findings == []


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        ("UPDATE escrow_entry SET amount = amount + 1 WHERE seq = 1", {"R1", "R2", "R3"}),
        ("UPDATE escrow_balance SET balance = balance + 1", {"R2"}),
        ("UPDATE escrow_balance SET lo = lo - 1", {"R2"}),
        ("DELETE FROM escrow_balance", {"R2"}),
        ("DELETE FROM escrow_entry WHERE seq = 2", {"R1", "R2", "R3"}),
        ("DELETE FROM escrow_entry", {"R2", "R3"}),
        ("DELETE FROM escrow_transfer WHERE kind = 'hold'", {"R2", "R5"}),
        ("DELETE FROM escrow_account WHERE code LIKE 'wallet:%%'", {"R2"}),
        ("UPDATE escrow_transfer SET key = 'x' || id", {"R3", "R5"}),
        ("UPDATE escrow_transfer SET kind = 'gift' WHERE kind = 'release'", {"R3"}),
        ("UPDATE escrow_earning SET net = net - 1 WHERE matured_at IS NULL", {"R4"}),
        ("UPDATE escrow_earning SET matured_at = now()", {"R4"}),
        ("UPDATE escrow_earning SET matures_at = now() - interval '1 h'", {"R4"}),
        ("DELETE FROM escrow_compensation", {"R4"}),
        ("UPDATE escrow_compensation SET amount = amount - 1", {"R4"}),
        ("UPDATE escrow_payment SET amount = amount - 1", {"R5"}),
        ("UPDATE escrow_payment SET state = 'EXPIRED'", {"R5"}),
        ("DELETE FROM escrow_payment", {"R5"}),
        ("UPDATE escrow_command SET state = 'OK'", {"R6"}),
        ("UPDATE escrow_command SET state = 'FAILED'", {"R6"}),
        ("UPDATE escrow_refund SET amount = amount - 1", {"R6"}),
    ],
)
def test_what_somebody_changed_is_red(world, change, rules):
    tamper(change)

    assert found("R1", "R2", "R3", "R4", "R5", "R6") >= {(rule, "red") for rule in rules}


def test_a_stray_without_its_transfer_is_red():
    now = clock.now()
    event = GatewayEvent.objects.create(
        provider="sandbox", event_id="e1", next_at=now, received_at=now
    )
    movements.stray(event, None, Fen(70), "unknown_ref", now)
    assert found("R5", "R8") == set()

    tamper("UPDATE escrow_straymoney SET amount = 71")

    assert found("R5", "R8") == {("R5", "red"), ("R8", "amber")}


def test_a_stray_that_nobody_claims_for_a_day_is_amber():
    now = clock.now()
    event = GatewayEvent.objects.create(
        provider="sandbox", event_id="e1", next_at=now, received_at=now
    )
    movements.stray(event, None, Fen(70), "unknown_ref", now - timedelta(days=2))

    assert found("R8") == {("R8", "amber")}


def test_a_stray_of_a_known_payer_goes_back_by_itself():
    now = clock.now()
    event = GatewayEvent.objects.create(
        provider="sandbox", event_id="e1", next_at=now, received_at=now
    )
    late = payment(person(), state=PaymentState.STRAY)

    first, again = (movements.stray(event, late, Fen(70), "late", now) for _ in range(2))

    assert first == again
    assert Command.objects.get().amount == 70
    assert found("R1", "R2", "R3", "R5", "R6", "R8") == set()


@pytest.mark.parametrize(
    "late",
    [
        "UPDATE escrow_command SET next_at = next_at - interval '16 min'",
        "UPDATE escrow_command SET needs_staff = true, first_sent_at = now()",
    ],
)
def test_what_hangs_is_amber(world, late):
    sql(late)

    assert found("R9") == {("R9", "amber")}


def test_a_hold_of_more_than_60_days_is_amber(world):
    tamper("UPDATE escrow_transfer SET effective_at = effective_at - interval '61 days'")

    assert found("R11") == {("R11", "amber")}


# --- Against the provider -------------------------------------------------------------------------
def statement(*lines: Line) -> set[tuple[str, str, str]]:
    """What R7 says of the day when the provider sends these lines."""
    today = datetime.now(UTC).date()
    scene = report.Scene(now=clock.now(), day=today, statements={"sandbox": list(lines)})
    return {(each.subject, each.expected, each.found) for each in partners.statement_agrees(scene)}


def line(ref: str, amount: int) -> Line:
    return Line("capture", ref, "their name", Fen(amount), datetime.now(UTC))


def test_a_statement_that_agrees_is_clean():
    _, paid = paid_order(person())

    assert statement(line(str(paid.pk), 5_000)) == set()


def test_what_one_side_lacks_and_what_differs_is_named():
    _, ours = paid_order(person())
    _, both = paid_order(person())
    theirs = uuid4()

    assert statement(line(str(theirs), 9), line(str(both.pk), 4_999)) == {
        (f"sandbox {ours.pk}", "0", "5000"),
        (f"sandbox {both.pk}", "4999", "5000"),
        (f"sandbox {theirs}", "9", "0"),
    }


def test_a_refund_that_the_provider_sent_twice_is_named():
    order, paid = paid_order(person())
    refund = movements.refund(order, payment=paid, basis="cancelled", at=clock.now())
    movements.refund_sent(refund.pk, clock.now())
    sent = line(f"refund:{refund.pk}", -5_000)
    came = line(str(paid.pk), 5_000)

    assert statement(came, sent) == set()
    assert statement(came, sent, sent) == {(f"sandbox refund:{refund.pk}", "-10000", "-5000")}


# --- The command ----------------------------------------------------------------------------------
def run(*words: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("audit_ledger", *words, stdout=out, stderr=out)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue()
    return 0, out.getvalue()


def test_the_command_says_how_it_ended(world):
    clean, _ = run()
    sql("UPDATE escrow_command SET next_at = next_at - interval '16 min'")
    amber, _ = run()
    tamper("UPDATE escrow_balance SET balance = balance + 1")
    red, text = run()
    limited, _ = run("--only", "r1,r3")
    broken, _ = run("--only", "R99")

    assert (clean, amber, red, limited, broken) == (0, 2, 1, 0, 3)
    assert "R2 red: " in text


def test_the_command_writes_its_report(world, tmp_path):
    tamper("UPDATE escrow_balance SET balance = balance + 1 WHERE balance = 10000 - 6930")
    run("--json", str(tmp_path / "report.json"))

    told = json.loads((tmp_path / "report.json").read_text())

    assert set(told) == {"at", "horizon", "ok", "counts", "head", "findings"}
    assert (told["ok"], told["counts"]["red"]) == (False, 1)
    assert told["findings"][0] == {
        "rule": "R2",
        "level": "red",
        "subject": "fund:compensation",
        "expected": "3070 after 2 entries",
        "found": "3071 after 2",
        "advice": books.RESTORE,
    }


@pytest.mark.django_db(transaction=True)
def test_the_audit_reads_one_snapshot_and_writes_nothing():
    give(codes.wallet(uuid4()), 5)
    seen = []

    def look(scene):
        seen.append(sql("SHOW transaction_isolation") + sql("SHOW transaction_read_only"))
        return []

    report.register("R12", look)
    try:
        nightly.audit(only={"R12"})
    finally:
        report.RULES["R12"].remove(look)

    assert seen == [[("repeatable read",), ("on",)]]


def test_other_apps_add_rules_of_their_own(world):
    def no_hold_is_right(scene):
        yield report.Finding("R4", "red", "hold", "0", "5000", "Look.")

    report.register("R4", no_hold_is_right)
    report.register("R4", no_hold_is_right)
    try:
        assert len(nightly.audit(only={"R4"}).findings) == 1
    finally:
        report.RULES["R4"].remove(no_hold_is_right)


def test_a_clean_night_publishes_the_head(world, settings, monkeypatch):
    settings.GATEWAYS = {}
    monkeypatch.setattr("orders.escrow.chain._horizon", lambda: 2**62)
    with transaction.atomic():
        post(f"fund:topup:{uuid4()}", (codes.BANK, -1), (codes.FUND, 1))
    chain.seal()

    nightly.run()

    assert sql("SELECT published_seq = seq, published_hash = hash FROM escrow_head") == [
        (True, True)
    ]
