"""Every kind of notice and its words: one table that inbox, mail and API read.

`{title}`, `{amount}`, `{time}` and the like are facts; the words are made in the reader's language
when they are read. Where a kind says different things, the fact `side` chooses, or else `step`, and
`paid` or `unpaid` after it by whether an `amount` is among the facts.
"""

import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils import translation
from django.utils.functional import Promise

from accounts.inbox import court_texts
from accounts.inbox.texts import TEXTS, Text
from marketplace.lib.money import yuan
from marketplace.lib.when import when


class Class(StrEnum):
    """What a notice is about; only social ones can be muted, and none of those exist yet."""

    MONEY = "money"
    DUTY = "duty"
    SAFETY = "safety"
    CASE = "case"
    JURY = "jury"


@dataclass(frozen=True)
class Kind:
    name: str
    about: Class
    texts: Mapping[str, Text]
    channels: frozenset[str] = frozenset({"inbox", "mail"})
    # The time of a mail must not tell which reviewer a draw has just reached.
    jitter_minutes: int = 0


@dataclass(frozen=True)
class Words:
    """One notice in the reader's language."""

    title: str
    sentence: str
    link_label: str
    about: str


_CLASSES = {
    Class.MONEY: (
        "paid refunded released payout_sent payout_failed deposit_used recovered debt"
        " money_returned"
    ),
    Class.DUTY: (
        "order_placed deliver_now deliver_reminder code_ready reveal_reminder inspect_reminder"
        " order_cancelled order_resumed code_rejected report_open report_answered"
        " listing_published_after_review listing_sent_back counterparty_closing"
    ),
    Class.SAFETY: (
        "new_device password_changed factor_changed payout_account_changed closing_progress"
    ),
}

KINDS: dict[str, Kind] = {
    name: Kind(name, about, TEXTS[name])
    for about, names in _CLASSES.items()
    for name in names.split()
}
KINDS |= {name: Kind(name, Class.CASE, texts) for name, texts in court_texts.CASE.items()}
KINDS |= {
    name: Kind(name, Class.JURY, texts, jitter_minutes=10)
    for name, texts in court_texts.JURY.items()
}

# Whole numbers among the facts that are money, in fen.
_MONEY = frozenset({"amount", "fee", "net", "debt", "held"})


def text_of(kind: Kind, facts: Mapping[str, Any]) -> Text:
    """The words for this reader: side and paid, then side, then step, then the only words."""
    side, step = str(facts.get("side") or ""), str(facts.get("step") or "")
    money = "paid" if facts.get("amount") else "unpaid"
    for name in (f"{side} {money}", side, step, ""):
        if name in kind.texts:
            return kind.texts[name]
    raise ValueError(f"{kind.name} has no words for {side or step!r}")


def lacking(kind: Kind, facts: Mapping[str, Any]) -> set[str]:
    """The facts that the words need and that are not there."""
    text = text_of(kind, facts)
    needed = {*_fields(text.title), *_fields(text.sentence)}
    return {"due_at" if name == "time" else name for name in needed} - facts.keys()


def words(kind: str, facts: Mapping[str, Any]) -> Words:
    """The notice in the language that is active now."""
    text = text_of(KINDS[kind], facts)
    readable = _readable(facts, translation.get_language() or "en")
    title = str(text.title).format_map(readable)
    subject = readable.get("title", "")
    return Words(
        title=title,
        sentence=str(text.sentence).format_map(readable),
        link_label=str(text.link),
        about="" if subject in title else subject,
    )


def _readable(facts: Mapping[str, Any], language: str) -> dict[str, str]:
    readable = {name: _one(name, value, language) for name, value in facts.items()}
    if "due_at" in readable:
        readable["time"] = readable["due_at"]
    return readable


def _one(name: str, value: Any, language: str) -> str:
    if name in _MONEY:
        return yuan(value)
    if name.endswith("_at"):
        at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        return when(at, language)
    return str(value)


def _fields(text: str | Promise) -> Iterator[str]:
    with translation.override("en"):
        pattern = str(text)
    return (name for _, name, _, _ in string.Formatter().parse(pattern) if name)
