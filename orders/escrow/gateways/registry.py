"""Which provider is spoken to how; settings.GATEWAYS names them (`url`, `secret`, `merchant`)."""

from collections.abc import Callable, Mapping

from django.conf import settings

from orders.escrow.gateways.protocol import Gateway
from orders.escrow.gateways.sandbox import SandboxGateway

ADAPTERS: Mapping[str, Callable[[str, Mapping[str, str]], Gateway]] = {"sandbox": SandboxGateway}


def gateway(name: str) -> Gateway:
    """The adapter of the provider called `name`; raises KeyError where there is none."""
    facts = settings.GATEWAYS[name]
    return ADAPTERS[facts.get("adapter", name)](name, facts)


def is_known(name: str) -> bool:
    return name in settings.GATEWAYS
