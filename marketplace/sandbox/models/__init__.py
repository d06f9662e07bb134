"""Every model of the sandbox, so that Django finds them."""

from marketplace.sandbox.models.clock import ClockSkip
from marketplace.sandbox.models.gateway import (
    SandboxCall,
    SandboxDelivery,
    SandboxPayment,
    SandboxTransfer,
)
from marketplace.sandbox.models.issuer import IssuerCard, IssuerMode, Mode

__all__ = [
    "ClockSkip",
    "IssuerCard",
    "IssuerMode",
    "Mode",
    "SandboxCall",
    "SandboxDelivery",
    "SandboxPayment",
    "SandboxTransfer",
]
