"""What each code of a refusal is called and means, and what to do: for /problems/ and the API."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from marketplace.lib.errors import Refused
from marketplace.lib.problem import FIX, LOOK, WAIT, Problem
from marketplace.lib.problems_of_court import COURT
from marketplace.lib.problems_of_trade import MONEY, ORDERS

_P = Problem

INPUT: Mapping[str, Problem] = {
    "invalid": _P(_("Something is not right"), _("At least one field can’t be so."), FIX),
    "unknown_field": _P(
        _("Unknown field"), _("The body has a field that is not taken here."), _("Leave it out.")
    ),
    "bad_json": _P(
        _("Not JSON"),
        _("The body is no JSON object, says a name twice, or is nested too deep."),
        _("Send one JSON object in UTF-8."),
    ),
    "unknown_parameter": _P(
        _("Unknown parameter"),
        _("The address has a parameter that is not taken here."),
        _("Leave it out."),
    ),
    "bad_cursor": _P(
        _("No such page"),
        _("The cursor is broken or belongs to another list."),
        _("Start from the first page."),
    ),
    "idempotency_key_required": _P(
        _("Idempotency-Key missing"),
        _("This step moves money or codes, so each intent needs a key of its own."),
        _("Send the header Idempotency-Key, and the same one when you repeat the request."),
    ),
    "red_flag": _P(
        _("Not allowed in a listing"),
        _("The listing says something that has been used to cheat people."),
        _("Take out the words that `words` names."),
        "listings/flags",
    ),
    "reason_required": _P(
        _("Reason missing"), _("The other side reads why."), _("Say why, then send it again.")
    ),
    "expires_too_soon": _P(
        _("Ends too soon"),
        _("A code must be good for seven more days."),
        _("Seal a code that lasts longer."),
        "codes/sealing",
    ),
    "bad_signature": _P(
        _("Signature wrong"),
        _("The message is not signed by the provider, or is too old."),
        _("Sign the raw body again."),
    ),
    "below_minimum": _P(
        _("Too little"),
        _("The amount is below the smallest one."),
        _("Ask for more."),
        "money/wallet",
    ),
}

WHO: Mapping[str, Problem] = {
    "not_signed_in": _P(
        _("Not signed in"),
        _("This is for people who are signed in."),
        _("Sign in, or send a token."),
    ),
    "token_invalid": _P(
        _("Token not valid"), _("The token is unknown or was ended."), _("Make a new token.")
    ),
    "token_expired": _P(
        _("Token has ended"), _("Each token ends by its date."), _("Make a new token.")
    ),
    "not_your_step": _P(_("Not your step"), _("This is the other side’s step."), LOOK),
    "scope_missing": _P(
        _("Token not made for this"),
        _("A token can only do what it was made for; a few things need a person who is signed in."),
        _("Make a token with the scope that `scope` names."),
    ),
    "csrf": _P(
        _("Form too old"),
        _("The request did not come from a page of ours."),
        _("Open the page again, then repeat."),
    ),
    "reauth_required": _P(
        _("Prove that it is you"),
        _("The last proof is older than 15 minutes."),
        _("Type your password again, or POST it to /api/v1/me/reauth/."),
        "people/account",
    ),
    "totp_required": _P(
        _("Second factor needed"),
        _("This needs a code of your authenticator app."),
        _("Set one up, then send its code."),
    ),
    "level_too_low": _P(
        _("Prove more about yourself first"),
        _("What you may do grows with what has been proved about you."),
        _("Go on to the level that `needed` names, under “Verification”."),
        "people/levels",
    ),
    "card_limit": _P(
        _("Card limit"),
        _("What you offer at once is bounded, so that nobody can vanish with much."),
        _("Wait for open orders to end, or pay a deposit."),
        "people/levels",
    ),
    "account_closing": _P(
        _("Account is being closed"),
        _("Open orders and cases run on; nothing new can begin."),
        _("Take the closure back, if you want to go on."),
        "people/account",
    ),
    "not_found": _P(
        _("Not found"), _("There is nothing here, or nothing for you."), _("Check the address.")
    ),
    "method_not_allowed": _P(
        _("Method not allowed"),
        _("This address does not take that method."),
        _("`Allow` names those it takes."),
    ),
    "not_acceptable": _P(
        _("Not available in that form"), _("Answers are JSON."), _("Accept application/json.")
    ),
    "unsupported_media": _P(
        _("Body of another kind"), _("Bodies are JSON."), _("Send application/json.")
    ),
    "too_big": _P(_("Too big"), _("The body is longer than what is taken here."), _("Send less.")),
}

REST: Mapping[str, Problem] = {
    "request_in_flight": _P(_("Being done already"), _("The same request is still running."), WAIT),
    "identity_in_use": _P(
        _("Belongs to another account"),
        _("One person, one account."),
        _("Use the account you have."),
        "people/account",
    ),
    "too_many_tokens": _P(_("Too many tokens"), _("Ten tokens at most."), _("End one of them.")),
    "precondition_failed": _P(
        _("It was changed"),
        _("It is not the version that you read."),
        _("Read it again, then repeat."),
    ),
    "idempotency_mismatch": _P(
        _("Key used for something else"),
        _("The key belongs to another request."),
        _("Take a new key for a new intent."),
    ),
    "precondition_required": _P(
        _("If-Match missing"),
        _("Changing this needs the version that you read."),
        _("Send its ETag as If-Match."),
    ),
    "throttled": _P(_("Too often"), _("There is a limit on how often this may be done."), WAIT),
    "internal": _P(
        _("Something of ours broke"),
        _("It was noted; nothing was half done."),
        _("Try again later, and name the request id to us."),
    ),
    "busy": _P(
        _("Busy"), _("Somebody else is changing this right now. Nothing was changed."), WAIT
    ),
    "issuer_unavailable": _P(
        _("The issuer does not answer"),
        _("Without its answer the code is not shown."),
        WAIT,
        "codes/sealing",
    ),
    "gateway_unavailable": _P(
        _("No payments now"), _("The payment provider can’t be reached."), WAIT
    ),
}

# How to object to a refusal by a rule: the rule that opens the way.
_APPEALS: Mapping[str, str] = {
    "orders/release": "court/case",
    "orders/cancel": "court/case",
    "codes/report": "court/case",
    "court/evidence": "court/appeal",
    "court/staff": "court/appeal",
}

PROBLEMS: Mapping[str, Problem] = {**INPUT, **WHO, **ORDERS, **COURT, **MONEY, **REST}


def rule_of(refused: Refused) -> str:
    """The id of the rule that a refusal follows; "" where it follows none of ours."""
    return str(refused.facts.get("rule") or PROBLEMS[refused.code].rule)


def appeal_of(refused: Refused) -> str:
    """The id of the rule that says how to object to a refusal; "" where no rule of ours refused.

    About an order a case can be opened, and what a case did not hear an appeal may; to everything
    else the ways outside Fairhand are open.
    """
    rule = rule_of(refused)
    return rule and _APPEALS.get(rule, "court/outside")
