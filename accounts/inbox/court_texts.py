"""The words of notices about cases and seats. Those to reviewers name no party, ever."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from accounts.inbox.texts import Text

_CASE = _("Open the case")
_SEATS = _("Open your seats")

# While a ballot runs, nothing here may tell a side, a count, or how many have voted.
CASE: Mapping[str, Mapping[str, Text]] = {
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
