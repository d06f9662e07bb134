"""The case page as one side sees it: read from rows, decided by pure rules, no effects."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils.translation import gettext as _

from accounts.models import User
from disputes import reading, words
from disputes.models import (
    Case,
    CaseEvent,
    EvidenceRequest,
    RequestPair,
    SettlementOffer,
    Winner,
)
from disputes.page_words import CaseWords
from disputes.recorded import Section, complete_words, sections
from disputes.states import CaseStep
from marketplace.lib.money import yuan


@dataclass(frozen=True)
class Entry:
    """One line of the timeline, as components/timeline.html takes it."""

    at: datetime
    actor: str
    sentence: str
    facts: str = ""
    due: bool = False
    mark: str = ""


@dataclass(frozen=True)
class Column:
    """One side's exhibits, in the order in which they came."""

    party: str
    title: str
    exhibits: Sequence[reading.Shown]
    silent: str


@dataclass(frozen=True)
class Asked:
    """What staff asked of both, and how far each side is."""

    pair: RequestPair
    buyer: str
    seller: str


@dataclass(frozen=True)
class CasePage(CaseWords):
    """The page's columns and lists; its sentences and permissions are those of `CaseWords`."""

    # --- Both sides ---
    @property
    def columns(self) -> list[Column]:
        """The reader's own side first; both under the same heads, with the same words."""
        order = (self.side, self.side.other)
        return [self._column(each) for each in order]

    @property
    def has_pictures(self) -> bool:
        return any(row.image_url for row in self.exhibits)

    def _column(self, party: Winner) -> Column:
        shown = [row for row in self.exhibits if row.party == party]
        title = _("Buyer") if party == Winner.BUYER else _("Seller")
        own = _("{title} (you)").format(title=title) if party == self.side else title
        silent = ""
        if not shown:
            silent = self._empty_words if party == self.side and self.may_show else _silent()
        return Column(party, own, shown, silent)

    @property
    def _empty_words(self) -> str:
        return _(
            "You have not shown anything yet. Both sides have until {time}; nothing can be added "
            "after that."
        ).format(time=words.moment(self.case.evidence_due_at))

    @property
    def platform(self) -> reading.Shown | None:
        """The newest of what Fairhand itself recorded."""
        own = [row for row in self.exhibits if row.record and "listing" in row.record]
        return own[-1] if own else None

    @property
    def recorded(self) -> Sequence[Section]:
        return sections(self.platform.record) if self.platform else []

    @property
    def record_words(self) -> str:
        """One side's record is complete and the other's is not: it is asked to explain [Rao]."""
        return complete_words(self.platform.record) if self.platform else ""

    @property
    def third_party(self) -> list[reading.Shown]:
        return [row for row in self.exhibits if row.party == "third_party"]

    @property
    def own_open_requests(self) -> list[RequestPair]:
        return [
            pair
            for pair in self.pairs
            if any(each.party == self.side and each.is_open for each in pair.requests.all())
        ]

    @property
    def asked_of_both(self) -> list[Asked]:
        return [asked(pair) for pair in self.pairs]

    @property
    def their_offer(self) -> SettlementOffer | None:
        return self._offer_of(self.side.other)

    @property
    def own_offer(self) -> SettlementOffer | None:
        return self._offer_of(self.side)

    def _offer_of(self, side: Winner) -> SettlementOffer | None:
        is_open = SettlementOffer.State.OPEN
        return next((o for o in self.offers if o.side == side and o.state == is_open), None)

    # --- Draw ---
    @property
    def draw_facts(self) -> list[tuple[str, str]]:
        draw = self.case.draw
        roster = draw.roster
        facts = [(_("Commitment to the seed"), bytes(draw.commitment).hex())]
        if roster is not None:
            size = _("version {version}, {size} reviewers").format(
                version=roster.version, size=roster.size
            )
            facts += [(_("Roster"), size), (_("Root of the roster"), bytes(roster.root).hex())]
        if self.case.evidence_root is not None:
            root = bytes(self.case.evidence_root).hex()
            facts.append((_("Root of the evidence"), root))
        return facts

    @property
    def own_words(self) -> str:
        draw = self.case.draw
        return draw.words_buyer if self.side == Winner.BUYER else draw.words_seller

    # --- Timeline ---
    @cached_property
    def timeline(self) -> list[Entry]:
        return [self._entry(event) for event in self.events]

    def _entry(self, event: CaseEvent) -> Entry:
        who = {
            "party": _("One side"),
            "filer": _("Who opened the case"),
            "loser": _("The losing side"),
            "juror": _("Reviewers"),
            "staff": _("Staff"),
        }.get(event.role, "Fairhand")
        if event.by_id is not None and event.role in {"party", "filer", "loser"}:
            side = self.case.side_of(event.by)
            if side is not None:
                who = _("You") if side == self.side else str(Winner(side).label).capitalize()
        mark = "fairhand" if event.role == "clock" else ""
        sentence = str(CaseStep(event.step).label)
        return Entry(event.at, who, sentence, facts=_facts(event), mark=mark)


def _silent() -> str:
    return _("No statement received from this side. Silence is not an admission.")


def _facts(event: CaseEvent) -> str:
    facts = event.facts
    if "label" in facts:
        return str(facts["label"])
    if "demand" in facts:
        return _("Demand: {amount}").format(amount=yuan(facts["demand"]))
    if "buyer" in facts and "seller" in facts:
        return _("{buyer} to the buyer, {seller} to the seller").format(
            buyer=yuan(facts["buyer"]), seller=yuan(facts["seller"])
        )
    if "for" in facts:
        return f"{facts['for']}-{facts['against']}"
    return ""


def asked(pair: RequestPair) -> Asked:
    words_of = {each.party: _answer_words(each) for each in pair.requests.all()}
    return Asked(pair, words_of[Winner.BUYER], words_of[Winner.SELLER])


def _answer_words(each: EvidenceRequest) -> str:
    if each.is_open:
        return _("not answered yet")
    if each.answer is not None:
        return _("answered: {label}").format(label=each.answer.label)
    return _("nothing to add") if each.declined else _("no answer in time")


def page_for(case: Case, person: User, now: datetime) -> CasePage:
    """The page of a party; ≤ 15 queries whatever the number of exhibits."""
    side = case.side_of(person)
    if side is None:
        raise ValueError("a stranger has no case page")
    return CasePage(
        case=case,
        side=side,
        now=now,
        exhibits=reading.for_party(case, side),
        events=list(case.events.select_related("by")),
        offers=list(case.offers.all()),
        pairs=list(
            case.request_pairs.select_related("replies_to").prefetch_related("requests__answer")
        ),
        appealed=case.appeals.filter(round=case.round).exists(),
        reads=_reads(case),
    )


def _reads(case: Case) -> list[str]:
    """Which of our staff opened the case and when; told once it is final."""
    if case.is_live:
        return []
    pattern = _("Staff ({role}) opened {what} on {time}.")
    return [
        pattern.format(
            role=words.role(row.role), what=words.read(row.what), time=words.moment(row.at)
        )
        for row in case.reads.order_by("at")[:50]
    ]
