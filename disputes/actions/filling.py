"""Filling chairs from the stream: every counter leaves one entry, judged in drawn order."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from django.db.models import F

from accounts.inbox.notify import notify_each
from disputes.actions.seats import duty_link
from disputes.draw import Drawn, stream
from disputes.exclusions import Batch, Setting
from disputes.models import Case, Draw, DrawEntry, JurorProfile, Outcome, RosterSeat, Seat
from disputes.models.jury import ON_A_CHAIR
from marketplace.lib import crypto

BATCH = 48
COUNTED_AT_ONCE = 200
RING, SEED = "court", "draw"
MINUTES = 20  # what an invitation says a case takes


def pool_is_large_enough(case: Case, *, at: datetime) -> bool:
    """Whether at least 100 people could be drawn; small rosters are counted, until there are."""
    roster, rules = case.draw.roster, case.frozen_rules
    if roster is None or not case.draw.seed or roster.size < rules.min_pool:
        return False
    if roster.size > rules.count_exactly_up_to:
        return True
    setting, able = Setting.of(case, at=at), 0
    for first in range(0, roster.size, COUNTED_AT_ONCE):
        members = RosterSeat.objects.filter(
            version=roster.version, number__gte=first, number__lt=first + COUNTED_AT_ONCE
        )
        people = list(members.values_list("juror", flat=True))
        known = Batch(setting, people, ())
        able += sum(known.excludes(person, ()) is None for person in people)
        if able >= rules.min_pool:
            return True
    return False


def seat_all(case: Case, chairs: Iterable[int], *, at: datetime) -> bool:
    """Fills all of these chairs, or seats nobody; the counters that were used stay written."""
    filling = _Filling.of(case, chairs, at=at)
    filling.run()
    filling.write_entries()
    if filling.free:
        return False
    filling.write_seats()
    return True


def seat_each(case: Case, chairs: Iterable[int], *, at: datetime) -> list[Seat]:
    """Fills what can be filled of chairs that became vacant; the rest of the panel goes on."""
    filling = _Filling.of(case, chairs, at=at)
    filling.run()
    filling.write_entries()
    return filling.write_seats()


@dataclass
class _Filling:
    case: Case
    draw: Draw
    setting: Setting
    seed: bytes
    free: list[int]
    met: set[int]
    chairs: set[UUID]  # who sits on a live chair
    entries: list[DrawEntry] = field(default_factory=list)
    seats: list[Seat] = field(default_factory=list)

    @classmethod
    def of(cls, case: Case, chairs: Iterable[int], *, at: datetime) -> "_Filling":
        draw = case.draw
        seats = case.seats.filter(round=case.round, state__in=ON_A_CHAIR)
        return cls(
            case=case,
            draw=draw,
            setting=Setting.of(case, at=at),
            seed=crypto.open_(RING, kind=SEED, id=case.pk, sealed=bytes(draw.seed or b"")),
            free=sorted(chairs),
            met=_met_before(draw),
            chairs=set(seats.values_list("juror", flat=True)),
        )

    def run(self) -> None:
        """Takes 48 counters at a time until no chair is free, or nobody new can come."""
        last = self.draw.next_counter + self.setting.rules.max_counters
        while self.free and self.draw.next_counter < last and len(self.met) < self._size:
            start = self.draw.next_counter
            count = min(BATCH, last - start)
            self._take(list(islice(stream(self.seed, self._size, start), count)))

    @property
    def _size(self) -> int:
        return self.draw.roster.size if self.draw.roster else 0

    def _take(self, drawn: Sequence[Drawn]) -> None:
        people = self._people(drawn)
        _lock_profiles(people.values())
        batch = Batch(self.setting, list(people.values()), self.chairs)
        for each in drawn:
            if not self.free:
                break
            self._judge(each, people, batch)
            self.draw.next_counter += 1

    def _people(self, drawn: Sequence[Drawn]) -> dict[int, UUID]:
        numbers = [each.number for each in drawn if each.number is not None]
        fresh = [number for number in numbers if number not in self.met]
        rows = RosterSeat.objects.filter(
            version=self.draw.roster.version if self.draw.roster else 0, number__in=fresh
        )
        return dict(rows.values_list("number", "juror"))

    def _judge(self, drawn: Drawn, people: dict[int, UUID], batch: Batch) -> None:
        entry = DrawEntry(
            draw=self.draw,
            round=self.case.round,
            counter=drawn.counter,
            number=drawn.number,
            at=self.setting.at,
        )
        self.entries.append(entry)
        if drawn.number is None:
            entry.outcome = Outcome.REJECT
        elif drawn.number in self.met:
            entry.outcome = Outcome.DUP
        else:
            self.met.add(drawn.number)
            self._meet(entry, people[drawn.number], batch)

    def _meet(self, entry: DrawEntry, person: UUID, batch: Batch) -> None:
        exclusion = batch.excludes(person, self.chairs)
        if exclusion is None:
            self._seat(entry, person)
            return
        entry.outcome, entry.code = Outcome.EXCLUDED, exclusion.code
        entry.ground = exclusion.ground
        entry.ground_salt, entry.ground_hash = exclusion.sealed()

    def _seat(self, entry: DrawEntry, person: UUID) -> None:
        entry.outcome, entry.chair = Outcome.SEATED, self.free.pop(0)
        self.chairs.add(person)
        at, rules = self.setting.at, self.setting.rules
        due_at = at + timedelta(hours=rules.seat_ttl_hours)
        self.seats.append(
            Seat(
                case=self.case,
                round=self.case.round,
                chair=entry.chair,
                juror_id=person,
                entry=entry,
                buyer_left=bool(secrets.randbelow(2)),
                invited_at=at,
                due_at=min(due_at, self.case.ballot_due_at or due_at),
            )
        )

    def write_entries(self) -> None:
        DrawEntry.objects.bulk_create(self.entries)
        self.draw.save(update_fields=["next_counter"])

    def write_seats(self) -> list[Seat]:
        """Invites whoever was seated; the invitation names no party."""
        if not self.seats:
            return []
        Seat.objects.bulk_create(self.seats)
        jurors = [seat.juror_id for seat in self.seats]
        JurorProfile.objects.filter(pk__in=jurors).update(invited=F("invited") + 1)
        made = Seat.objects.filter(pk__in=[seat.pk for seat in self.seats])
        notify_each(
            [
                (seat.juror, {"due_at": seat.due_at, "minutes": MINUTES})
                for seat in made.select_related("juror")
            ],
            "seat_offered",
            key=f"case:{self.case.pk}",
            link=duty_link(),
            at=self.setting.at,
        )
        return self.seats


def _met_before(draw: Draw) -> set[int]:
    numbers = draw.entries.values_list("number", flat=True)
    return {number for number in numbers if number is not None}


def _lock_profiles(people: Iterable[UUID]) -> None:
    """In one order, so that two draws which meet the same people wait instead of dying; what is
    counted after this (CAP) stays true until the end of the transaction."""
    rows = JurorProfile.objects.filter(pk__in=list(people)).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk", flat=True))
