"""`manage.py verify_draw <case> | --file draw.json`: repeats a published draw, byte by byte.

Exit codes: 0 all of it holds, 1 the first fault is named, 2 not published yet.
"""

import argparse
import json
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from disputes.checking import check
from disputes.models import Case
from disputes.publication import draw_document


class Command(BaseCommand):
    help = "Check a draw: of a case in this database, or of a file that anybody has downloaded."
    requires_system_checks = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        either = parser.add_mutually_exclusive_group(required=True)
        either.add_argument("case", nargs="?", type=UUID, help="the case's id")
        either.add_argument("--file", type=Path, help="a document of /api/v1/cases/<id>/draw/")

    def handle(self, *_args: Any, **options: Any) -> None:
        document = _read(options["file"]) if options["file"] else _load(options["case"])
        result = check(document)
        if result.exit_code:
            raise CommandError(result.line, returncode=result.exit_code)
        self.stdout.write(result.line)


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise CommandError(f"MISMATCH the file can't be read: {error}") from error
    if isinstance(found, dict) and "document" in found:
        found = found["document"]  # as the API answers
    if not isinstance(found, dict):
        raise CommandError("MISMATCH the file holds no document")
    return found


def _load(case_id: UUID) -> dict[str, Any]:
    case = Case.objects.filter(pk=case_id).first()
    if case is None:
        raise CommandError(f"There is no case {case_id}.")
    return draw_document(case)
