"""What a case is called and what its state means: the same words on pages, in mails and the API."""

from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from disputes.claims import CLAIMS, QUESTION_ALL, QUESTION_PART
from disputes.models import Case, Winner
from disputes.states import CaseState
from marketplace.lib.money import yuan
from marketplace.lib.when import when


def moment(at: datetime | None) -> str:
    return when(at, get_language() or "en") if at else ""


def badge(case: Case) -> str:
    """The few words on the case's slip."""
    return str(CaseState(case.state).label)


def slip(case: Case) -> str:
    """The look of the case's slip: it is disputed, decided, or says where the money went."""
    state = CaseState(case.state)
    if state in {CaseState.DECIDED, CaseState.FINAL}:
        return "delivered"
    if state in {CaseState.WITHDRAWN, CaseState.DISMISSED}:
        return "cancelled"
    if state in {CaseState.EXECUTED, CaseState.SETTLED}:
        return "released" if case.award_seller_fen else "refunded"
    return "disputed"


def side_word(side: str) -> str:
    return str(Winner(side).label) if side else ""


def question(case: Case) -> str:
    """The one question that reviewers answer; no party writes it."""
    demand, amount = yuan(case.demand_fen), yuan(case.amount_fen)
    pattern = QUESTION_ALL if case.demand_fen == case.amount_fen else QUESTION_PART
    return str(pattern).format(demand=demand, amount=amount)


def issue(case: Case) -> str:
    """The one line that names what is disputed."""
    return str(CLAIMS[case.claim].issue)


def file_rule() -> str:
    return _(
        "17 reviewers are drawn at random; the first side with 9 votes wins. If the margin is "
        "below 4 (9-6, 9-7, 9-8), the loser may appeal to staff within 72 hours."
    )


def frozen(case: Case) -> str:
    return _(
        "{amount} is frozen. Only a concession by either side, an agreement, or the decision "
        "moves it."
    ).format(amount=yuan(case.amount_fen))


def outside_routes() -> str:
    return _(
        "This decision binds only the money and the standing here. The consumer hotline 12315, "
        "mediation, arbitration, a court and the police stay open to both sides."
    )


def role(name: str) -> str:
    """A role at the desk, as people outside it and in it read it."""
    return {
        "agent": _("agent"),
        "adjudicator": _("adjudicator"),
        "trust": _("trust and safety"),
        "finance": _("finance"),
        "supervisor": _("supervisor"),
        "auditor": _("auditor"),
    }.get(name, _("staff"))


def read(what: str) -> str:
    """What a member of staff opened."""
    return {"case": _("the case"), "original": _("an original exhibit")}.get(what, what)


def exclusion(code: str) -> str:
    """Why somebody who was drawn could not sit; the code itself stands in the document."""
    return {
        "STALE": _("no longer fit to be drawn"),
        "PARTY": _("a party of the case"),
        "STAFF": _("staff of Fairhand"),
        "LINKED": _("linked to a party"),
        "TRADED": _("has traded with a party"),
        "CONTACT": _("has been in contact with a party"),
        "SAT_PARTY": _("sat in another case of a party this year"),
        "SAT_CASE": _("has sat in this case"),
        "RIVAL": _("sells the same kind of goods"),
        "OPEN_CASE": _("has an open case"),
        "SANCTION": _("under a sanction"),
        "CAP": _("sits in enough cases"),
        "CLUSTER": _("linked to another reviewer of the panel"),
    }.get(code, code)


def trouble(kind: str) -> str:
    """What a supervisor has to look at, or a second person is asked for."""
    return {
        "execution": _("The money could not be moved as decided"),
        "masking": _("Personal data was reported"),
        "copy": _("A copy could not be made"),
        "copies": _("The reviewers’ copies are late"),
        "overdue": _("Staff are late with the decision"),
        "void": _("Set a chair aside, because its reviewer is not independent"),
        "stop": _("Stop every clock of this case"),
        "go_on": _("Let the clocks go on"),
    }.get(kind, kind)


def sentence(case: Case) -> str:
    """What the state means, with its times; never a count while reviewers read."""
    say = _SENTENCES.get(CaseState(case.state))
    return say(case) if say else badge(case)


def _evidence(case: Case) -> str:
    return _(
        "Both sides can show what they have until {time}. Neither side's time is shortened, and "
        "nothing can be added for the reviewers after that."
    ).format(time=moment(case.evidence_due_at))


