"""The words of notices about cases and seats. Those to reviewers name no party, ever."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from accounts.inbox.texts import Text

_CASE = _("Open the case")
_SEATS = _("Open your seats")

# While a ballot runs, nothing here may tell a side, a count, or how many have voted.
CASE: Mapping[str, Mapping[str, Text]] = {
    "case_opened": {
        "": Text(
            _("Case opened: show your side by {time}"),
            _(
                "{amount} is frozen. Only a concession by either side, an agreement, or the"
                " decision moves it. Both sides have the same 72 hours."
            ),
            _CASE,
        ),
    },
    "evidence_reminder": {
        "": Text(
            _("You have shown nothing yet: until {time} you can"),
            _(
                "Reviewers will read what both sides show. Silence is not an admission, but"
                " nothing can be added for them after that time."
            ),
            _CASE,
        ),
    },
    "exhibit_added": {
        "": Text(
            _("The other side added {exhibit}"),
            _("You can read it, and answer it while the 72 hours run."),
            _CASE,
        ),
    },
    "case_sealed": {
        "": Text(
            _("The file is sealed; 17 reviewers are drawn"),
            _("The first side with 9 votes wins. Nobody can see votes before the end."),
            _CASE,
        ),
    },
    "beacon_given_up": {
        "": Text(
            _("Reviewers are drawn without the public random number"),
            _("It did not come within 30 minutes. The draw can be checked all the same."),
            _CASE,
        ),
    },
    "verdict_won": {
        "": Text(
            _("Verdict: you won {votes}-{against}"),
            _("Read the reasons, what happens to the money, and whether it can be appealed."),
            _CASE,
        ),
    },
    "verdict_lost": {
        "": Text(
            _("Verdict: the other side won {votes}-{against}"),
            _("Read the reasons, what happens to the money, and whether you can appeal."),
            _CASE,
        ),
    },
    "appeal_possible": {
        "": Text(
            _("You can appeal until {time}"),
            _("The margin is below 4. Without an appeal the decision is carried out then."),
            _CASE,
        ),
    },
    "appeal_filed": {
        "": Text(
            _("The decision was appealed; staff decide by {time}"),
            _("Both sides are asked for a reply, with the same date. Money stays held."),
            _CASE,
        ),
    },
    "request_to_both": {
        "": Text(
            _("Both sides are asked: answer by {time}"),
            _("The other side is asked the same. “Not sure” counts for nobody."),
            _CASE,
        ),
    },
    "first_ruling": {
        "": Text(
            _("Staff decided: an appeal is possible until {time}"),
            _("Read the reasons. An appeal goes to other staff. Money stays held till then."),
            _CASE,
        ),
    },
    "final_ruling": {
        "": Text(
            _("Staff decided the appeal: this is final here"),
            _("Read the reasons and the exhibits relied on. The decision is carried out now."),
            _CASE,
        ),
    },
    "decision_final": {
        "": Text(
            _("The decision was carried out"),
            _("Read on the case’s page what went where. Outside ways stay open to both sides."),
            _CASE,
        ),
    },
    "settlement_offered": {
        "": Text(
            _("The other side offers an agreement: {amount} to the buyer"),
            _("Accept exactly this, decline it, or let the case go on."),
            _CASE,
        ),
    },
    "withdrawal_asked": {
        "": Text(
            _("Withdrawing the case was asked for, until {time}"),
            _("It ends without a decision only if both sides agree by then."),
            _CASE,
        ),
    },
    "case_closed": {
        "withdraw": Text(
            _("The case was withdrawn"),
            _("The order goes on where it stopped. Nobody loses anything by it."),
            _CASE,
        ),
        "dismiss": Text(
            _("The case was dismissed: neither side showed anything"),
            _(
                "The order goes on where it stopped, with at least 48 hours on each date. A second"
                " case about the same needs at least one exhibit."
            ),
            _CASE,
        ),
        "settle": Text(
            _("The case was settled: both sides agreed"),
            _("The money went as agreed. Read the amounts on the case’s page."),
            _CASE,
        ),
        "concede": Text(
            _("The case has ended: one side gave in"),
            _("The money went to the other side. Read the amounts on the case’s page."),
            _CASE,
        ),
        "issuer_fact": Text(
            _("The issuer’s answer settled the case"),
            _(
                "The code was used before it was first shown to the buyer, so the money went back"
                " without a vote. The answer is in the file for both sides."
            ),
            _CASE,
        ),
    },
    "desk_taken": {
        "": Text(
            _("A member of staff has taken the case"),
            _("Adjudicator {holder} works on it. Whatever is asked of one side is asked of both."),
            _CASE,
        ),
    },
    "desk_overdue": {
        "": Text(
            _("Staff are late with the case"),
            _("A supervisor has been told. Nobody wins by the delay; money stays held."),
            _CASE,
        ),
    },
    "petition_filed": {
        "": Text(
            _("A new panel was asked for"),
            _("Two members of staff look at whether the round was fair."),
            _CASE,
        ),
    },
    "petition_decided": {
        "": Text(
            _("The request for a new panel was decided"),
            _("Read the reasons on the case’s page."),
            _CASE,
        ),
    },
    "more_time": {
        "": Text(
            _("The reviewers have more time, until {time}"),
            _("The ballot was extended once, as the rules say. You have nothing to do."),
            _CASE,
        ),
    },
    "case_hung": {
        "": Text(
            _("No decision in time: staff will decide"),
            _("Your money stays held. Both sides are asked the same, with the same date."),
            _CASE,
        ),
    },
    "no_panel": {
        "": Text(
            _("Too few independent reviewers: staff will decide"),
            _("Your money stays held. Both sides are asked the same, with the same date."),
            _CASE,
        ),
    },
    "case_paused": {
        "": Text(
            _("The case is paused"),
            _("All its clocks stand still, for both sides alike. No time is lost."),
            _CASE,
        ),
    },
    "case_resumed": {
        "": Text(
            _("The case goes on"),
            _("Every date has moved by the length of the pause, for both sides alike."),
            _CASE,
        ),
    },
}

JURY: Mapping[str, Mapping[str, Text]] = {
    "seat_offered": {
        "": Text(
            _("You are drawn to judge a case"),
            _(
                "It takes about {minutes} minutes. Answer by {time}, or the seat passes on."
                " Saying no costs nothing."
            ),
            _SEATS,
        ),
    },
    "seat_ending": {
        "": Text(
            _("Your seat ends at {time}"),
            _("Vote, or step aside, before that; then it passes to the next reviewer."),
            _SEATS,
        ),
    },
    "seat_closed": {
        "VOTED": Text(
            _("A case that you judged has ended"),
            _("Your page shows how it ended, and your vote by its receipt."),
            _SEATS,
        ),
        "RELEASED": Text(
            _("Your seat is closed: the case has ended"),
            _("You were still in time, so it counts as served. You have nothing to do."),
            _SEATS,
        ),
        "EXPIRED": Text(
            _("Your seat has passed to the next reviewer"),
            _("There was no answer in time. Pause your duty if you have no time for it now."),
            _SEATS,
        ),
        "VOIDED": Text(
            _("Your seat was set aside"),
            _("Two members of staff found a link between you and the case."),
            _SEATS,
        ),
    },
    "practice_result": {
        "passed": Text(
            _("Practice passed: you are on duty"),
            _("From the next roster on you can be drawn to judge a case."),
            _SEATS,
        ),
        "again": Text(
            _("Practice not passed yet"),
            _("You can try again with other cases from {time} on."),
            _SEATS,
        ),
        "over": Text(
            _("Practice not passed"),
            _("There are no practice cases left for you."),
            _SEATS,
        ),
    },
}
