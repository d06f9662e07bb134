"""The Django app `marketplace`."""

from importlib import import_module

from django.apps import AppConfig


class MarketplaceConfig(AppConfig):
    name = "marketplace"
    label = "marketplace"

    def ready(self) -> None:
        import_module("marketplace.checks")  # registers the rules of `manage.py check`
        import_module("marketplace.celery")  # tasks find their app also outside a worker
