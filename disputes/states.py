"""The course of a case on one screen: its states, its steps, and the words for both."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.lib.states import Life, Role, move


class CaseRole(Role):
    """Who may take a step of a case. CLOCK is a sweep, or the verb that notices first."""

    PARTY = "party"
    FILER = "filer"
    LOSER = "loser"
    JUROR = "juror"
    STAFF = "staff"
    CLOCK = "clock"


class CaseState(models.TextChoices):
    EVIDENCE = "EVIDENCE", _("Evidence: both sides have their 72 hours")
    SEALED = "SEALED", _("Sealed: the file is being prepared for the reviewers")
    DRAWING = "DRAWING", _("The reviewers are being drawn")
    VOTING = "VOTING", _("17 reviewers are reading")
    DECIDED = "DECIDED", _("Decided – final")
    ESCALATED = "ESCALATED", _("Decided – can be appealed")
    APPEALED = "APPEALED", _("Appealed – staff will decide")
    HUNG = "HUNG", _("No side reached 9 votes in time")
    NO_PANEL = "NO_PANEL", _("Too few independent reviewers")
    STAFF_EVIDENCE = "STAFF_EVIDENCE", _("Staff are working on it")
    FINAL = "FINAL", _("Final – being carried out")
    MISTRIAL = "MISTRIAL", _("Mistrial – a new panel will be drawn")
    EXECUTED = "EXECUTED", _("Carried out")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")
    SETTLED = "SETTLED", _("Settled by both sides")
    DISMISSED = "DISMISSED", _("Dismissed – nobody showed anything")


class CaseStep(models.TextChoices):
    FILE = "file", _("The case was opened.")
    SUBMIT = "submit", _("Something was added to the file.")
    MASK = "mask", _("A part of an exhibit was covered.")
    SET_WORDS = "set_words", _("One side added its words to the draw.")
    LOWER_DEMAND = "lower_demand", _("The buyer lowered the demand.")
    DISMISS = "dismiss", _("Neither side showed anything: the case was dismissed.")
    SEAL = "seal", _("The file was sealed.")
    BEGIN_DRAW = "begin_draw", _("The draw began: from here no number can change.")
    SEAT_PANEL = "seat_panel", _("17 reviewers were invited.")
    NO_PANEL = "no_panel", _("Too few independent reviewers: staff decide.")
    OPEN_BUNDLE = "open_bundle", _("A reviewer opened the file.")
    CAST_VOTE = "cast_vote", _("A reviewer voted.")
    REPLACE = "replace", _("A chair passed to the next name of the draw.")
    CLOSE_WIDE = "close_wide", _("The ninth vote decided the case.")
    CLOSE_NARROW = "close_narrow", _("The ninth vote decided the case; it can be appealed.")
    EXTEND = "extend", _("The reviewers were given more time.")
    HANG = "hang", _("No side reached 9 votes in time: staff decide.")
    ACCEPT = "accept", _("The decision was accepted.")
    LAPSE = "lapse", _("Nobody appealed: the decision stands.")
    APPEAL = "appeal", _("The decision was appealed.")
    TAKE = "take", _("A staff member took the case.")
    REQUEST = "request", _("Staff asked both sides the same question.")
    ANSWER = "answer", _("A question was answered.")
    RULE_FIRST = "rule_first", _("Staff decided; it can be appealed.")
    RULE_APPEAL = "rule_appeal", _("Staff decided the appeal.")
    SEND_BACK = "send_back", _("The case was handed back to the desk.")
    EXECUTE = "execute", _("The decision was carried out.")
    WITHDRAW = "withdraw", _("The case was withdrawn.")
    ISSUER_FACT = "issuer_fact", _("The issuer's word settled the case.")
    SETTLE = "settle", _("Both sides agreed.")
    CONCEDE = "concede", _("One side conceded.")
    DECLARE_MISTRIAL = "declare_mistrial", _("The round was declared a mistrial.")
    RETRY = "retry", _("A new panel is drawn from the same draw.")
    PAUSE = "pause", _("Every clock of the case was stopped.")
    RESUME = "resume", _("The clocks of the case go on.")


_S = CaseState
_PARTY, _FILER, _LOSER, _JUROR = CaseRole.PARTY, CaseRole.FILER, CaseRole.LOSER, CaseRole.JUROR
_STAFF, _CLOCK = CaseRole.STAFF, CaseRole.CLOCK

PRE_VERDICT = (_S.EVIDENCE, _S.SEALED, _S.DRAWING, _S.VOTING)
AT_STAFF = (_S.APPEALED, _S.HUNG, _S.NO_PANEL, _S.MISTRIAL)
TERMINAL = (_S.EXECUTED, _S.WITHDRAWN, _S.SETTLED, _S.DISMISSED)
LIVE = tuple(state for state in CaseState if state not in TERMINAL)
# Both sides may still agree or concede: everything but a decision that only waits for execution.
SETTLABLE = tuple(state for state in LIVE if state not in {_S.DECIDED, _S.FINAL})

COURSE: Life = {
    CaseStep.SUBMIT: move(_S.EVIDENCE, to=None, by=(_PARTY,)),
    CaseStep.MASK: move(_S.EVIDENCE, to=None, by=(_PARTY,)),
    CaseStep.SET_WORDS: move(_S.EVIDENCE, to=None, by=(_PARTY,)),
    CaseStep.LOWER_DEMAND: move(_S.EVIDENCE, to=None, by=(_PARTY,)),
    CaseStep.DISMISS: move(_S.EVIDENCE, to=_S.DISMISSED, by=(_CLOCK,)),
    CaseStep.SEAL: move(_S.EVIDENCE, to=_S.SEALED, by=(_CLOCK,)),
    CaseStep.BEGIN_DRAW: move(_S.SEALED, to=_S.DRAWING, by=(_CLOCK,)),
    CaseStep.SEAT_PANEL: move(_S.DRAWING, to=_S.VOTING, by=(_CLOCK,)),
    CaseStep.NO_PANEL: move(_S.DRAWING, to=_S.NO_PANEL, by=(_CLOCK,)),
    CaseStep.OPEN_BUNDLE: move(_S.VOTING, to=None, by=(_JUROR,)),
    CaseStep.CAST_VOTE: move(_S.VOTING, to=None, by=(_JUROR,)),
    CaseStep.REPLACE: move(_S.VOTING, to=None, by=(_CLOCK, _JUROR, _STAFF)),
    CaseStep.CLOSE_WIDE: move(_S.VOTING, to=_S.DECIDED, by=(_JUROR,)),
    CaseStep.CLOSE_NARROW: move(_S.VOTING, to=_S.ESCALATED, by=(_JUROR,)),
    CaseStep.EXTEND: move(_S.VOTING, to=None, by=(_CLOCK,)),
    CaseStep.HANG: move(_S.VOTING, to=_S.HUNG, by=(_CLOCK,)),
    CaseStep.ACCEPT: move(_S.ESCALATED, to=_S.FINAL, by=(_LOSER,)),
    CaseStep.LAPSE: move(_S.ESCALATED, to=_S.FINAL, by=(_CLOCK,)),
    CaseStep.APPEAL: move(_S.ESCALATED, to=_S.APPEALED, by=(_LOSER,)),
    CaseStep.TAKE: move(*AT_STAFF, to=_S.STAFF_EVIDENCE, by=(_STAFF,)),
    CaseStep.REQUEST: move(_S.STAFF_EVIDENCE, to=None, by=(_STAFF,)),
    CaseStep.ANSWER: move(*AT_STAFF, _S.STAFF_EVIDENCE, to=None, by=(_PARTY,)),
    CaseStep.RULE_FIRST: move(_S.STAFF_EVIDENCE, to=_S.ESCALATED, by=(_STAFF,)),
    CaseStep.RULE_APPEAL: move(_S.STAFF_EVIDENCE, to=_S.FINAL, by=(_STAFF,)),
    CaseStep.SEND_BACK: move(_S.STAFF_EVIDENCE, to=AT_STAFF, by=(_STAFF,)),
    CaseStep.EXECUTE: move(_S.DECIDED, _S.FINAL, to=_S.EXECUTED, by=(_CLOCK,)),
    CaseStep.WITHDRAW: move(*PRE_VERDICT, to=_S.WITHDRAWN, by=(_FILER,)),
    CaseStep.ISSUER_FACT: move(*PRE_VERDICT, to=_S.SETTLED, by=(_CLOCK,)),
    CaseStep.SETTLE: move(*SETTLABLE, to=_S.SETTLED, by=(_PARTY,)),
    CaseStep.CONCEDE: move(*SETTLABLE, to=_S.SETTLED, by=(_PARTY,)),
    CaseStep.DECLARE_MISTRIAL: move(
        _S.VOTING, _S.ESCALATED, _S.APPEALED, _S.STAFF_EVIDENCE, to=_S.MISTRIAL, by=(_STAFF,)
    ),
    CaseStep.RETRY: move(_S.MISTRIAL, to=_S.DRAWING, by=(_CLOCK,)),
    CaseStep.PAUSE: move(*LIVE, to=None, by=(_STAFF, _JUROR, _CLOCK)),
    CaseStep.RESUME: move(*LIVE, to=None, by=(_STAFF, _CLOCK)),
}
