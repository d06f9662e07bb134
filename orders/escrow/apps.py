"""The Django app `orders.escrow`: ties commands and deposit payments to what they do."""

from django.apps import AppConfig


class EscrowConfig(AppConfig):
    name = "orders.escrow"
    label = "escrow"

    def ready(self) -> None:
        from orders.escrow import deposits, outcomes  # noqa: PLC0415 - models are there only now

        outcomes.register_all()
        deposits.connect()
