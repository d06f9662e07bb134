"""`manage.py ledger_after_restore`: run once by the owner role when a logical dump was restored."""

from typing import Any

from django.core.management.base import BaseCommand

from orders.escrow import rights


class Command(BaseCommand):
    help = "Takes up the chain after a logical dump was restored; physical backups need nothing."

    def handle(self, *_args: Any, **_options: Any) -> None:
        linked = rights.take_up_after_restore()
        self.stdout.write(f"The chain goes on; {linked} transfers were linked.")
