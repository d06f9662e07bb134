"""Mails are rows in tests too: the test runner would put a backend of its own in place."""

import pytest


@pytest.fixture(autouse=True)
def _mails_are_rows(settings):
    settings.EMAIL_BACKEND = "accounts.inbox.backend.OutboxBackend"
