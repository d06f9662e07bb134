"""Refusals of orders, listings, codes and money: called what, meaning what, and what to do."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from marketplace.lib.problem import LOOK, Problem

_P = Problem

ORDERS: Mapping[str, Problem] = {
    "wrong_state": _P(_("Not possible now"), _("Where it stands, this step does not exist."), LOOK),
    "stale_state": _P(_("It has moved on"), _("It is no longer in the state you expected."), LOOK),
    "too_early": _P(_("Too early"), _("The other side still has time."), _("Come back at `from`.")),
    "too_late": _P(_("Too late"), _("The time for this has passed."), LOOK),
    "not_paid": _P(
        _("Not paid"),
        _("Fairhand holds no money for this order. Nothing may be handed over."),
        _("Wait until the order says that the money is held."),
        "orders/release",
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
        "orders/cancel",
    ),
    "already_settled": _P(
        _("Settled already"),
        _("The money of this order has gone where it belongs."),
        LOOK,
        "orders/release",
    ),
    "order_disputed": _P(
        _("Money is frozen"),
        _("Nothing moves while a claim is open."),
        _("Wait for its end."),
        "court/case",
    ),
    "never_paid": _P(
        _("Never paid"),
        _("No money of this order was ever held, so there is none to decide about."),
        _("Report what the other side did instead."),
        "court/case",
    ),
    "refund_is_automatic": _P(
        _("The money comes back by itself"),
        _("Nothing has been handed over yet. If that stays so, no decision is needed."),
        _("Wait until `refund_at`, or cancel once the seller is late."),
        "court/case",
    ),
    "case_open": _P(
        _("A case is open"),
        _("One case an order: this one is being heard already."),
        _("Go on with the open case."),
        "court/case",
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
    ),
    "listing_changed": _P(
        _("The listing was changed"),
        _("An order freezes what its buyer has seen, or nothing."),
        _("Look at `diff`, then order the revision that `revision` names."),
    ),
    "own_listing": _P(
        _("Your own listing"),
        _("Nobody trades with himself."),
        _("Choose another listing."),
        "people/account",
    ),
    "unpaid_orders_limit": _P(
        _("An order is not paid"),
        _("You have an order waiting for your payment."),
        _("Pay or cancel it first."),
        "people/levels",
    ),
    "live_orders_limit": _P(
        _("Too many open orders"),
        _("At your level fewer orders may be open at once."),
        _("Finish one of them."),
        "people/levels",
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
        "codes/sealing",
    ),
    "code_invalid": _P(
        _("Code not known"),
        _("The issuer does not know this code."),
        _("Check what you typed."),
        "codes/sealing",
    ),
    "balance_differs": _P(
        _("Another amount"),
        _("The issuer says that the code is worth another amount."),
        _("Offer it at its true value."),
        "codes/sealing",
    ),
    "nothing_to_report": _P(
        _("Nothing to report"),
        _("The issuer’s answers to earlier reports stand."),
        LOOK,
        "codes/report",
    ),
    "code_burnt": _P(
        _("Code is closed"),
        _("The order was refunded; its code is not shown again."),
        LOOK,
        "codes/report",
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
        "money/wallet",
    ),
    "payout_in_flight": _P(
        _("A payout is on its way"),
        _("One at a time."),
        _("Wait until it has arrived."),
        "money/wallet",
    ),
    "payout_blocked": _P(
        _("Payouts are stopped"),
        _("Money of yours is part of something open."),
        _("The sentence says of what."),
        "money/wallet",
    ),
    "deposit_in_use": _P(
        _("The deposit is needed"),
        _("It stands for orders whose time to claim is not over."),
        _("Come back when they are."),
        "money/wallet",
    ),
}
