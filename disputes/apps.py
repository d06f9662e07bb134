"""The Django app `disputes`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DisputesConfig(AppConfig):
    name = "disputes"
    label = "disputes"
    verbose_name = _("Court")

    def ready(self) -> None:
        from disputes import wiring  # noqa: PLC0415 - models are there only now

        wiring.connect()
