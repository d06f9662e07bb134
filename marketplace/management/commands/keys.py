"""`manage.py keys`: what is in the key rings, and changing a key while the site runs."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from marketplace.lib import crypto, rings, rotation


class Command(BaseCommand):
    help = "Key rings: status; add a key; rewrap old rows under it; retire a key nobody names."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("status", help="every ring, its keys, and how many rows name each")
        for action, help_text in (
            ("add", "put a fresh key at the end of RING; what is new is sealed under it at once"),
            ("rewrap", "wrap the rows of RING under its newest key, 500 at a time"),
            ("retire", "take KEY (the oldest, if not told) out of RING for ever"),
        ):
            chosen = actions.add_parser(action, help=help_text)
            chosen.add_argument("ring", choices=list(rings.HOLDERS))
        chosen.add_argument("key", nargs="?")

    def handle(self, *_args: Any, **options: Any) -> None:
        ring = options.get("ring", "")
        try:
            match options["action"]:
                case "status":
                    self._status()
                case "add":
                    self.stdout.write(f"{ring}: added {rings.add_key(ring)}")
                case "rewrap":
                    self._rewrap(ring)
                case _:
                    self._retire(ring, options["key"])
        except (rings.KeyTrouble, crypto.Tampered) as trouble:
            raise CommandError(str(trouble)) from trouble

    def _status(self) -> None:
        for name in rings.HOLDERS:
            if not rings.ring_path(name).exists():
                self.stdout.write(f"{name}: no file")
                continue
            for key in rings.ring(name).keys:
                newest = " (newest)" if key == rings.ring(name).newest else ""
                rows = (
                    "add-only" if name in rings.ADD_ONLY else f"{rotation.count(name, key.id)} rows"
                )
                self.stdout.write(f"{name}: {key.id}{newest}, {rows}")

    def _rewrap(self, ring: str) -> None:
        done = rotation.rewrap(ring)
        self.stdout.write(f"{ring}: {done} rows now under {rings.ring(ring).newest.id}")

    def _retire(self, ring: str, key_id: str | None) -> None:
        chosen = key_id or rings.ring(ring).keys[0].id
        rotation.retire(ring, chosen)
        self.stdout.write(f"{ring}: {chosen} is retired")
