"""Why a drawn person can't judge this case: one query a class over a batch, first match counts.

Chats, reviews and sanctions do not exist yet; the classes CONTACT and SANCTION come with them.
"""

import hashlib
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from accounts.identity.models import Mark
from accounts.models import Level, User
from disputes import eligibility
from disputes.chain import canonical
from disputes.links import linked_to, marks_of
from disputes.models import Case, JurorProfile, Seat
from disputes.rules import Rules
from listings.models import Listing
from listings.states import ListingState
from orders.models import Order

SAT_FOR = timedelta(days=365)
RIVAL_FOR = timedelta(days=30)

# The rows that exclude, by their names and ids; read by auditors only.
Ground = dict[str, Any]
Grounds = Mapping[UUID, Ground]


@dataclass(frozen=True)
class Setting:
    """The case for which people are judged, at one moment; of later trades none counts."""

    case: UUID
    parties: tuple[UUID, UUID]
    category: int
    rules: Rules
    at: datetime
    trades_until: datetime | None = None

    @classmethod
    def of(cls, case: Case, *, at: datetime) -> "Setting":
        category = case.order.revision.category_id
        parties = (case.buyer_id, case.seller_id)
        return cls(case.pk, parties, category, case.frozen_rules, at)


@dataclass(frozen=True)
class Exclusion:
    """One entry's reason: its code is public, its ground only as a salted hash."""

    code: str
    ground: Ground

    def sealed(self) -> tuple[bytes, bytes]:
        """Salt and hash: SHA-256(32 bytes of salt ‖ canonical JSON of the ground)."""
        salt = secrets.token_bytes(32)
        return salt, ground_hash(salt, self.ground)


def ground_hash(salt: bytes, ground: Ground) -> bytes:
    return hashlib.sha256(salt + canonical(ground)).digest()


# --- One query a class ----------------------------------------------------------------------------
def _party(setting: Setting, people: Sequence[UUID]) -> Grounds:
    """A party itself, or its identity under another account."""
    marks = Mark.objects.filter(person__in=setting.parties).values_list("value", flat=True)
    same = JurorProfile.objects.filter(pk__in=people, identity_hash__in=list(map(bytes, marks)))
    hidden = set(same.values_list("pk", flat=True))
    return {
        person: {"identity": str(person)}
        for person in people
        if person in setting.parties or person in hidden
    }


def _linked(setting: Setting, people: Sequence[UUID]) -> Grounds:
    marks = marks_of([*people, *setting.parties])
    found = {person: linked_to(person, setting.parties, marks) for person in people}
    return {person: _ids("linked", others) for person, others in found.items() if others}


def _traded(setting: Setting, people: Sequence[UUID]) -> Grounds:
    """Any order between the two, paid or not, ever."""
    parties = list(setting.parties)
    met = Q(buyer__in=people, seller__in=parties) | Q(seller__in=people, buyer__in=parties)
    found: dict[UUID, list[UUID]] = {}
    if setting.trades_until is not None:
        met &= Q(placed_at__lte=setting.trades_until)
    for pk, buyer, seller in Order.objects.filter(met).values_list("pk", "buyer", "seller"):
        for person in {buyer, seller} - set(parties):
            found.setdefault(person, []).append(pk)
    return {person: _ids("orders", orders) for person, orders in found.items()}


def _sat(setting: Setting, people: Sequence[UUID]) -> Grounds:
    """Seats in this case, and opened ones of the last year in a case of either party."""
    parties = list(setting.parties)
    of_a_party = Q(case__buyer__in=parties) | Q(case__seller__in=parties)
    lately = Q(opened_at__gt=setting.at - SAT_FOR) & of_a_party
    seats = Seat.objects.filter(Q(case=setting.case) | lately, juror__in=people)
    found: dict[UUID, Ground] = {}
    for pk, person, case in seats.values_list("pk", "juror", "case"):
        ground = found.setdefault(person, {})
        ground.setdefault("here" if case == setting.case else "elsewhere", []).append(str(pk))
    return found


def _rival(setting: Setting, people: Sequence[UUID]) -> Grounds:
    """Merchants who offer, or offered within 30 days, what the case is about."""
    lately = Q(published_at__gt=setting.at - RIVAL_FOR) | Q(state=ListingState.ON_SALE)
    offers = Listing.objects.filter(lately, seller__in=people, category=setting.category)
    merchants = offers.filter(seller__level__gte=Level.MERCHANT)
    return _gathered("listings", merchants.values_list("seller", "pk"))


def _open_case(_setting: Setting, people: Sequence[UUID]) -> Grounds:
    rows = Case.objects.live().filter(Q(buyer__in=people) | Q(seller__in=people))
    pairs = [
        (person, pk)
        for pk, *both in rows.values_list("pk", "buyer", "seller")
        for person in both
        if person in set(people)
    ]
    return _gathered("cases", pairs)


