"""What each code of a refusal is called and means, and what to do: for /problems/ and the API."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Problem:
    """`rule`: the rule that the refusal follows, where it follows one."""

    title: str | Promise
    meaning: str | Promise
    remedy: str | Promise
    rule: str = ""


_P = Problem
_FIX = _("Correct what `errors` names, then send it again.")
_LOOK = _("Read the order again: `allowed_steps` says what is possible now.")
_WAIT = _("Wait for the seconds that `Retry-After` names, then send the same request again.")

INPUT: Mapping[str, Problem] = {
    "invalid": _P(_("Something is not right"), _("At least one field can’t be so."), _FIX),
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
        "listings/red-flags",
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
        "money/payouts",
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
    "not_your_step": _P(_("Not your step"), _("This is the other side’s step."), _LOOK),
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
        "accounts/re-authentication",
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
        "accounts/levels",
    ),
    "card_limit": _P(
        _("Card limit"),
        _("What you offer at once is bounded, so that nobody can vanish with much."),
        _("Wait for open orders to end, or pay a deposit."),
        "listings/card-limit",
    ),
    "account_closing": _P(
        _("Account is being closed"),
        _("Open orders and cases run on; nothing new can begin."),
        _("Take the closure back, if you want to go on."),
        "accounts/closure",
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

ORDERS: Mapping[str, Problem] = {
    "wrong_state": _P(
        _("Not possible now"), _("Where it stands, this step does not exist."), _LOOK, "orders/life"
    ),
    "stale_state": _P(
        _("It has moved on"), _("It is no longer in the state you expected."), _LOOK, "orders/life"
    ),
    "too_early": _P(
        _("Too early"),
        _("The other side still has time."),
        _("Come back at `from`."),
        "orders/deadlines",
    ),
    "too_late": _P(_("Too late"), _("The time for this has passed."), _LOOK, "orders/deadlines"),
    "not_paid": _P(
        _("Not paid"),
        _("Fairhand holds no money for this order. Nothing may be handed over."),
        _("Wait until the order says that the money is held."),
        "orders/hand-over",
    ),
    "not_delivered": _P(
        _("Not delivered yet"),
        _("The code has not been handed over. Fairhand never asks anybody to confirm before that."),
        _("Wait for the hand-over; if the seller is late you can cancel."),
        "orders/release",
    ),
    "not_revealed": _P(
        _("Not revealed yet"),
        _("Whoever has not seen the code can’t know whether it works."),
        _("Reveal the code and try it first."),
        "orders/release",
    ),
    "already_revealed": _P(
        _("Revealed already"),
        _("The buyer has seen this code."),
        _("You can still refund the order."),
        "codes/recall",
    ),
    "already_settled": _P(
        _("Settled already"),
        _("The money of this order has gone where it belongs."),
        _LOOK,
        "money/holds",
    ),
    "order_disputed": _P(
        _("Money is frozen"),
        _("Nothing moves while a claim is open."),
        _("Wait for its end."),
        "money/holds",
    ),
    "report_open": _P(
        _("A report is open"),
        _("The buyer reported a problem; the issuer is being asked."),
        _("Wait for the answer."),
        "orders/release",
    ),
    "listing_not_on_sale": _P(
        _("Not on sale"),
        _("Nothing of this listing can be ordered now."),
        _("Look for another one."),
        "listings/life",
    ),
    "listing_changed": _P(
        _("The listing was changed"),
        _("An order freezes what its buyer has seen, or nothing."),
        _("Look at `diff`, then order the revision that `revision` names."),
        "listings/revisions",
    ),
    "own_listing": _P(
        _("Your own listing"),
        _("Nobody trades with himself."),
        _("Choose another listing."),
        "orders/place",
    ),
    "unpaid_orders_limit": _P(
        _("An order is not paid"),
        _("You have an order waiting for your payment."),
        _("Pay or cancel it first."),
        "accounts/levels",
    ),
    "live_orders_limit": _P(
        _("Too many open orders"),
        _("At your level fewer orders may be open at once."),
        _("Finish one of them."),
        "accounts/levels",
    ),
    "payment_open": _P(
        _("A payment is open"),
        _("This is being paid already."),
        _("Go on with the payment that `payment` names."),
    ),
    "code_already_known": _P(
        _("Code known already"),
        _("This code was sealed here before."),
        _("Seal another code."),
        "codes/sealing",
    ),
    "code_redeemed": _P(
        _("Code was used"),
        _("The issuer says that this code has been used."),
        _("It can’t be sold; what was paid goes back."),
        "codes/checks",
    ),
    "code_invalid": _P(
        _("Code not known"),
        _("The issuer does not know this code."),
        _("Check what you typed."),
        "codes/checks",
    ),
    "balance_differs": _P(
        _("Another amount"),
        _("The issuer says that the code is worth another amount."),
        _("Offer it at its true value."),
        "codes/checks",
    ),
    "nothing_to_report": _P(
        _("Nothing to report"),
        _("The issuer’s answers to earlier reports stand."),
        _LOOK,
        "codes/reports",
    ),
    "code_burnt": _P(
        _("Code is closed"),
        _("The order was refunded; its code is not shown again."),
        _LOOK,
        "codes/reveal",
    ),
}

MONEY: Mapping[str, Problem] = {
    "insufficient_funds": _P(
        _("Not enough money"),
        _("There is less in the wallet than this needs."),
        _("Ask for less, or wait."),
        "money/wallet",
    ),
    "payout_account_new": _P(
        _("Account is too new"),
        _("A new account waits 72 hours, so that a thief’s is noticed in time."),
        _("Come back at `usable_at`."),
        "money/payouts",
    ),
    "payout_in_flight": _P(
        _("A payout is on its way"),
        _("One at a time."),
        _("Wait until it has arrived."),
        "money/payouts",
    ),
    "payout_blocked": _P(
        _("Payouts are stopped"),
        _("Money of yours is part of something open."),
        _("The sentence says of what."),
        "money/payouts",
    ),
    "deposit_in_use": _P(
        _("The deposit is needed"),
        _("It stands for orders whose time to claim is not over."),
        _("Come back when they are."),
        "money/deposit",
    ),
}

REST: Mapping[str, Problem] = {
    "request_in_flight": _P(
        _("Being done already"), _("The same request is still running."), _WAIT
    ),
    "identity_in_use": _P(
        _("Belongs to another account"),
        _("One person, one account."),
        _("Use the account you have."),
        "accounts/one-person",
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
    "throttled": _P(_("Too often"), _("There is a limit on how often this may be done."), _WAIT),
    "internal": _P(
        _("Something of ours broke"),
        _("It was noted; nothing was half done."),
        _("Try again later, and name the request id to us."),
    ),
    "busy": _P(
        _("Busy"), _("Somebody else is changing this right now. Nothing was changed."), _WAIT
    ),
    "issuer_unavailable": _P(
        _("The issuer does not answer"),
        _("Without its answer the code is not shown."),
        _WAIT,
        "codes/checks",
    ),
    "gateway_unavailable": _P(
        _("No payments now"), _("The payment provider can’t be reached."), _WAIT
    ),
}

PROBLEMS: Mapping[str, Problem] = {**INPUT, **WHO, **ORDERS, **MONEY, **REST}
