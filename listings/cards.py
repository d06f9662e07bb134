"""The cards of a list, rendered once per listing, version and language; nothing of the viewer."""

import contextlib
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from listings.models import Listing, Revision

KEPT_FOR = 600  # seconds


def cards(listings: Sequence[Listing]) -> list[SafeString]:
    """Each listing's card, in order; one query for those not yet rendered, none without any."""
    language = get_language()
    keys = {each.pk: f"card:{each.pk}:{each.version}:{language}" for each in listings}
    rendered: dict[str, str] = {}
    with contextlib.suppress(RedisError, OSError):  # a cache that is away costs time, no page
        rendered = cache.get_many(keys.values())
    missing = [each for each in listings if keys[each.pk] not in rendered]
    fresh = _render(missing, keys)
    if fresh:
        with contextlib.suppress(RedisError, OSError):
            cache.set_many(fresh, KEPT_FOR)
    rendered |= fresh
    return [mark_safe(rendered[keys[each.pk]]) for each in listings]  # noqa: S308 - our template's


def _render(listings: Sequence[Listing], keys: Mapping[UUID, str]) -> dict[str, str]:
    if not listings:
        return {}
    shown = Revision.objects.in_bulk([each.current_id for each in listings])
    return {keys[each.pk]: _card(each, shown[each.current_id]) for each in listings}


def _card(listing: Listing, shown: Revision) -> str:
    facts = {
        "url": listing.get_absolute_url(),
        "title": shown.title,
        "price": shown.price,
        "issuer": shown.issuer_name,
        "face_value": shown.face_value,
        "state": listing.state.lower(),
        "caution": _("Far below face value") if "price_too_low" in shown.cautions else "",
    }
    return render_to_string("components/listing_card.html", facts)
