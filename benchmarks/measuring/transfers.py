"""What a client of the ledger's benchmark does: one transfer, in each of the systems."""

import os
import random
from uuid import uuid4

from benchmarks.measuring.clients import Work

ACCOUNTS = 1_000


def wallets() -> list[str]:
    return [f"wallet:00000000-0000-7000-8000-{number:012d}" for number in range(ACCOUNTS)]


def transfers(number: int) -> Work:
    """From one wallet to another, both there already, in a transaction of its own."""
    from_django("marketplace.settings")
    from django.db import transaction  # noqa: PLC0415 - Django first needs its settings
    from django.utils import timezone  # noqa: PLC0415

    from orders.escrow import codes, ledger  # noqa: PLC0415

    dice, at = random.Random(number), timezone.now()  # noqa: S311 - only chooses accounts
    names = [codes.AccountCode(code) for code in wallets()]

    def work() -> None:
        one, other = dice.sample(names, 2)
        legs = [(one, -1), (other, 1)]
        with transaction.atomic():
            ledger.post(f"fund:topup:{uuid4()}", "fund_topup", legs, at=at)

    return work


def holds(_number: int) -> Work:
    """A capture becomes the hold of a new order: the account is opened by the transfer."""
    from_django("marketplace.settings")
    from django.db import transaction  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from orders.escrow import codes, ledger  # noqa: PLC0415

    at, gateway = timezone.now(), codes.gateway("sandbox")

    def work() -> None:
        order = uuid4()
        legs = [(gateway, -4_800), (codes.hold(order), 4_800)]
        with transaction.atomic():
            ledger.post(f"payment:{uuid4()}:captured", "hold", legs, order=order, at=at)

    return work


def hordak_transfers(number: int) -> Work:
    from_django("benchmarks.peers.hordak_settings")
    from djmoney.money import Money  # noqa: PLC0415
    from hordak.models import Account  # noqa: PLC0415

    dice, amount = random.Random(number), Money("0.01", "CNY")  # noqa: S311 - as above
    accounts = list(Account.objects.all())

    def work() -> None:
        one, other = dice.sample(accounts, 2)
        one.transfer_to(other, amount)

    return work


def raw_transfers(number: int) -> Work:
    """The raw function, called the way ours is: from Django no transfer can cost less."""
    from_django("marketplace.settings")
    from django.db import connection, transaction  # noqa: PLC0415

    connection.settings_dict["NAME"] = "raw"
    dice = random.Random(number)  # noqa: S311 - as above

    def work() -> None:
        one, other = dice.sample(range(1, ACCOUNTS + 1), 2)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT raw_post(%s, %s, %s, 1)", [f"raw:{uuid4()}", one, other])
            cursor.fetchall()

    return work


def from_django(settings: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = settings
    import django  # noqa: PLC0415

    django.setup()
