"""Every setting, from the environment alone; production is told loudly what it lacks."""

import json
import os
from pathlib import Path

import dj_database_url
import django_stubs_ext
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from marketplace import embedded, theme

django_stubs_ext.monkeypatch()  # generics of Django's classes exist at run time, too

ROOT = Path(__file__).resolve().parent.parent


def flag(name: str, *, default: bool) -> bool:
    """The yes/no setting `name`; anything but 1, true, yes, on is no."""
    value = os.environ.get(name, "").lower()
    return value in {"1", "true", "yes", "on"} if value else default


def required(name: str, *, embedded_default: str) -> str:
    """The setting `name`; only the embedded mode may do without it."""
    value = os.environ.get(name) or (embedded_default if EMBEDDED else "")
    if not value:
        raise ImproperlyConfigured(f"Set {name}: it is needed wherever DATABASE_URL is set.")
    return value


# The one-machine mode: PostgreSQL, Redis, keys and photos live under .local/ (see embedded.py).
EMBEDDED = flag("FAIRHAND_EMBEDDED", default="DATABASE_URL" not in os.environ)
LOCAL = embedded.local_folder()
# Play money, a clock that can be moved, a gateway and an issuer to try things out with.
SANDBOX = flag("SANDBOX", default=EMBEDDED)
DEBUG = flag("DEBUG", default=False)
ROLE = os.environ.get("FAIRHAND_ROLE", "all")  # web | admin | worker | all

KEYS = Path(required("KEYS_DIR", embedded_default=str(LOCAL / "keys")))
SECRET_KEY = os.environ.get("SECRET_KEY") or (embedded.secret_key() if EMBEDDED else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("Set SECRET_KEY: it is needed wherever DATABASE_URL is set.")
SECRET_KEY_FALLBACKS = os.environ.get("SECRET_KEY_FALLBACKS", "").split()

SITE_URL = os.environ.get("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
HTTPS = SITE_URL.startswith("https://")
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "127.0.0.1 localhost [::1]").split()
CSRF_TRUSTED_ORIGINS = os.environ.get("CSRF_TRUSTED_ORIGINS", "").split()
PROXY_COUNT = int(os.environ.get("PROXY_COUNT", "0"))

INSTALLED_APPS = [
    "marketplace",
    "accounts",
    "accounts.identity",
    "accounts.standing",
    "accounts.inbox",
    "listings",
    "orders",
    "orders.escrow",
    "disputes",
    *(["marketplace.sandbox"] if SANDBOX else []),
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "pgtrigger",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "unfold.apps.BasicAppConfig",  # its other one takes the place of our own site
    "marketplace.desk_app.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "marketplace.middleware.request_id",
    "marketplace.middleware.one_watch",
    "django.middleware.security.SecurityMiddleware",
    "marketplace.middleware.extra_headers",
    "marketplace.lib.drf.outside.api_answers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.personal_settings",
    "orders.came_from.remember_first_visit",
    "marketplace.middleware.Refusals",
]

ROOT_URLCONF = "marketplace.urls"
WSGI_APPLICATION = "marketplace.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "marketplace.context.shell",
            ],
            "builtins": ["marketplace.templatetags.market", "django.templatetags.i18n"],
        },
    }
]

# --- PostgreSQL ---------------------------------------------------------------------------------
DATABASE_URL = os.environ.get("DATABASE_URL") or embedded.database_url()
DATABASES = {
    "default": dj_database_url.parse(DATABASE_URL, conn_max_age=600, conn_health_checks=True)
}
DATABASES["default"].setdefault("OPTIONS", {}).setdefault(
    "options",
    "-c lock_timeout=3s -c statement_timeout=10s -c idle_in_transaction_session_timeout=15s",
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Redis and Celery ---------------------------------------------------------------------------
REDIS_URL = os.environ.get("REDIS_URL") or embedded.redis_url()
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        # A Redis that hangs must not hang the pages.
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
}
SESSION_ENGINE = "accounts.cached_db"
CELERY_BROKER_URL = embedded.celery_url(REDIS_URL)
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULE_FILENAME = os.environ.get("BEAT_FILE", str(LOCAL / "beat"))

