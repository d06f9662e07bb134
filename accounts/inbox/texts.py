"""The words of every notice, by kind and by whom they are for; kinds.py says how they are chosen.

The subject of a mail is the title, so a title starts with the fact.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_ORDER = _("Open the order")


@dataclass(frozen=True)
class Text:
    title: str | Promise
    sentence: str | Promise
    link: str | Promise = _ORDER


_OPEN = _("Open it")
_WALLET = _("Open your wallet")
_SECURITY = _("Check your security settings")
_NOT_YOU = _("If this was not you, change your password now and end the other sessions.")

# Ms. Li and Ms. Wang read “placed” as “paid”: nothing here may sound like money before it is held.
_DUTY: dict[str, Mapping[str, Text]] = {
    "order_placed": {
        "seller": Text(
            _("Ordered – NOT PAID: {title}. Do not send anything."),
            _("Do not send anything. Fairhand will tell you when the money is held."),
        ),
        "buyer": Text(
            _("Ordered – NOT PAID: {title}"),
            _("Ordered – NOT PAID. Pay by {time} or the order ends."),
        ),
    },
    "deliver_now": {
        "": Text(
            _("Deliver now, by {time}: {title}"),
            _(
                "The money is held by Fairhand. Seal the code for this order on its page;"
                " never send it in any other way."
            ),
        ),
    },
    "deliver_reminder": {
        "": Text(
            _("Deliver by {time}: {title}"),
            _("After that time the buyer can cancel and gets the money back."),
        ),
    },
    "code_ready": {
        "seller": Text(
            _("Delivered: {title}"),
            _("Delivered. Money held until the buyer confirms or {time} passes."),
        ),
        "": Text(
            _("Your code is ready to reveal on Fairhand"),
            _(
                "Your 24 hours to try it start when you reveal. Have the app or till at hand."
                " The code is shown on Fairhand’s own page only."
            ),
        ),
    },
    "reveal_reminder": {
        "": Text(
            _("Reveal your code by {time}: {title}"),
            _("Your code has been waiting for you. Reveal it and try it while you can report it."),
        ),
    },
    "inspect_reminder": {
        "": Text(
            _("Check it by {time}"),
            _(
                "Without a report the money is released to the seller then."
                " If it does not work, report it on the order page before."
            ),
        ),
    },
    "order_cancelled": {
        "buyer paid": Text(
            _("Cancelled – {amount} refunded"),
            _("The money goes back the way you paid. You have nothing to do."),
        ),
        "buyer unpaid": Text(
            _("Cancelled – never paid"), _("The order has ended. No money was held.")
        ),
        "seller paid": Text(
            _("Cancelled – the money went back to the buyer"),
            _("Do not send anything. Your listing is free again."),
        ),
        "seller unpaid": Text(
            _("Cancelled – never paid"), _("Do not send anything. Your listing is free again.")
        ),
    },
    "order_resumed": {
        "": Text(
            _("The case is over: {title}"),
            _("It ended without a decision. The order goes on where it stopped, until {time}."),
        ),
    },
    "code_rejected": {
        "": Text(
            _("The card issuer refused your code …{last4}"),
            _("It was not handed over. Seal another code for this order by {time}."),
        ),
    },
    "report_open": {
        "seller": Text(
            _("The buyer reported a problem with the code"),
            _("The money stays held while the card issuer is asked. You have nothing to send."),
        ),
        "": Text(
            _("Your report is recorded"),
            _("The money stays held while the card issuer is asked. You need not do anything."),
        ),
    },
    "report_answered": {
        "": Text(
            _("The report about the code was answered"),
            _("Open the order to see what the card issuer said and what happens now."),
        ),
    },
    "listing_published_after_review": {
        "": Text(
            _("Your listing is on sale: {title}"),
            _("A person has looked at it and published it."),
            _("Open the listing"),
        ),
    },
    "listing_sent_back": {
        "": Text(
            _("Your listing was sent back: {title}"),
            _("A person has looked at it. Reason: {reason}"),
            _("Open the listing"),
        ),
    },
    "counterparty_closing": {
        "": Text(
            _("{name} is closing the account"),
            _("This account is being closed. Open orders and cases run on."),
        ),
    },
}

_MONEY: dict[str, Mapping[str, Text]] = {
    "paid": {
        "seller": Text(
            _("Paid – money held by Fairhand: {title}"),
            _(
                "Paid – money held by Fairhand. Now deliver by {time}."
                " The money is yours once the goods are proven."
            ),
        ),
        "": Text(
            _("Paid – money held by Fairhand: {title}"),
            _(
                "Paid – money held by Fairhand. The seller must deliver by {time}."
                " The seller has not been paid."
            ),
        ),
    },
    "refunded": {
        "seller": Text(
            _("Refunded to the buyer: {amount}"),
            _("The order page says why, and what you can do."),
        ),
        "wallet": Text(
            _("Refunded: {amount}"),
            _("It could not go back the way you paid, so it is in your wallet on Fairhand."),
            _WALLET,
        ),
        "": Text(_("Refunded: {amount}"), _("The money goes back the way you paid.")),
    },
    "released": {
        "buyer": Text(
            _("Completed. The seller has been paid."), _("You can still claim until {time}.")
        ),
        "": Text(
            _("Completed. {amount} released to your wallet."),
            _("It can be withdrawn after three days of cooling down."),
        ),
    },
    "payout_sent": {
        "": Text(
            _("Payout of {amount} sent"), _("It is on its way to your payout account."), _WALLET
        ),
    },
    "payout_failed": {
        "": Text(
            _("Payout of {amount} did not go through"),
            _("The money is back in your wallet. Check the payout account and try again."),
            _WALLET,
        ),
    },
    "deposit_used": {
        "": Text(
            _("{amount} was taken from your deposit"),
            _("It went back to a buyer whose order had already been paid out to you."),
            _WALLET,
        ),
    },
    "recovered": {
        "": Text(
            _("{amount} was taken back for a refund"),
            _("The order it belongs to was refunded after the money had been released."),
            _WALLET,
        ),
        "case": Text(
            _("{amount} went to the other side"),
            _("A case decided so after the money had moved. Its page has the reasons."),
            _WALLET,
        ),
    },
    "debt": {
        "": Text(
            _("You owe {amount}"),
            _("A refund was more than your wallet and deposit held. New income pays it off first."),
            _WALLET,
        ),
        "case": Text(
            _("You owe {amount}"),
            _("A decision was for more than you had on Fairhand. New income pays it off first."),
            _WALLET,
        ),
    },
    "money_returned": {
        "": Text(
            _("Your payment came after the order ended; {amount} is on its way back."),
            _("The order was not revived. You have nothing to do."),
        ),
        "second": Text(
            _("You paid twice; {amount} is on its way back."),
            _("The first payment counts. You have nothing to do."),
        ),
        "wrong_amount": Text(
            _("Your payment was not the amount that was asked; {amount} is on its way back."),
            _("Nothing was held. Pay again with the button on the order page."),
        ),
    },
}

_SAFETY: dict[str, Mapping[str, Text]] = {
    "new_device": {
        "": Text(
            _("New sign-in to your account: {device}"),
            _NOT_YOU,
            _SECURITY,
        ),
    },
    "password_changed": {
        "": Text(_("Your password was changed"), _NOT_YOU, _SECURITY),
    },
    "factor_changed": {
        "": Text(
            _("How you sign in was changed"),
            _(
                "An authenticator app, a passkey or the recovery codes were added, removed or"
                " made anew. If this was not you, change your password now."
            ),
            _SECURITY,
        ),
    },
    "payout_account_changed": {
        "": Text(
            _("Your payout account was changed"),
            _("The new account can be used after 72 hours. If this was not you, tell us now."),
            _WALLET,
        ),
    },
    "closing_progress": {
        "closing": Text(
            _("Your account is being closed"),
            _(
                "Your account stays open while something is owed to or by you."
                " It closes by itself when that ends."
            ),
            _("See what is still open"),
        ),
        "kept": Text(_("Your account stays open"), _("You took the closing back."), _OPEN),
        "closed": Text(
            _("Your account is closed"),
            _("Its orders and cases stay on record. You can’t sign in any more."),
            "",
        ),
    },
}

TEXTS: Mapping[str, Mapping[str, Text]] = _DUTY | _MONEY | _SAFETY
