"""What every story needs: the site over real HTTP, and mails that stay rows."""

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _a_market(market: str, settings: Any) -> None:
    settings.EMAIL_BACKEND = "accounts.inbox.backend.OutboxBackend"
