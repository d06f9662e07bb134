"""The published draw in the reader's language, checked while it is shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from disputes import checking
from disputes.models import Outcome
from disputes.words import exclusion

Facts = list[tuple[str, str]]


@dataclass(frozen=True)
class EntryRow:
    counter: int
    number: int | None
    words: str
    chair: int | None


@dataclass(frozen=True)
class DrawPage:
    document: dict[str, Any]
    result: checking.Result

    @property
    def is_published(self) -> bool:
        return bool(self.document["published"])

    @property
    def sentence(self) -> str:
        if self.is_published:
            return _("The case has ended: seed, numbers and ballots are public.")
        return _(
            "Until the case ends only the commitment and the roster are public. After it, "
            "everything is, except who stands behind a number."
        )

    @property
    def outcome(self) -> str:
        return self.result.line

    @property
    def checks(self) -> Facts:
        if not self.is_published:
            return []
        names = {
            "V1": _("the seed is the one committed to"),
            "V2": _("both sides’ words are in it"),
            "V3": _("the exhibits are the sealed ones"),
            "V4": _("the seed follows from all of this"),
            "V5": _("every number follows from the seed, none is missing"),
            "V6": _("the roster is older than the case, and holds who was seated"),
            "V7": _("17 chairs, each filled again only after it was left"),
            "V8": _("every ballot matches its receipt, and the tally is their count"),
        }
        return [(name, names[name]) for name in self.result.passed]

    @property
    def facts(self) -> Facts:
        found = [(_("Commitment to the seed"), self.document["commitment"])]
        if roster := self.document["roster"]:
            size = _("version {version}, {size} reviewers").format(**roster)
            found += [(_("Roster"), size), (_("Root of the roster"), roster["root"])]
        if evidence := self.document["evidence"]:
            found.append((_("Root of the evidence"), evidence["root"]))
        if self.is_published:
            beacon = self.document["beacon"]
            found += [
                (_("Public random number"), beacon["source"] or "none"),
                (_("Server seed"), self.document["server_seed"]),
                (_("Seed"), self.document["seed"]),
            ]
        return found

    @property
    def counts(self) -> Facts:
        return [(_outcome(name), str(n)) for name, n in (self.document["outcomes"] or {}).items()]

    @property
    def entries(self) -> Sequence[EntryRow]:
        return [_row(entry) for entry in self.document["entries"] or []]


def _outcome(name: str) -> str:
    """What is counted: an outcome, or the reason of an exclusion."""
    return str(Outcome(name).label) if name in Outcome else exclusion(name)


def _row(entry: dict[str, Any]) -> EntryRow:
    words = str(Outcome(entry["outcome"]).label)
    if entry["code"]:
        words = f"{words}: {exclusion(entry['code'])}"
    return EntryRow(entry["counter"], entry["number"], words, entry["chair"])


def draw_page(document: dict[str, Any]) -> DrawPage:
    return DrawPage(document, checking.check(document))
