"""Refusals of cases, seats and the staff desk: called what, meaning what, and what to do."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from marketplace.lib.problem import FIX, Problem

_P = Problem
_LOOK = _("Read the case again: it says what is possible now, and until when.")

COURT: Mapping[str, Problem] = {
    "bad_picture": _P(
        _("Not a picture"),
        _("The file is broken, too large, or of a kind that can hide things."),
        _("Send a JPEG, PNG or WebP picture of at most 20 MB."),
    ),
    "claim_incomplete": _P(
        _("Something to show is missing"),
        _("A first case about these facts was dismissed because nobody showed anything."),
        _("Add at least one exhibit, then send it again."),
        "court/case",
    ),
    "split_not_whole": _P(
        _("The parts are not the whole"),
        _("What both sides get must add up to exactly what was paid."),
        FIX,
    ),
    "conflict": _P(
        _("Not independent"),
        _("Whoever has a link to a side, or decided here before, may not decide."),
        _("Leave the case to somebody else."),
        "court/panel",
    ),
    "margin_not_below_4": _P(
        _("The margin is too wide"),
        _("Only a win by fewer than four votes can be appealed."),
        _("The verdict names the ways outside Fairhand; they stay open."),
        "court/appeal",
    ),
    "winner_cannot_appeal": _P(
        _("It is your win"),
        _("Only the side that lost can appeal or accept."),
        _("Wait for the end of the appeal window."),
        "court/appeal",
    ),
    "not_seated": _P(
        _("No seat"),
        _("You gave up this seat, or it was set aside."),
        _("Your duty page lists the seats that are yours."),
        "court/panel",
    ),
    "case_paused": _P(
        _("The case is paused"),
        _("Every clock of the case stands still, for both sides alike."),
        _("Come back when it goes on; no time is lost."),
        "court/staff",
    ),
    "already_decided": _P(
        _("Decided already"),
        _("The same facts have been decided, or the decision is being carried out."),
        _LOOK,
        "court/case",
    ),
    "evidence_closed": _P(
        _("The file is closed"),
        _("After the decision exhibits come only with an appeal, or when staff ask both sides."),
        _LOOK,
        "court/evidence",
    ),
    "words_set": _P(
        _("Your words are set"),
        _("Each side adds its words to the draw once, before the seal."),
        _LOOK,
        "court/evidence",
    ),
    "case_not_open_for_votes": _P(
        _("Voting is over"),
        _("The case no longer takes votes. Yours was not counted; your seat counts as served."),
        _("Your duty page says what became of it."),
        "court/panel",
    ),
    "already_voted": _P(
        _("You have voted"),
        _("A vote is cast once and never changed."),
        _("Keep your receipt: after the end you can find your vote by it."),
        "court/panel",
    ),
    "seat_expired": _P(
        _("The seat has passed on"),
        _("Its time ran out, and the next reviewer took it. Nothing you wrote was counted."),
        _("Wait for the next case; pause your duty if you have no time."),
        "court/panel",
    ),
    "too_quick": _P(
        _("Too quick"),
        _("A vote can be sent a minute after the file was opened."),
        _("Open the file, read it, and send the vote then."),
        "court/panel",
    ),
    "settlement_changed": _P(
        _("Another offer"),
        _("The offer that you answered is no longer on the table."),
        _LOOK,
    ),
    "case_not_final": _P(
        _("No decision yet"),
        _("This comes after a decision."),
        _LOOK,
    ),
    "already_appealed": _P(
        _("Appealed already"), _("A decision can be appealed once."), _LOOK, "court/appeal"
    ),
    "already_open": _P(
        _("Asked already"),
        _("The same thing is being looked at."),
        _("Wait for the answer."),
    ),
    "already_taken": _P(
        _("Taken"),
        _("Another member of staff holds this case."),
        _("Take another one from the queue."),
    ),
    "request_open": _P(
        _("A question is open"),
        _("Nobody decides while one side may still answer."),
        _("Wait for both answers, or for their date."),
        "court/staff",
    ),
    "second_person_needed": _P(
        _("A second person is needed"),
        _("This takes effect only when another person with the same right agrees."),
        _("Ask a colleague to look at it."),
        "court/staff",
    ),
}
