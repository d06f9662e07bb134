"""The Django app `disputes`."""

from django.apps import AppConfig


class DisputesConfig(AppConfig):
    name = "disputes"
    label = "disputes"

    def ready(self) -> None:
        from disputes import wiring  # noqa: PLC0415 - models are there only now

        wiring.connect()
