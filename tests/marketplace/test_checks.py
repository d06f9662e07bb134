"""`manage.py check`: each rule is silent about a sound site and names the one fault it is for."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import CheckMessage
from pytest_django.fixtures import Settings

from accounts.models import User
from marketplace import checks
from marketplace.lib import rings

ROOT = Path(__file__).resolve().parents[2]
SOUND: dict[str, Any] = {
    "ALLOWED_HOSTS": ["fairhand.shop"],
    "CARD_ISSUERS": {"real": {"name": "Real Cards"}},
    "CSRF_COOKIE_NAME": "__Host-csrf",
    "DEBUG": False,
    "EMAIL_HOST": "mail.fairhand.shop",
    "EMAIL_USE_TLS": True,
    "EMBEDDED": False,
    "GATEWAY": "real",
    "GATEWAYS": {"real": {"url": "https://pay.invalid"}},
    "MAIL_TRANSPORT": "django.core.mail.backends.smtp.EmailBackend",
    "PROXY_COUNT": 1,
    "ROLE": "web",
    "SANDBOX": False,
    "SECURE_HSTS_SECONDS": 365 * 24 * 3600,
    "SESSION_COOKIE_NAME": "__Host-session",
    "SITE_URL": "https://fairhand.shop",
}
FAULTS: list[tuple[str, dict[str, Any]]] = [
    ("E001", {"DEBUG": True}),
    ("E002", {"SANDBOX": True}),
    ("E003", {"EMBEDDED": True}),
    ("E006", {"CACHES": {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}}),
    ("E006", {"SESSION_ENGINE": "django.contrib.sessions.backends.file"}),
    ("E008", {"SITE_URL": "http://fairhand.shop"}),
    ("E008", {"SECURE_HSTS_SECONDS": 3600}),
    ("E008", {"SESSION_COOKIE_NAME": "session"}),
    ("E008", {"PROXY_COUNT": 0}),
    ("E011", {"ALLOWED_HOSTS": ["fairhand.shop", "*"]}),
    ("E015", {"GATEWAYS": {"real": {}, "sandbox": {}}}),
    ("E015", {"CARD_ISSUERS": {"sandbox": {}}}),
    ("E015", {"GATEWAY": "another"}),
    ("E016", {"EMAIL_USE_TLS": False}),
]


@pytest.fixture
def sound(settings: Settings, tmp_path: Path) -> Settings:
    """A site in production with nothing wrong."""
    for name, value in SOUND.items():
        setattr(settings, name, value)
    settings.KEYS = tmp_path
    for name in rings.missing_rings():
        rings.add_key(name)
    return settings


def numbers(messages: list[CheckMessage]) -> set[str]:
    return {str(message.id).removeprefix("fairhand.") for message in messages}


def test_a_sound_site_has_nothing_to_hear(sound: Settings):
    assert checks.settings_hold(None) == []


@pytest.mark.parametrize(("number", "fault"), FAULTS)
def test_one_fault_is_named(sound: Settings, number: str, fault: dict[str, Any]):
    for name, value in fault.items():
        setattr(sound, name, value)

    found = numbers(checks.settings_hold(None))

    assert found == {number}


def test_a_missing_key_ring_is_named(sound: Settings):
    rings.ring_path("vault").unlink()

    assert numbers(checks.settings_hold(None)) == {"E004"}


def test_a_key_ring_that_others_can_read_is_named(sound: Settings):
    rings.ring_path("vault").chmod(0o644)

    assert numbers(checks.settings_hold(None)) == {"E004"}


def test_a_key_in_two_rings_is_named(sound: Settings):
    content = rings.ring_path("vault").read_text().replace('"vault"', '"file"')
    rings.ring_path("file").write_text(content)

    assert numbers(checks.settings_hold(None)) == {"E004"}


def test_the_vaults_keys_in_the_admin_process_are_named(sound: Settings):
    sound.ROLE = "admin"

    assert numbers(checks.settings_hold(None)) == {"E005"}


def test_psycopg_3_beside_psycopg2_is_named(
    sound: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    package = tmp_path / "site" / "psycopg"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(package.parent))

    assert numbers(checks.settings_hold(None)) == {"E007"}


def test_loopback_may_be_as_lax_as_it_likes(sound: Settings):
    sound.ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
    sound.SITE_URL = "http://127.0.0.1:8000"
    sound.SANDBOX = sound.DEBUG = sound.EMBEDDED = True

    assert checks.settings_hold(None) == []


def test_rows_are_not_asked_without_a_database(sound: Settings):
    assert checks.rows_hold(None) == []


@pytest.mark.django_db
def test_a_role_that_could_rewrite_history_is_named(sound: Settings):
    found = numbers(checks.rows_hold(None, databases=["default"]))

    assert found == {"E010"}  # the tests run as the owner of the tables


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("number", "fields"),
    [
        ("E012", {"is_superuser": True}),
        ("E013", {"is_staff": True}),
        ("E014", {"email": "demo@fairhand.example"}),
    ],
)
def test_a_person_who_should_not_be_is_named(sound: Settings, number: str, fields: dict[str, Any]):
    User.objects.create(**({"email": "a@fairhand.shop"} | fields))

    found = list(checks.nobody_is_all_powerful())

    assert numbers(found) == {number}


def test_a_site_in_production_passes_the_whole_check():
    done = subprocess.run(
        [sys.executable, "-m", "tests.deploy_check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
