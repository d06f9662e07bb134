"""The Django app `accounts`."""

from django.apps import AppConfig

from marketplace.lib import rotation


class AccountsConfig(AppConfig):
    name = "accounts"
    label = "accounts"

    def ready(self) -> None:
        from accounts import sealed_factors  # noqa: PLC0415 - models can be imported only now

        rotation.register("identity", sealed_factors.FactorSecrets())
