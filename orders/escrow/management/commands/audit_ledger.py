"""`manage.py audit_ledger`: is every fen in its place? 0 clean, 1 red, 2 amber, 3 could not run."""

import json
import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError

from orders.escrow.audit.nightly import audit
from orders.escrow.audit.report import RULES, Report

COULD_NOT_RUN = 3


class Command(BaseCommand):
    help = "Checks the ledger against itself, our rows and the provider's statement."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", metavar="FILE", help="write the report there; - is stdout")
        parser.add_argument("--only", default="", help="rules, such as R2,R7")
        parser.add_argument("--day", type=date.fromisoformat, help="compare this day's statement")

    def handle(self, *_args: Any, **options: Any) -> None:
        only = {rule for rule in options["only"].upper().split(",") if rule}
        try:
            self._check(only)
            report = audit(only=only, day=options["day"])
        except (DatabaseError, ValueError) as error:
            self.stderr.write(f"The audit could not run: {error}")
            sys.exit(COULD_NOT_RUN)
        self._write(report, options["json"])
        if report.exit_code:
            sys.exit(report.exit_code)

    def _check(self, only: set[str]) -> None:
        if unknown := only - set(RULES):
            raise ValueError(f"no such rule: {', '.join(sorted(unknown))}")

    def _write(self, report: Report, target: str | None) -> None:
        text = json.dumps(report.as_json(), ensure_ascii=False, indent=2)
        if target == "-":
            self.stdout.write(text)
            return
        if target:
            Path(target).write_text(text + "\n", encoding="utf-8")
        for found in report.findings:
            self.stdout.write(
                f"{found.rule} {found.level}: {found.subject}: expected {found.expected},"
                f" found {found.found}. {found.advice}"
            )
        counts = ", ".join(f"{number} {name}" for name, number in report.counts.items())
        self.stdout.write(f"{'Clean' if report.ok else 'Not clean'}: {counts}.")
