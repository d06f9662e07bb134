"""The whole audit with every rule of the ledger; nightly it also goes to the log with the head."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta

import structlog

from marketplace.lib import clock
from orders.escrow import chain
from orders.escrow.audit import books, partners
from orders.escrow.audit.report import Report, Scene, register
from orders.escrow.audit.report import run as run_rules

log = structlog.stdlib.get_logger("fairhand.ledger")

for _rule, _function in (
    ("R1", books.sums_to_zero),
    ("R2", books.balances_follow_entries),
    ("R2", books.entries_have_their_transfer),
    ("R3", books.transfers_are_whole),
    ("R3", books.keys_have_their_form),
    ("R4", books.shares_cool_down),
    ("R4", books.book_agrees_with_fund),
    ("R5", partners.captures_have_their_transfer),
    ("R5", partners.captures_have_their_payment),
    ("R5", partners.strays_have_their_transfer),
    ("R6", partners.promises_are_kept),
    ("R7", partners.statement_agrees),
    ("R8", partners.suspense_is_explained),
    ("R9", partners.nothing_is_overdue),
    ("R10", books.chain_is_whole),
    ("R11", partners.no_hold_is_old),
):
    register(_rule, _function)


def audit(*, only: Collection[str] = (), day: date | None = None) -> Report:
    """Runs the rules `only`, or all; with a `day` (UTC) also against the providers' statements."""
    scene = Scene(now=clock.now(), day=day)
    if day is not None and (not only or "R7" in only):
        scene = replace(scene, statements=dict(partners.statements(day)))
    return run_rules(scene, only=only)


def run() -> Report:
    """The nightly audit of yesterday; a clean one publishes the head of the chain."""
    now = clock.now()
    report = audit(day=now.date() - timedelta(days=1))
    for finding in report.findings:
        log.error("audit_finding", alarm=finding.level == "red", **finding.__dict__)
    if report.exit_code != 1:
        chain.publish(at=now)
    log.info("audit", ok=report.ok, head=report.head, counts=report.counts)
    return report
