"""The Django app `orders`: tells the escrow and closure what they can't know themselves."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"
    label = "orders"

    def ready(self) -> None:
        from orders import wiring  # noqa: PLC0415 - models can be imported only now

        wiring.connect()
