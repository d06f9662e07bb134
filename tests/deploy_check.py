"""`manage.py check --deploy` as a site in production would run it: `python -m tests.deploy_check`.

Nothing in it is real: the hosts do not exist, and the keys are made for this one run.
"""

import os
import tempfile

import django
from django.core.management import call_command

from marketplace.lib import rings

PRODUCTION = {
    "ALLOWED_HOSTS": "fairhand.example",
    "CARD_ISSUERS": '{"real": {"name": "Cards", "url": "https://cards.example", "secret": "x"}}',
    "DATABASE_URL": "postgres://fairhand@db.invalid/fairhand",
    "DEBUG": "0",
    "EMAIL_HOST": "mail.example",
    "EMAIL_USE_TLS": "1",
    "FAIRHAND_EMBEDDED": "0",
    "FAIRHAND_ROLE": "web",
    "GATEWAY": "real",
    "GATEWAYS": '{"real": {"url": "https://pay.example", "secret": "x", "merchant": "fairhand"}}',
    "PROXY_COUNT": "1",
    "REDIS_URL": "redis://redis.invalid/0",
    "SANDBOX": "0",
    "SECRET_KEY": "only-for-this-check-0123456789-abcdefghijklmnopqrstuvwxyz-0123456789",
    "SITE_URL": "https://fairhand.example",
}


def main() -> None:
    os.environ.update(PRODUCTION, DJANGO_SETTINGS_MODULE="marketplace.settings")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["KEYS_DIR"] = folder
        os.environ["FILES_DIR"] = f"{folder}/files"
        django.setup()
        for name in rings.missing_rings():
            rings.add_key(name)
        call_command("check", deploy=True, fail_level="WARNING")


if __name__ == "__main__":
    main()