# --- Sign-in ------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "accounts.backends.PasswordBackend",
    "accounts.backends.AllauthBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignUpExtras"
ACCOUNT_FORMS = {
    "login": "accounts.entry_forms.LoginForm",
    "signup": "accounts.entry_forms.SignupForm",
    "add_email": "accounts.entry_forms.AddEmailForm",
    "reset_password": "accounts.entry_forms.ResetPasswordForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_SESSION_REMEMBER = True
# Each page and the API count together; the right password is refused too while a limit holds.
ACCOUNT_RATE_LIMITS = {
    "login": "10/m/ip",
    "login_failed": "10/m/ip,5/5m/key,20/h/key",
    "signup": "5/h/ip",
    "reset_password": "5/h/ip,5/h/key",
    "reauthenticate": "5/5m/user",
    "change_password": "5/5m/user",
}
ALLAUTH_TRUSTED_PROXY_COUNT = PROXY_COUNT
PASSWORD_RESET_TIMEOUT = 3600
MFA_ADAPTER = "accounts.adapter.MFAAdapter"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Fairhand"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
USERSESSIONS_TRACK_ACTIVITY = False

SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "marketplace.views.csrf_failed"

# --- Headers ------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
if HTTPS and PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "manifest-src": ["'self'"],
    }
}

