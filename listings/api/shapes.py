"""Listings and people as the API shows them: the same for everybody, and stock for the seller."""

from typing import Any

from accounts.models import Level, User
from listings.models import Category, Listing, Revision
from listings.states import LIFE, ListingStep
from listings.words import CAUTIONS, mode_sentence
from marketplace.lib.states import Side, open_steps


def category(row: Category) -> dict[str, Any]:
    return {"slug": row.slug, "name": row.label, "needs_serial": False}


def seller(person: User) -> dict[str, Any]:
    facts = getattr(person, "seller_facts", None)
    return {
        "id": person.pk,
        "name": person.shown_name,
        "level": person.level,
        "level_label": Level(person.level).label,
        "member_since": person.date_joined,
        "completed_sales": facts.completed_sales if facts else 0,
        "state": person.state,
    }


def cautions(revision: Revision) -> list[dict[str, Any]]:
    return [
        {"code": code, "sentence": CAUTIONS[code]} for code in revision.cautions if code in CAUTIONS
    ]


def card(listing: Listing, *, own: bool = False) -> dict[str, Any]:
    """A row of a list; of what was taken down, strangers read that and no word of it."""
    now = listing.current
    shown = own or listing.is_shown
    return {
        "id": listing.pk,
        "kind": now.kind,
        "state": listing.state,
        "title": now.title if shown else "",
        "price": now.price,
        "face_value": now.face_value,
        "issuer": now.issuer,
        "issuer_name": now.issuer_name,
        "category": listing.category.slug,
        "verification_mode": now.verification_mode,
        "cautions": cautions(now),
        "seller": seller(listing.seller),
        "published_at": listing.published_at,
    }


def whole(listing: Listing, reader: Any) -> dict[str, Any]:
    """A listing as `reader` (who may be nobody) sees it."""
    now = listing.current
    own = listing.seller_id == reader.pk
    return {
        **card(listing, own=own),
        "description": now.description if own or listing.is_shown else "",
        "expiry": now.expiry_promise,
        "verification": mode_sentence(now.verification_mode, now.issuer_name),
        "can_be_ordered": listing.can_be_ordered,
        "sentence": listing.sentence,
        "revision": {"number": now.number, "sha256": now.sha256, "created_at": now.created_at},
        "stock": _stock(listing) if own else None,
        "allowed_steps": _steps(listing) if own else [],
        "version": listing.version,
    }


def _stock(listing: Listing) -> dict[str, int]:
    return {
        "quantity": listing.quantity,
        "free": listing.free,
        "reserved": listing.reserved,
        "used": listing.used,
    }


def _steps(listing: Listing) -> list[str]:
    steps = {ListingStep.PUBLISH, ListingStep.WITHDRAW, ListingStep.REOPEN}
    return [step for step in open_steps(LIFE, listing.state, Side.SELLER) if step in steps]


def revision(row: Revision) -> dict[str, Any]:
    return {
        "listing": row.listing_id,
        "number": row.number,
        "title": row.title,
        "description": row.description,
        "price": row.price,
        "kind": row.kind,
        "category": row.category.slug,
        "issuer": row.issuer,
        "face_value": row.face_value,
        "expiry": row.expiry_promise,
        "verification_mode": row.verification_mode,
        "cautions": cautions(row),
        "sha256": row.sha256,
        "created_at": row.created_at,
    }
