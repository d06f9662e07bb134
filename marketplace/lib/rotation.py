"""Changing keys under a running site: which rows name which key, and wrapping them anew."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from django.apps import apps
from django.db import connection, transaction
from django.db.models import BinaryField, F, Func, Model, QuerySet, Value

from marketplace.lib import crypto, rings
from marketplace.lib.rings import KeyTrouble
from marketplace.lib.sealed import SealedField

BATCH = 500


class Holder(Protocol):
    """A place where envelopes lie. Columns of `SealedField` are found by themselves."""

    @property
    def table(self) -> str:
        """The database's name of the table."""

    def count(self, key_id: str) -> int:
        """How many envelopes name the key."""

    def rewrap(self) -> int:
        """Wraps what is not under the newest key anew; how many that were."""


_registered: list[tuple[str, Holder]] = []


def register(ring: str, holder: Holder) -> None:
    """For envelopes that lie elsewhere, as in another project's table; called once, at start."""
    _registered.append((ring, holder))


def holders(ring: str) -> Iterator[Holder]:
    """Every place of the project where envelopes under the ring lie."""
    for model in apps.get_models():
        for field in model._meta.get_fields():  # noqa: SLF001 - Django's documented way in
            if isinstance(field, SealedField) and field.ring == ring:
                yield Column(ring, model, field.name)
    yield from (holder for name, holder in _registered if name == ring)


def count(ring: str, key_id: str) -> int:
    """How many envelopes name the key."""
    return sum(holder.count(key_id) for holder in holders(ring))


def rewrap(ring: str) -> int:
    """Wraps every data key that is not under the newest key anew; how many that were.

    Each batch is one short transaction, so it can be stopped and started again at any time; rows
    that somebody holds at this moment are left for the next run.

    Raises:
        crypto.Tampered: at an envelope that no key of the ring opens.
    """
    return sum(holder.rewrap() for holder in holders(ring))


def retire(ring: str, key_id: str) -> None:
    """Takes the key out of the ring, once no row names it.

    Raises:
        KeyTrouble: rows still name it; it is the newest; the ring is add-only.
        KeyUnknown: the ring has no such key.
    """
    with transaction.atomic():
        _wait_for_writers({holder.table for holder in holders(ring)})
        if left := count(ring, key_id):
            raise KeyTrouble(f"{left} rows still name the key {key_id}: rewrap them first")
        rings.remove_key(ring, key_id)


def _wait_for_writers(tables: set[str]) -> None:
    """A row sealed under the old key but not committed yet would not be counted."""
    with connection.cursor() as cursor:
        for table in sorted(tables):
            name = connection.ops.quote_name(table)
            cursor.execute(f"LOCK TABLE {name} IN SHARE ROW EXCLUSIVE MODE")


@dataclass(frozen=True)
class Column:
    """One column of envelopes."""

    ring: str
    model: type[Model]
    name: str

    @property
    def table(self) -> str:
        return self.model._meta.db_table  # noqa: SLF001

    def count(self, key_id: str) -> int:
        return self._by_head(key_id).filter(head=crypto.prefix(key_id)).count()

    def rewrap(self) -> int:
        done, last = 0, None
        while batch := self._next_batch(last):
            done, last = done + len(batch), batch[-1].pk
        return done

    @transaction.atomic
    def _next_batch(self, last: object) -> list[Model]:
        newest = rings.ring(self.ring).newest.id
        rows = self._by_head(newest).exclude(head=crypto.prefix(newest)).order_by("pk")
        rows = rows.select_for_update(skip_locked=True, no_key=True, of=("self",))
        batch = list((rows.filter(pk__gt=last) if last else rows)[:BATCH])
        for row in batch:
            fresh = crypto.rewrap(self.ring, sealed=getattr(row, self.name))
            self._rows().filter(pk=row.pk).update(**{self.name: fresh})
        return batch

    def _rows(self) -> QuerySet[Model]:
        """All of them, also what the model's own manager hides."""
        rows: QuerySet[Model] = self.model._base_manager.all()  # noqa: SLF001
        return rows

    def _by_head(self, key_id: str) -> QuerySet[Model]:
        """The rows that hold an envelope (what was destroyed is empty), with how it begins."""
        start, length = Value(1), Value(len(crypto.prefix(key_id)))
        head = Func(F(self.name), start, length, function="substring", output_field=BinaryField())
        rows: QuerySet[Model] = self._rows().exclude(**{self.name: b""}).annotate(head=head)
        return rows