def _cap(setting: Setting, people: Sequence[UUID]) -> Grounds:
    since = setting.at - timedelta(hours=setting.rules.juror_cap_hours)
    seats = Seat.objects.filter(juror__in=people, invited_at__gt=since)
    found = _gathered("seats", seats.values_list("juror", "pk"))
    most = setting.rules.juror_cap
    return {person: ground for person, ground in found.items() if len(ground["seats"]) >= most}


def _ids(name: str, rows: Collection[UUID]) -> Ground:
    return {name: sorted(map(str, rows))}


def _gathered(name: str, pairs: Any) -> dict[UUID, Ground]:
    found: dict[UUID, list[UUID]] = {}
    for person, pk in pairs:
        found.setdefault(person, []).append(pk)
    return {person: _ids(name, rows) for person, rows in found.items()}


# --- Judging in drawn order -----------------------------------------------------------------------
Finder = Callable[[Setting, Sequence[UUID]], Grounds]


class Batch:
    """What is known of one batch of candidates; its people are asked about in drawn order."""

    def __init__(self, setting: Setting, people: Sequence[UUID], chairs: Collection[UUID]) -> None:
        """`chairs`: who holds a live chair of the case already (for CLUSTER)."""
        self._lacking = eligibility.lacking_of(people, at=setting.at)
        self._marks = marks_of([*people, *chairs, *setting.parties])
        self._parties = setting.parties
        self._found: Mapping[str, Grounds] = {
            "PARTY": _party(setting, people),
            "TRADED": _traded(setting, people),
            "SAT": _sat(setting, people),
            "RIVAL": _rival(setting, people),
            "OPEN_CASE": _open_case(setting, people),
            "CAP": _cap(setting, people),
        }

    def excludes(self, person: UUID, chairs: Collection[UUID]) -> Exclusion | None:
        """The first class, in the order of the rules, that keeps a person off these chairs."""
        for code, ground in (
            ("STALE", self._unmet(person, "STALE")),
            ("PARTY", self._row("PARTY", person)),
            ("STAFF", self._unmet(person, "STAFF")),
            ("LINKED", self._links(person, self._parties)),
            ("TRADED", self._row("TRADED", person)),
            ("SAT_PARTY", self._sat(person, "elsewhere")),
            ("SAT_CASE", self._sat(person, "here")),
            ("RIVAL", self._row("RIVAL", person)),
            ("OPEN_CASE", self._row("OPEN_CASE", person)),
            ("CAP", self._row("CAP", person)),
            ("CLUSTER", self._links(person, chairs)),
        ):
            if ground is not None:
                return Exclusion(code, ground)
        return None

    def _row(self, code: str, person: UUID) -> Ground | None:
        return self._found[code].get(person)

    def _unmet(self, person: UUID, code: str) -> Ground | None:
        lacking = self._lacking.get(person, frozenset({"level"}))
        names = sorted(lacking & _BY_CODE[code])
        return {"unmet": names} if names else None

    def _links(self, person: UUID, others: Collection[UUID]) -> Ground | None:
        linked = linked_to(person, others, self._marks)
        return _ids("linked", linked) if linked else None

    def _sat(self, person: UUID, where: str) -> Ground | None:
        ground = self._row("SAT", person)
        return {"seats": ground[where]} if ground and where in ground else None


_BY_CODE: Mapping[str, frozenset[str]] = {
    code: frozenset(row.code for row in eligibility.CONDITIONS if row.in_draw == code)
    for code in ("STALE", "STAFF", "OPEN_CASE")
}


def conflict(case: Case, person: User) -> str:
    """The code of what ties somebody to a party of the case, or ""."""
    return conflicts(case, [person.pk]).get(person.pk, "")


def conflicts(
    case: Case, people: Sequence[UUID], *, trades_until: datetime | None = None
) -> dict[UUID, str]:
    """By person the code of what ties him to a party: for staff, and for jurors after the fact.

    One's own seat in this very case is no conflict; whoever asks looks at that by himself. A trade
    after a vote ties nobody to it: or the loser could undo a verdict by an order.
    """
    setting = replace(Setting.of(case, at=case.filed_at), trades_until=trades_until)
    finders: Sequence[tuple[str, Finder]] = (
        ("PARTY", _party),
        ("LINKED", _linked),
        ("TRADED", _traded),
        ("SAT_PARTY", _sat_for_a_party),
    )
    found: dict[UUID, str] = {}
    for code, finder in finders:
        found = dict.fromkeys(finder(setting, people), code) | found
    return found


def _sat_for_a_party(setting: Setting, people: Sequence[UUID]) -> Grounds:
    found = _sat(setting, people)
    return {person: ground for person, ground in found.items() if "elsewhere" in ground}
