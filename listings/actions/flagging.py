"""Red flags met by a draft: refused with the words linked to their field, or held for a person."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from listings import redflags
from listings.facts import CardFacts
from listings.models import Decision, Listing
from listings.patterns import Weight
from listings.redflags import RedFlag
from listings.words import FLAGS
from marketplace.lib.errors import Refused

Met = tuple[str, RedFlag]  # the field, and the flag met there


def met(facts: CardFacts) -> list[Met]:
    """Every flag of the title, the description and the price."""
    own = urlsplit(settings.SITE_URL).hostname
    rules = facts.for_rules((own,) if own else ())
    return [
        *(("title", flag) for flag in redflags.screen(facts.title, rules)),
        *(("description", flag) for flag in redflags.screen(facts.description, rules)),
        *(("price", flag) for flag in redflags.screen_price(rules)),
    ]


def refuse_codes(facts: CardFacts) -> None:
    """A code must not even be kept in a draft: rows are never destroyed, and staff read them."""
    codes = [pair for pair in met(facts) if pair[1].code == "code_in_listing"]
    if codes:
        raise refusal(codes)


def refuse(flags: Iterable[Met]) -> None:
    """Raises `red_flag` for those that no person may let pass."""
    heavy = [pair for pair in flags if pair[1].weight == Weight.REFUSE]
    if heavy:
        raise refusal(heavy)


def refusal(flags: list[Met]) -> Refused:
    """`red_flag`, naming each flag, its field and its words; `errors` is for forms."""
    return Refused(
        "red_flag",
        _("This can't be published as it is."),
        flags=as_json(flags),
        errors=[
            {"pointer": f"/{name}", "code": flag.code, "detail": sentence(flag)}
            for name, flag in flags
        ],
    )


def sentence(flag: RedFlag) -> str:
    return f"{FLAGS[flag.code]} “{flag.text}”" if flag.text else str(FLAGS[flag.code])


def as_json(flags: Iterable[Met]) -> list[dict[str, Any]]:
    return [{"flag": flag.code, "field": name, "words": flag.text} for name, flag in flags]


def to_look_at(listing: Listing, flags: Iterable[Met]) -> list[Met]:
    """The flags that a person must see, without those a person has let pass for this listing."""
    passed = listing.holds.filter(decision=Decision.APPROVED).order_by("-decided_at").first()
    known = passed.flags if passed else []
    return [
        pair for pair in flags if pair[1].weight == Weight.HOLD and as_json([pair])[0] not in known
    ]
