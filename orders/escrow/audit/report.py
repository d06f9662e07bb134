"""The audit's rules and what they found; apps above add rules of their own with `register`."""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from django.db import connection, transaction

from marketplace.lib import clock
from orders.escrow.models import Head

Level = Literal["red", "amber"]


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be. Advice is a transfer or a question, never an edit."""

    rule: str
    level: Level
    subject: str
    expected: str
    found: str
    advice: str


@dataclass(frozen=True)
class Scene:
    """What the rules look at: the present moment, and the day that statements are read for."""

    now: datetime
    day: date | None = None
    # What was asked of partners before the ledger was read, by provider.
    statements: dict[str, Any] = field(default_factory=dict)


Rule = Callable[[Scene], Iterable[Finding]]
RULES: dict[str, list[Rule]] = {f"R{number}": [] for number in range(1, 13)}


@dataclass(frozen=True)
class Report:
    at: datetime
    horizon: int
    counts: dict[str, int]
    head: dict[str, Any]
    findings: list[Finding]

    @property
    def ok(self) -> bool:
        return not self.findings

    @property
    def exit_code(self) -> int:
        """0 clean, 1 red, 2 amber only."""
        if any(finding.level == "red" for finding in self.findings):
            return 1
        return 2 if self.findings else 0

    def as_json(self) -> dict[str, Any]:
        return {
            "at": self.at.isoformat(),
            "horizon": self.horizon,
            "ok": self.ok,
            "counts": self.counts,
            "head": self.head,
            "findings": [asdict(finding) for finding in self.findings],
        }


def register(rule: str, function: Rule) -> None:
    """Adds a part to a rule: `orders` knows what a hold should be (R4, R12)."""
    if function not in RULES[rule]:
        RULES[rule].append(function)


def run(scene: Scene | None = None, *, only: Collection[str] = ()) -> Report:
    """Reads the whole ledger in one snapshot, so that busy writers give no false alarm."""
    scene = scene or Scene(now=clock.now())
    with _snapshot():
        wanted = [rule for rule in RULES if not only or rule in only]
        findings = [found for rule in wanted for part in RULES[rule] for found in part(scene)]
        return Report(
            at=scene.now,
            horizon=_one("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"),
            counts={
                "accounts": _one("SELECT count(*) FROM escrow_account"),
                "transfers": _one("SELECT count(*) FROM escrow_transfer"),
                "entries": _one("SELECT count(*) FROM escrow_entry"),
                "red": sum(found.level == "red" for found in findings),
                "amber": sum(found.level == "amber" for found in findings),
            },
            head=_head(),
            findings=findings,
        )


def rows(sql: str, *arguments: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments)
        return list(cursor.fetchall())


@contextmanager
def _snapshot() -> Iterator[None]:
    """REPEATABLE READ READ ONLY, without the limits that are made for requests.

    Inside another transaction (a test's) that one's own view is read instead.
    """
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        yield


def _one(sql: str) -> int:
    return int(rows(sql)[0][0])


def _head() -> dict[str, Any]:
    head = Head.objects.filter(pk=1).first() or Head()
    return {"seq": head.seq, "hash": bytes(head.hash).hex()}
