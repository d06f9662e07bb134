"""The Django app `orders`: tells the escrow and closure what they can't know themselves."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    name = "orders"
    label = "orders"
    verbose_name = _("Orders")

    def ready(self) -> None:
        from orders import wiring  # noqa: PLC0415 - models can be imported only now

        wiring.connect()
