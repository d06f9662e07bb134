"""The Django app `accounts.inbox`."""

from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "accounts.inbox"
    label = "inbox"