def _sealed(_case: Case) -> str:
    return _("The file is sealed. The reviewers are being drawn; you need not do anything.")


def _voting(_case: Case) -> str:
    return _(
        "17 reviewers are reading. The first side with 9 votes wins. Nobody, including Fairhand "
        "staff, can see votes before the end."
    )


def _tally(case: Case) -> str:
    return f"{case.winner_votes}-{case.loser_votes}"


def _margin(case: Case) -> int:
    return (case.winner_votes or 0) - (case.loser_votes or 0)


def _decided(case: Case) -> str:
    return _(
        "Decided {tally} for the {side}. The margin is {margin}, not below 4: this decision is "
        "final here."
    ).format(tally=_tally(case), side=_plain(case.winner), margin=_margin(case))


def _escalated(case: Case) -> str:
    if case.winner_votes is None:
        return _(
            "Staff decided. Reasons and the exhibits relied on are below. The decision can be "
            "appealed until {time}, to other staff. Money stays held."
        ).format(time=moment(case.appeal_due_at))
    return _(
        "Decided {tally} for the {side}. The margin is {margin}, below 4: the {loser} may appeal "
        "until {time}. Money stays held."
    ).format(
        tally=_tally(case),
        side=_plain(case.winner),
        margin=_margin(case),
        loser=_plain(case.loser),
        time=moment(case.appeal_due_at),
    )


def escalated_more(case: Case) -> str:
    return _(
        "The case is at the staff desk. Without an appeal the decision stands and is carried out "
        "on {time}."
    ).format(time=moment(case.appeal_due_at))


def appeal_symmetry() -> str:
    return _(
        "Whatever staff ask of one side they ask of the other, with the same date. “Not sure” "
        "from a third party counts for nobody. If nothing new is shown, the verdict stands."
    )


def _appealed(case: Case) -> str:
    return _("The decision was appealed. Staff decide by {time}. Money stays held.").format(
        time=moment(case.staff_due_at)
    )


def _hung(_case: Case) -> str:
    return _("No side reached 9 votes in time.") + " " + both_asked()


def _no_panel(_case: Case) -> str:
    return _("Too few independent reviewers.") + " " + both_asked()


def both_asked() -> str:
    return _("Staff decide; both sides are asked the same.")


def _staff(case: Case) -> str:
    return _(
        "A member of staff is working on it and decides by {time}. Both sides are asked the same, "
        "with the same date."
    ).format(time=moment(case.staff_due_at))


def _final(_case: Case) -> str:
    return _("The decision is final and is being carried out.")


def _executed(case: Case) -> str:
    return _("Carried out: {buyer} to the buyer, {seller} to the seller.").format(
        buyer=yuan(case.award_buyer_fen or 0), seller=yuan(case.award_seller_fen or 0)
    )


def _settled(case: Case) -> str:
    by = {
        "concession": _("One side conceded."),
        "issuer": _("The issuer says the code was used before the buyer saw it."),
    }.get(case.award_source, _("Both sides agreed."))
    return f"{by} {_executed(case)}"


def _withdrawn(_case: Case) -> str:
    return _("The case was withdrawn. The order goes on where it stood.")


def _dismissed(_case: Case) -> str:
    return _("Neither side showed anything. The order goes on where it stood.")


def _mistrial(case: Case) -> str:
    if case.round > 1:
        return _(
            "The second round was set aside, too. Staff decide; both sides are asked the same."
        )
    return _("The round was set aside. A new panel is drawn from the same draw.")


def _plain(side: str) -> str:
    return {"buyer": _("buyer"), "seller": _("seller")}.get(side, "")


_SENTENCES = {
    CaseState.EVIDENCE: _evidence,
    CaseState.SEALED: _sealed,
    CaseState.DRAWING: _sealed,
    CaseState.VOTING: _voting,
    CaseState.DECIDED: _decided,
    CaseState.ESCALATED: _escalated,
    CaseState.APPEALED: _appealed,
    CaseState.HUNG: _hung,
    CaseState.NO_PANEL: _no_panel,
    CaseState.STAFF_EVIDENCE: _staff,
    CaseState.FINAL: _final,
    CaseState.MISTRIAL: _mistrial,
    CaseState.EXECUTED: _executed,
    CaseState.WITHDRAWN: _withdrawn,
    CaseState.SETTLED: _settled,
    CaseState.DISMISSED: _dismissed,
}
