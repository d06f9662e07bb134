"""`manage.py seed_demo`: the demo's people, listings and orders, through the verbs alone."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from marketplace.lib import clock
from marketplace.sandbox import reviewers
from marketplace.sandbox.demo import court, people, server, trades
from orders.models import Order


class Command(BaseCommand):
    help = "Fills an empty sandbox with people, listings and orders to try Fairhand with."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if Order.objects.exists() or User.objects.exists():
            raise CommandError("There are people or orders already; the demo needs an empty site.")
        with server.answering(), clock.watch():
            reviewers.make(court.REVIEWERS)
            trades.make(people.make())
        for role, email in (
            ("buyer", people.BUYER),
            ("seller", people.SELLER),
            ("juror", people.JUROR),
            ("staff", people.STAFF),
            *people.DESK.items(),
        ):
            self.stdout.write(f"{role:12}{email}  {people.PASSWORD}")
