"""The one place where a listing's words, price and copies of them are written."""

from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db.models import Func, TextField, Value

from accounts.models import User
from listings import redflags
from listings.canonical import digest, text_digest
from listings.facts import CardFacts
from listings.issuers import name_of
from listings.models import Category, Kind, Listing, Revision, Text
from listings.tokens import tokens


def draw_up(
    listing: Listing, facts: CardFacts, category: Category, *, number: int, by: User, at: datetime
) -> Revision:
    """The revision that says `facts`, with its hash; not saved."""
    revision = Revision(
        listing=listing,
        number=number,
        title=facts.title.strip(),
        text=Text(text_digest(facts.description), facts.description),
        price=facts.price,
        kind=Kind.CARD,
        category=category,
        attributes=facts.attributes,
        issuer=facts.issuer,
        face_value=facts.face_value,
        expiry_promise=facts.expiry,
        verification_mode=facts.mode,
        cautions=redflags.cautions(facts.for_rules()),
        created_at=at,
        by=by,
    )
    revision.sha256 = digest(revision.facts())
    return revision


def says_the_same(one: Revision, other: Revision) -> bool:
    ignored = {"number"}
    first, second = one.facts(), other.facts()
    return all(first[name] == second[name] for name in first.keys() - ignored)


def show(listing: Listing, revision: Revision) -> None:
    """Makes `revision` the current one; the caller saves the listing (after `keep`, or before)."""
    listing.current = revision
    listing.category = revision.category
    listing.price = revision.price
    listing.issuer = revision.issuer
    listing.verification_mode = revision.verification_mode
    listing.search = _vector(revision)


def keep(revision: Revision) -> None:
    """Writes the revision; its text only when nobody has said the same before."""
    Text.objects.bulk_create([revision.text], ignore_conflicts=True)
    revision.save(force_insert=True)


def _vector(revision: Revision) -> Any:
    """The words of the revision; tokens are ours, so PostgreSQL's parser is never asked."""
    words = tokens(
        " ".join(
            (
                revision.title,
                revision.description,
                name_of(revision.issuer),
                revision.category.name,
                revision.category.name_zh,
            )
        )
    )
    array = Value(sorted(words), output_field=ArrayField(TextField()))
    return Func(array, function="array_to_tsvector", output_field=SearchVectorField())


def difference(seen: Revision | None, now: Revision) -> dict[str, dict[str, Any]]:
    """What a buyer would get other than what was on the page: `{field: {"was": …, "now": …}}`."""
    names = ("title", "description", "price", "kind", "verification_mode", "issuer", "face_value")
    return {
        name: {"was": getattr(seen, name, None), "now": getattr(now, name)}
        for name in (*names, "expiry_promise")
        if getattr(seen, name, None) != getattr(now, name)
    }
