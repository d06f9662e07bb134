"""The Django app `accounts`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from marketplace.lib import rotation


class AccountsConfig(AppConfig):
    name = "accounts"
    label = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        from accounts import sealed_factors  # noqa: PLC0415 - models can be imported only now

        rotation.register("identity", sealed_factors.FactorSecrets())
