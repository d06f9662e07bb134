"""Logs: one JSON line an event, and no code, password, token or identity in any of them."""

import logging.config
import re
from collections.abc import Mapping
from typing import Any

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

from marketplace.lib.codeshape import find_codes

HIDDEN = "[hidden]"

# security.md §11: what stands under these names is never written, whatever it looks like.
SECRET_KEYS = frozenset(
    {
        "number",
        "secret",
        "code",
        "pin",
        "password",
        "token",
        "authorization",
        "cookie",
        "document",
        "phone",
        "email",
        "address",
    }
)
_KEY_WORDS = re.compile(r"[a-z]+")
_EXPLAINED = frozenset({"status_code", "outcome_code", "exit_code"})

# Ids and times are long too, and are kept: without them nobody could follow anything.
_KEPT = re.compile(
    r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.\d]*"
    r"|0x[0-9a-f]{8,16})"
)
_SECRETS = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # an e-mail address
    r"|(?<!\d)\d{17}[\dxX](?!\d)"  # a document number
    r"|(?<!\d)1[3-9]\d{9}(?!\d)"  # a mobile number
    r"|(?<![\w-])(?=(?:[\w-]*?\d){3})(?=(?:[\w-]*?[A-Za-z]){3})[A-Za-z0-9]{3,6}"
    r"(?:-[A-Za-z0-9]{3,6}){1,7}(?![\w-])"  # a code in groups, whatever words stand around it
    r"|(?i:bearer|token|session|key)[ =:]+[\w.~+/-]{16,}"
)


def hide(text: str) -> str:
    """`text` without anything that looks like a card code, a document or a contact."""
    kept_between = _KEPT.split(text)  # other, kept, other, …
    return "".join(
        part if place % 2 else _without_codes(_SECRETS.sub(HIDDEN, part))
        for place, part in enumerate(kept_between)
    )


def _without_codes(text: str) -> str:
    for start, end in reversed(find_codes(text)):
        text = text[:start] + HIDDEN + text[end:]
    return text


def is_secret(key: str) -> bool:
    """True for `card_number`, `Authorization`, `new_password`; false for `status_code`."""
    name = key.lower()
    return name not in _EXPLAINED and not SECRET_KEYS.isdisjoint(_KEY_WORDS.findall(name))


def _clean(value: Any) -> Any:
    match value:
        case str():
            return hide(value)
        case Mapping():
            return {
                key: HIDDEN if is_secret(str(key)) else _clean(inner)
                for key, inner in value.items()
            }
        case list() | tuple() | set() | frozenset():
            return [_clean(inner) for inner in value]
        case None | bool() | int() | float():
            return value
    return hide(str(value))


# Written by ourselves from closed lists; hiding inside them would only blur the log.
_OURS = frozenset(
    {"timestamp", "level", "logger", "request_id", "network", "_record", "_from_structlog"}
)


def redact(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    for key, value in event.items():
        if key not in _OURS:
            event[key] = HIDDEN if is_secret(key) else _clean(value)
    return event


_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def formatter(*, json: bool) -> logging.Formatter:
    """Makes one line of an event: JSON for machines, or words for the person at the terminal."""
    last: Processor = (
        structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer(colors=False)
    )
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_SHARED,
        processors=[structlog.processors.format_exc_info, redact, remove, last],
    )


def configure(settings: Mapping[str, Any]) -> None:
    """Django calls this with `settings.LOGGING` (`level`, `json`)."""
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"line": {"()": formatter, "json": settings["json"]}},
            "handlers": {
                "out": {
                    "class": "logging.StreamHandler",
                    "stream": "ext://sys.stdout",
                    "formatter": "line",
                }
            },
            "root": {"handlers": ["out"], "level": settings["level"]},
            "loggers": {
                "celery": {"level": "WARNING"},  # a line for every empty sweep helps nobody
                "celery.worker.strategy": {"level": "ERROR"},
                "django.request": {"level": "ERROR"},  # refusals are told by "request" lines
            },
        }
    )
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
