"""`manage.py ledger_grants --role NAME`: the rights of the application's database role."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from orders.escrow import rights


class Command(BaseCommand):
    help = "Lets a database role read the ledger and call its functions, and do nothing else to it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--role", required=True, help="the role that the site connects as")

    def handle(self, *_args: Any, **options: Any) -> None:
        rights.grant(options["role"])
        self.stdout.write(f"{options['role']} may read the ledger and call its functions.")
