"""People as the API shows them to themselves, read from rows; no effects."""

from typing import Any

from allauth.mfa.models import Authenticator

from accounts.actions.tokens import SCOPES
from accounts.identity import phones
from accounts.identity.actions.verification import masked
from accounts.inbox.actions import muted
from accounts.inbox.notify import unread_count
from accounts.models import Level, Token, User
from accounts.policies import LIMITS
from accounts.standing import history
from marketplace.lib import clock


def me(person: User) -> dict[str, Any]:
    """Everything that a person sees of his own account."""
    return {
        "id": person.pk,
        "email": person.email,
        "name": person.shown_name,
        "language": person.language,
        "zone": person.zone,
        "level": person.level,
        "level_label": Level(person.level).label,
        "state": person.state,
        "phone": phones.masked(person.phone or ""),
        "has_second_factor": Authenticator.objects.filter(
            user=person, type=Authenticator.Type.TOTP
        ).exists(),
        "mutes": muted(person),
        "unread_notices": unread_count(person),
        "limits": LIMITS[person.level],
        "member_since": person.date_joined,
        "version": person.version,
    }


def token(row: Token) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": row.name,
        "scopes": [scope for scope in row.scopes if scope in SCOPES],
        "created_at": row.created_at,
        "expires_at": row.expires_at,
        "last_used_at": row.last_used_at,
    }


def verification(person: User) -> dict[str, Any]:
    """Masked; reading the sealed record leaves a row."""
    found = masked(person.pk, by=person) if person.level >= Level.REAL_NAME else None
    return {
        "level": person.level,
        "level_label": Level(person.level).label,
        "phone": phones.masked(person.phone or ""),
        "name": found.name if found else None,
        "number": found.number if found else None,
        "checked_at": found.checked_at if found else None,
    }


def standing(person: User) -> dict[str, Any]:
    """The score with every event behind it, the newest first."""
    own = history.standing(person, now=clock.now())
    return {
        "score": own.score,
        "word": own.word,
        "events": [
            {
                "id": line.event.pk,
                "kind": line.event.kind,
                "label": line.reason,
                "points": line.event.points,
                "counts_now": line.counts_now,
                "counts_until": line.until,
                "taken_back": line.is_taken_back,
                "source": line.event.source,
                "at": line.event.at,
                "note": line.event.note,
            }
            for line in own.lines
        ],
    }
