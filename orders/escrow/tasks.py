"""The worker's doors to the ledger: cool-downs, the chain, the fund's share, the nightly audit."""

from celery import shared_task

from orders.escrow import chain, cooling, fund
from orders.escrow.audit import nightly


@shared_task
def mature() -> None:
    cooling.mature_due()


@shared_task
def seal_chain() -> None:
    while chain.seal() == chain.A_TICK:
        pass


@shared_task
def fund_share() -> None:
    fund.feed_due()


@shared_task
def audit() -> None:
    nightly.run()
