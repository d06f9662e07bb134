"""The Django app `orders.escrow`: ties commands and deposit payments to what they do."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EscrowConfig(AppConfig):
    name = "orders.escrow"
    label = "escrow"
    verbose_name = _("Escrow")

    def ready(self) -> None:
        from accounts.actions.closure import register_blocker  # noqa: PLC0415 - models are there
        from orders.escrow import deposits, outcomes, wallet  # noqa: PLC0415 - only now

        outcomes.register_all()
        deposits.connect()
        register_blocker(wallet.blockers)
