"""What the stories send to the court."""

from typing import Any

from orders.models import Order
from tests.disputes import world


def claim(order: Order, kind: str = "code_used_or_invalid") -> dict[str, Any]:
    """A filing: of the buyer about the code, or of the seller about something else."""
    return {
        "order": str(order.pk),
        "claim": kind,
        "remedy": "release" if kind == "other" else "refund_full",
        "statement": world.STATEMENT,
    }
