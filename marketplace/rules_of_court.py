"""The court's rules in words; their numbers are those of the version in force."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from disputes.rules import CURRENT, RULES, Rules
from marketplace.rule import Rule
from orders import terms


def court_rules() -> Sequence[Rule]:
    now = RULES[CURRENT]
    return (_case(), _evidence(now), _panel(now), _appeal(now), _at_desk(now), _outside())


def _case() -> Rule:
    return Rule(
        "court/case",
        _("When a case can be opened"),
        (
            _(
                "Either side can open a case about an order that was paid, until {n} days after "
                "the delivery, also after a confirmation or a refund."
            ).format(n=terms.CLAIM_WITHIN.days),
            _("Before anything was handed over the money comes back by itself; no case is needed."),
            _("From then on nothing of the money moves until the case has ended."),
            _("An order has one case at a time, and the same facts are heard once."),
            _(
                "Where nobody showed anything the case is dismissed; whoever opens it again adds "
                "at least one exhibit."
            ),
        ),
    )


def _evidence(now: Rules) -> Rule:
    return Rule(
        "court/evidence",
        _("Evidence in a case"),
        (
            _("Both sides have the same {n} hours, the same form and the same limits.").format(
                n=now.evidence_hours
            ),
            _("What comes later is kept, but reviewers do not see it."),
            _("Each side proves what it claims. Silence is not an admission."),
        ),
    )


def _panel(now: Rules) -> Rule:
    return Rule(
        "court/panel",
        _("Who decides"),
        (
            _("{n} reviewers are drawn by lot; the first side with {votes} votes wins.").format(
                n=now.panel_size, votes=now.votes_to_win
            ),
            _("Nobody who has a link to a side, traded with it or knows it can sit."),
            _("Nobody, including Fairhand staff, can see votes before the end."),
        ),
    )


def _appeal(now: Rules) -> Rule:
    return Rule(
        "court/appeal",
        _("When a decision can be appealed"),
        (
            _(
                "If the margin is below {margin}, the losing side may appeal to staff within "
                "{n} hours, once."
            ).format(margin=now.appeal_margin, n=now.appeal_window_hours),
            _("The verdict is presumed right. If nothing new is shown, it stands."),
            _("“Not sure” from a third party counts for nobody."),
        ),
    )


def _at_desk(now: Rules) -> Rule:
    return Rule(
        "court/staff",
        _("How staff decide"),
        (
            _("Whatever staff ask of one side they ask of the other, with the same date."),
            _("Every exhibit relied on is checked: is it authentic, lawfully made, relevant?"),
            _("Overturning a verdict takes a second person and written reasons."),
            _("Staff decide within {n} days. Nobody wins by a delay.").format(n=now.staff_sla_days),
        ),
    )


def _outside() -> Rule:
    return Rule(
        "court/outside",
        _("Ways outside Fairhand"),
        (
            _("What is decided here binds only the money and the standing here."),
            _(
                "The consumer hotline 12315, mediation, arbitration, a court and the police stay "
                "open to everybody. Whoever goes there loses nothing here."
            ),
        ),
    )
