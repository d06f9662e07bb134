"""`manage.py check`: what must hold before this process may serve anybody (security.md §14).

Each rule is one small function that answers with what is wrong, or with nothing. Rules about a
database row run only under `--database default`; the others look at settings and files.
"""

from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from marketplace.lib import rings

Rule = Callable[[], Iterator[CheckMessage]]
_TABLES_OF_HISTORY = ("escrow_transfer", "escrow_entry", "orders_orderevent", "escrow_reveal")
_ON_REDIS_OR_DATABASE = ("cached_db", "cache", "db")


def _error(number: str, sentence: str, hint: str = "") -> Error:
    return Error(sentence, hint=hint or None, id=f"fairhand.{number}")


def is_public(host: str) -> bool:
    """True for a host that people elsewhere can reach: no loopback, no private address."""
    if host in {"localhost", "testserver"} or host.endswith((".localhost", ".test")):
        return False
    try:
        return ip_address(host.strip("[]")).is_global
    except ValueError:
        return bool(host)


def _hosts() -> list[str]:
    return [*settings.ALLOWED_HOSTS, urlsplit(settings.SITE_URL).hostname or ""]


def _serves_the_public() -> bool:
    return any(is_public(host) for host in _hosts())


# --- Rules about settings -------------------------------------------------------------------------
def debug_is_off() -> Iterator[CheckMessage]:
    if settings.DEBUG and _serves_the_public():
        yield _error("E001", "DEBUG is on at a public host.")


def sandbox_is_private() -> Iterator[CheckMessage]:
    if settings.SANDBOX and _serves_the_public():
        yield _error("E002", "SANDBOX is on at a public host: anybody could move the clock.")


def embedded_is_private() -> Iterator[CheckMessage]:
    if settings.EMBEDDED and _serves_the_public():
        yield _error("E003", "The embedded servers run at a public host.", "Set DATABASE_URL.")


def cache_is_shared() -> Iterator[CheckMessage]:
    backend = str(settings.CACHES["default"]["BACKEND"])
    sessions = settings.SESSION_ENGINE.rpartition(".")[2]
    if "redis" not in backend.lower():
        yield _error("E006", f"The cache is {backend}, which processes do not share.")
    if sessions not in _ON_REDIS_OR_DATABASE:
        yield _error("E006", f"Sessions are kept in {sessions}, which processes do not share.")


def psycopg2_is_used() -> Iterator[CheckMessage]:
    # Django takes psycopg 3 wherever it finds it; our locks and errors are read as psycopg2's.
    if find_spec("psycopg") is not None:
        yield _error("E007", "psycopg 3 is installed beside psycopg2.", "pip uninstall psycopg")


def https_is_whole() -> Iterator[CheckMessage]:
    if not _serves_the_public():
        return
    cookies = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)
    if not settings.SITE_URL.startswith("https://"):
        yield _error("E008", "SITE_URL of a public host is not https.")
    if settings.SECURE_HSTS_SECONDS < 365 * 24 * 3600:
        yield _error("E008", "HSTS lasts less than a year.")
    if not all(name.startswith("__Host-") for name in cookies):
        yield _error("E008", "A cookie of a public host is not a __Host- cookie.")
    if not settings.PROXY_COUNT:
        yield _error("E008", "PROXY_COUNT is not set: client addresses would be the proxy's.")


def hosts_are_named() -> Iterator[CheckMessage]:
    if "*" in settings.ALLOWED_HOSTS:
        yield _error("E011", "ALLOWED_HOSTS lets every host in.")


def partners_are_real() -> Iterator[CheckMessage]:
    if settings.SANDBOX:
        return
    for kind, partners in (("gateway", settings.GATEWAYS), ("issuer", settings.CARD_ISSUERS)):
        if "sandbox" in partners:
            yield _error("E015", f"The sandbox {kind} is active without SANDBOX.")
    if settings.GATEWAY not in settings.GATEWAYS:
        yield _error("E015", f"GATEWAY names {settings.GATEWAY!r}, which GATEWAYS does not have.")


def mail_is_sent_in_secret() -> Iterator[CheckMessage]:
    remote = settings.EMAIL_HOST not in {"localhost", "127.0.0.1"}
    smtp = settings.MAIL_TRANSPORT.endswith("smtp.EmailBackend")
    if smtp and remote and not settings.EMAIL_USE_TLS:
        yield _error("E016", "Mail goes to another machine without TLS.", "Set EMAIL_USE_TLS=1.")


# --- Rules about key files ------------------------------------------------------------------------
def keys_are_kept() -> Iterator[CheckMessage]:
    for name in rings.missing_rings():
        yield _error("E004", f"There is no key ring {name} in KEYS_DIR.", "manage.py keys add")
    for name in rings.exposed_rings():
        yield _error("E004", f"Others can read the key ring {name}.", "chmod 600")
    for name in rings.shared_keys():
        yield _error("E004", f"The key ring {name} holds a key of another ring.")


def keys_are_where_they_belong() -> Iterator[CheckMessage]:
    for name in rings.forbidden_rings():
        yield _error("E005", f"The role {settings.ROLE} can read the key ring {name}.")


# --- Rules about rows (only with --database) ------------------------------------------------------
def history_is_guarded() -> Iterator[CheckMessage]:
    """The application's role may neither own nor change what has happened."""
    if settings.EMBEDDED:
        return  # one role for all; the triggers still hold
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relname = ANY (%s) AND relkind IN ('r', 'p') AND ("
            "pg_get_userbyid(relowner) = current_user"
            " OR has_table_privilege(oid, 'UPDATE') OR has_table_privilege(oid, 'DELETE'))",
            [list(_TABLES_OF_HISTORY)],
        )
        for (table,) in cursor.fetchall():
            yield _error("E010", f"This database role could rewrite {table}.")


def nobody_is_all_powerful() -> Iterator[CheckMessage]:
    people = get_user_model().objects.filter(is_active=True)
    if not settings.SANDBOX and people.filter(is_superuser=True).exists():
        yield _error("E012", "An active superuser exists.")
    if not settings.SANDBOX and people.filter(is_staff=True, authenticator=None).exists():
        yield _error("E013", "A member of staff has no second factor.")
    if not settings.SANDBOX and people.filter(email__endswith=".example").exists():
        yield _error("E014", "Demo accounts exist.")


SETTINGS_RULES: tuple[Rule, ...] = (
    debug_is_off,
    sandbox_is_private,
    embedded_is_private,
    keys_are_kept,
    keys_are_where_they_belong,
    cache_is_shared,
    psycopg2_is_used,
    https_is_whole,
    hosts_are_named,
    partners_are_real,
    mail_is_sent_in_secret,
)
ROW_RULES: tuple[Rule, ...] = (history_is_guarded, nobody_is_all_powerful)


@register(Tags.security)
def settings_hold(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001 - Django's signature
    **_: Any,
) -> list[CheckMessage]:
    return [message for rule in SETTINGS_RULES for message in rule()]


@register(Tags.database)
def rows_hold(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001 - Django's signature
    databases: Sequence[str] | None = None,
    **_: Any,
) -> list[CheckMessage]:
    if not databases:
        return []
    return [message for rule in ROW_RULES for message in rule()]