# --- Words, times, files ------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [ROOT / "locale"]
LANGUAGE_COOKIE_NAME = "language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT", LOCAL / "static" if EMBEDDED else "staticfiles"))
STATICFILES_DIRS = [ROOT / "static"]
# Encrypted files of people (exhibits): never served by a web server.
FILES = Path(required("FILES_DIR", embedded_default=str(LOCAL / "files")))
# The largest body of the API that is read into memory; each door has its own, smaller limit.
DATA_UPLOAD_MAX_MEMORY_SIZE = 28 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 2
_HANDLERS = "django.core.files.uploadhandler"
FILE_UPLOAD_HANDLERS = [
    "marketplace.lib.uploads.CutOff",
    f"{_HANDLERS}.MemoryFileUploadHandler",
    f"{_HANDLERS}.TemporaryFileUploadHandler",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": str(FILES),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if EMBEDDED
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# One machine serves the files where they lie; nothing has to be collected first.
WHITENOISE_USE_FINDERS = EMBEDDED
WHITENOISE_MANIFEST_STRICT = False

# --- Mail: every mail is a row first (accounts.inbox); the transport is what the sweeper uses ----
EMAIL_BACKEND = "accounts.inbox.backend.OutboxBackend"
MAIL_TRANSPORT = os.environ.get(
    "MAIL_TRANSPORT",
    "django.core.mail.backends.dummy.EmailBackend"
    if SANDBOX
    else "django.core.mail.backends.smtp.EmailBackend",
)
EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = flag("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "Fairhand <no-reply@fairhand.example>")

# --- Outside partners, each {"url": …, "secret": …}; sandbox ones only where SANDBOX is on --------
_SECRET = embedded.derived_secret(SECRET_KEY, "sandbox partners")
GATEWAYS: dict[str, dict[str, str]] = json.loads(os.environ.get("GATEWAYS", "{}"))
COURT_BEACON = os.environ.get("COURT_BEACON", "none")  # disputes/beacons.py
CARD_ISSUERS: dict[str, dict[str, str]] = json.loads(os.environ.get("CARD_ISSUERS", "{}"))
if SANDBOX:
    GATEWAYS["sandbox"] = {
        "url": f"{SITE_URL}/sandbox/gateway",
        "secret": _SECRET,
        "merchant": "fairhand",
    }
    CARD_ISSUERS |= {
        "sandbox": {
            "name": "Sandbox Cards",
            "url": f"{SITE_URL}/sandbox/issuer",
            "secret": _SECRET,
        },
        "orchard": {"name": "Orchard Supermarkets"},  # offers no check: buyer_attests
    }
# Browsers apply form-action to the redirect after “Pay” too: a hosted pay page names its host.
CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"] += [
    partner["pay_host"] for partner in GATEWAYS.values() if "pay_host" in partner
]
GATEWAY = os.environ.get("GATEWAY", "sandbox" if SANDBOX else "")
SANDBOX_FAULTS = os.environ.get("SANDBOX_FAULTS", "")

# --- The rules' numbers (fen, hours, days); orders freeze the ones they were made under -----------
RULES_VERSION = "2026-11"
FEE_BPS = 100
NEW_SELLER_CARD_CAP = 50_000
PROVEN_SELLER_CARD_CAP = 200_000
FUND_SHARE_BPS = 2_000
FUND_AUTO_LIMIT = 20_000

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.authentication.TokenAuthentication",
        "accounts.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "marketplace.lib.drf.schema.ApiSchema",
    "EXCEPTION_HANDLER": "marketplace.lib.drf.errors.handle",
    "URL_FORMAT_OVERRIDE": None,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Fairhand",
    "DESCRIPTION": (
        "Trade with strangers: the money is held until the goods are proven. Every refusal is a "
        "problem document whose `code` never changes its meaning. Amounts are whole fen."
    ),
    "VERSION": "2026-11-01",
    "OAS_VERSION": "3.1.0",
    "COMPONENT_SPLIT_PATCH": False,  # bodies of changes ask for nothing anyway
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "DISABLE_DOCSTRING_DESCRIPTIONS": True,
    "ENABLE_DJANGO_DEPLOY_CHECK": False,  # our own test looks for warnings, and for every change
    "SORT_OPERATION_PARAMETERS": False,
    "ENUM_NAME_OVERRIDES": {
        "Level": "accounts.models.Level",
        "AccountState": "accounts.models.UserState",
        "ListingKind": "listings.models.Kind",
        "ListingState": "listings.states.ListingState",
        "ListingStep": "listings.states.ListingStep",
        "OrderState": "orders.states.OrderState",
        "OrderStep": "orders.states.OrderStep",
        "NextStep": "orders.api.serializers.STEPS",
        "ReportState": "orders.models.ReportState",
        "OrderRole": "orders.api.serializers.ROLES",
        "CodeState": "orders.escrow.models.CodeState",
        "PaymentState": "orders.escrow.models.PaymentState",
        "CaseState": "disputes.states.CaseState",
        "CaseStep": "disputes.states.CaseStep",
        "CaseSide": "disputes.models.Winner",
        "CaseParty": "disputes.models.Party",
        "ExhibitKind": "disputes.models.EvidenceKind",
        "ItemKind": "disputes.api.inputs.ITEMS",
        "RequestKind": "disputes.models.RequestPair.Kind",
        "OfferState": "disputes.models.SettlementOffer.State",
        "SeatState": "disputes.models.SeatState",
        "PayoutState": "orders.escrow.models.PayoutState",
        "PayoutAccountKind": "orders.escrow.api.serializers.BANK",
        "Reminder": "accounts.api.serializers.MUTABLE",
        "EntryKind": "orders.escrow.api.serializers.KINDS",
    },
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "marketplace.lib.drf.schema.finish",
    ],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "persistAuthorization": False},
}
# The counters of marketplace/lib/throttle.py; benchmarks and fuzzing of a sandbox go without.
THROTTLES = flag("THROTTLES", default=True) or not SANDBOX

# Who may ask /ready/ which part is missing; nobody, while it is empty.
METRICS_TOKEN = os.environ.get("METRICS_TOKEN", "")
LOGGING_CONFIG = "marketplace.logs.configure"
LOGGING = {"level": os.environ.get("LOG_LEVEL", "INFO"), "json": not EMBEDDED}

# --- The desk ------------------------------------------------------------------------------------
UNFOLD = theme.LOOK
