"""The Django app `accounts`."""

from importlib import import_module

from django.apps import AppConfig

from marketplace.lib import rotation


class AccountsConfig(AppConfig):
    name = "accounts"
    label = "accounts"

    def ready(self) -> None:
        factors = import_module(
            "accounts.sealed_factors"
        )  # needs the models, which load after this
        rotation.register("identity", factors.FactorSecrets())
